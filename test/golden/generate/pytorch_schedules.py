"""The learning rate of every step under every schedule of torch.optim.lr_scheduler, from a base rate of 0.5."""

import math
import warnings

import torch
from golden import write

BASE = 0.5
STEPS = 40
WARMUP = 8


def rates(create, steps=STEPS):
    """rates[k] is the rate of update k, counted from 0."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=BASE)
    scheduler = create(optimizer)
    result = []
    for _ in range(steps):
        result.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return result


def cases():
    s = torch.optim.lr_scheduler
    yield {"kind": "constant"}, STEPS, lambda o: s.ConstantLR(o, factor=1.0)
    yield {"kind": "step", "size": 7, "gamma": 0.3}, STEPS, lambda o: s.StepLR(o, 7, 0.3)
    yield {"kind": "multiStep", "milestones": [3, 4, 20], "gamma": 0.5}, STEPS, lambda o: s.MultiStepLR(
        o, [3, 4, 20], 0.5
    )
    yield {"kind": "exponential", "gamma": 0.9}, STEPS, lambda o: s.ExponentialLR(o, 0.9)
    yield {"kind": "polynomial", "decaySteps": 25, "endFactor": 0, "power": 1}, STEPS, lambda o: s.PolynomialLR(o, 25, 1)
    yield {"kind": "polynomial", "decaySteps": 25, "endFactor": 0, "power": 2.5}, STEPS, lambda o: s.PolynomialLR(
        o, 25, 2.5
    )
    # Up to the end of the decay; behind it PyTorch's cosine rises again, and Keras's stays (keras_schedules).
    yield {"kind": "cosine", "decaySteps": 30, "minimumFactor": 0}, 31, lambda o: s.CosineAnnealingLR(o, 30)
    yield {"kind": "cosine", "decaySteps": 30, "minimumFactor": 0.2}, 31, lambda o: s.CosineAnnealingLR(
        o, 30, eta_min=0.2 * BASE
    )
    yield {
        "kind": "cosineRestarts",
        "firstPeriod": 10,
        "periodFactor": 1,
        "minimumFactor": 0,
    }, STEPS, lambda o: s.CosineAnnealingWarmRestarts(o, 10)
    yield {
        "kind": "cosineRestarts",
        "firstPeriod": 5,
        "periodFactor": 2,
        "minimumFactor": 0.1,
    }, STEPS, lambda o: s.CosineAnnealingWarmRestarts(o, 5, T_mult=2, eta_min=0.1 * BASE)
    for shape, strategy in (("cosine", "cos"), ("linear", "linear")):
        for warm in (0.3, 0.45):
            yield {
                "kind": "oneCycle",
                "totalSteps": STEPS,
                "warmFraction": warm,
                "startDivisor": 20,
                "endDivisor": 1000,
                "shape": shape,
            }, STEPS, lambda o, strategy=strategy, warm=warm: s.OneCycleLR(
                o,
                max_lr=BASE,
                total_steps=STEPS,
                pct_start=warm,
                anneal_strategy=strategy,
                cycle_momentum=False,
                div_factor=20,
                final_div_factor=1000,
            )
    for mode, name in (("triangular", "triangular"), ("triangular2", "triangular2"), ("exponential", "exp_range")):
        for down in (None, 3):
            yield {
                "kind": "cyclic",
                "minimumFactor": 0.1,
                "stepsUp": 6,
                "stepsDown": down,
                "mode": mode,
                "gamma": 0.95 if mode == "exponential" else 1,
            }, STEPS, lambda o, name=name, down=down: s.CyclicLR(
                o,
                base_lr=0.1 * BASE,
                max_lr=BASE,
                step_size_up=6,
                step_size_down=down,
                mode=name,
                gamma=0.95 if name == "exp_range" else 1.0,
                cycle_momentum=False,
            )


def warm_exponential(optimizer):
    """From 1/WARMUP of the rate up to all of it at update WARMUP, times an exponential decay."""
    s = torch.optim.lr_scheduler
    warm = s.LinearLR(optimizer, start_factor=1 / WARMUP, total_iters=WARMUP - 1)
    return s.ChainedScheduler([warm, s.ExponentialLR(optimizer, 0.9)])


def plateau_cases():
    generator = torch.Generator().manual_seed(8)
    noisy = [1 / (1 + 0.1 * epoch) + 0.3 * float(torch.rand(1, generator=generator)) for epoch in range(60)]
    flat_loss = [1.0] * 10 + [0.99995] * 10 + [0.9] * 20
    negative = [-0.1 * math.sqrt(epoch) if epoch < 12 else -0.3 for epoch in range(40)]
    for metric in (noisy, flat_loss, negative):
        for options in (
            {"factor": 0.1, "patience": 10, "threshold": 1e-4, "cooldown": 0, "minimumFactor": 0},
            {"factor": 0.5, "patience": 2, "threshold": 1e-2, "cooldown": 3, "minimumFactor": 0.05},
            {"factor": 0.7, "patience": 0, "threshold": 0, "cooldown": 1, "minimumFactor": 0.01},
        ):
            yield options, metric


def make(tool):
    results = [
        {"schedule": {"per": "step", **schedule}, "warmup": 0, "rates": rates(create, steps)}
        for schedule, steps, create in cases()
    ]
    results.append(
        {
            "schedule": {"per": "step", "kind": "exponential", "gamma": 0.9},
            "warmup": WARMUP,
            "rates": rates(warm_exponential),
        }
    )
    plateaus = []
    for options, metric in plateau_cases():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=BASE)
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer,
            factor=options["factor"],
            patience=options["patience"],
            threshold=options["threshold"],
            cooldown=options["cooldown"],
            min_lr=options["minimumFactor"] * BASE,
        )
        after = []
        for value in metric:
            optimizer.step()
            scheduler.step(value)
            after.append(float(optimizer.param_groups[0]["lr"]))
        plateaus.append({"plateau": options, "metric": metric, "ratesAfter": after})
    write("schedules", tool, {"base": BASE, "precision": 1e-9, "cases": results, "plateaus": plateaus})


warnings.filterwarnings("ignore", message="Detected call of")
