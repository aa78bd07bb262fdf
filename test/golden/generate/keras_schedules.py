"""Schedules of keras.optimizers.schedules that PyTorch lacks or continues otherwise. Same form as schedules.json."""

import keras
from golden import write

BASE = 0.5
STEPS = 40


def cases():
    s = keras.optimizers.schedules
    for rate, steps, staircase in ((0.5, 10, False), (0.9, 7, True), (2.0, 1, False)):
        yield {
            "kind": "inverseTime",
            "decayRate": rate,
            "decaySteps": steps,
            "staircase": staircase,
        }, s.InverseTimeDecay(BASE, steps, rate, staircase=staircase)
    for end, power in ((0.1, 1), (0.01, 2)):
        yield {"kind": "polynomial", "decaySteps": 25, "endFactor": end, "power": power}, s.PolynomialDecay(
            BASE, 25, end_learning_rate=end * BASE, power=power
        )
    for alpha in (0.0, 0.2):
        yield {"kind": "cosine", "decaySteps": 25, "minimumFactor": alpha}, s.CosineDecay(BASE, 25, alpha=alpha)


def make(tool):
    results = [
        {
            "schedule": {"per": "step", **schedule},
            "warmup": 0,
            "rates": [float(compute(step)) for step in range(STEPS)],
        }
        for schedule, compute in cases()
    ]
    # Keras computes schedules in float32.
    write("keras_schedules", tool, {"base": BASE, "precision": 2e-7, "cases": results})
