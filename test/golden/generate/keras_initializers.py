"""Standard deviation and largest magnitude of what Keras's initializers draw for a kernel [I, O], over many draws."""

import keras
import numpy
from golden import write

SHAPE = (24, 40)
DRAWS = 400


def make(tool):
    i = keras.initializers
    initializers = {
        "truncatedNormal": lambda seed: i.TruncatedNormal(stddev=0.05, seed=seed),
        "normal": lambda seed: i.RandomNormal(stddev=0.05, seed=seed),
        "uniform": lambda seed: i.RandomUniform(-0.05, 0.05, seed=seed),
        "glorotUniform": lambda seed: i.GlorotUniform(seed=seed),
        "glorotNormal": lambda seed: i.GlorotNormal(seed=seed),
        "heUniform": lambda seed: i.HeUniform(seed=seed),
        "heNormal": lambda seed: i.HeNormal(seed=seed),
        "lecunUniform": lambda seed: i.LecunUniform(seed=seed),
        "lecunNormal": lambda seed: i.LecunNormal(seed=seed),
    }
    results = []
    for name, create in initializers.items():
        draws = numpy.stack([keras.ops.convert_to_numpy(create(seed)(SHAPE)) for seed in range(DRAWS)])
        results.append(
            {"name": name, "deviation": float(draws.std()), "largest": float(numpy.abs(draws).max())}
        )
    write("keras_initializers", tool, {"shape": list(SHAPE), "draws": DRAWS, "cases": results})
