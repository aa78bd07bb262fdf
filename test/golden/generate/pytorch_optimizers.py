"""20 steps of every optimizer on a fixed sequence of gradients, torch.optim in float64."""

import torch
from golden import flat, write

STEPS = 20
SIZE = 7


def gradients():
    """Random, with an exact zero, a large and a tiny column."""
    generator = torch.Generator().manual_seed(3)
    values = torch.randn(STEPS, SIZE, generator=generator, dtype=torch.float64)
    values[:, 1] = 0
    values[:, 2] *= 1e3
    values[:, 3] *= 1e-6
    values[::2, 4] = 0
    return values


def initial():
    generator = torch.Generator().manual_seed(4)
    return torch.randn(SIZE, generator=generator, dtype=torch.float64)


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al. 2023 (arXiv 2302.06675)."""

    def __init__(self, params, lr, betas, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                update = torch.sign(beta1 * m + (1 - beta1) * p.grad)
                self.state[p]["m"] = beta2 * m + (1 - beta2) * p.grad
                p -= group["lr"] * (update + group["weight_decay"] * p)


def cases():
    optim = torch.optim
    betas = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    yield "sgd", {"kind": "sgd", "momentum": 0, "nesterov": False}, 0.1, 0, lambda p: optim.SGD(p, lr=0.1)
    yield "sgd momentum", {"kind": "sgd", "momentum": 0.9, "nesterov": False}, 0.1, 0, lambda p: optim.SGD(
        p, lr=0.1, momentum=0.9
    )
    yield "sgd nesterov", {"kind": "sgd", "momentum": 0.8, "nesterov": True}, 0.05, 0, lambda p: optim.SGD(
        p, lr=0.05, momentum=0.8, nesterov=True
    )
    adam = {"kind": "adam", **betas, "amsgrad": False}
    yield "adam", adam, 0.01, 0, lambda p: optim.Adam(p, lr=0.01)
    yield "adam betas", {**adam, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}, 0.01, 0, lambda p: optim.Adam(
        p, lr=0.01, betas=(0.8, 0.95), eps=1e-3
    )
    yield "amsgrad", {**adam, "amsgrad": True, "beta2": 0.9}, 0.01, 0, lambda p: optim.Adam(
        p, lr=0.01, amsgrad=True, betas=(0.9, 0.9)
    )
    yield "adamw", adam, 0.01, 0.1, lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.1)
    yield "adamax", {"kind": "adamax", **betas}, 0.01, 0, lambda p: optim.Adamax(p, lr=0.01)
    yield "nadam", {"kind": "nadam", **betas, "momentumDecay": 0.004}, 0.01, 0, lambda p: optim.NAdam(p, lr=0.01)
    yield "nadam decay", {"kind": "nadam", **betas, "momentumDecay": 0.1}, 0.01, 0.2, lambda p: optim.NAdam(
        p, lr=0.01, momentum_decay=0.1, weight_decay=0.2, decoupled_weight_decay=True
    )
    yield "radam", {"kind": "radam", **betas}, 0.01, 0, lambda p: optim.RAdam(p, lr=0.01)
    yield "radam decay", {"kind": "radam", **betas, "beta2": 0.9}, 0.01, 0.2, lambda p: optim.RAdam(
        p, lr=0.01, betas=(0.9, 0.9), weight_decay=0.2, decoupled_weight_decay=True
    )
    rmsprop = {"kind": "rmsprop", "alpha": 0.99, "epsilon": 1e-8, "momentum": 0, "centered": False}
    yield "rmsprop", rmsprop, 0.01, 0, lambda p: optim.RMSprop(p, lr=0.01)
    yield "rmsprop centered", {**rmsprop, "alpha": 0.9, "centered": True}, 0.01, 0, lambda p: optim.RMSprop(
        p, lr=0.01, alpha=0.9, centered=True
    )
    yield "rmsprop momentum", {**rmsprop, "momentum": 0.9}, 0.01, 0, lambda p: optim.RMSprop(p, lr=0.01, momentum=0.9)
    yield "rmsprop both", {**rmsprop, "momentum": 0.7, "centered": True}, 0.01, 0, lambda p: optim.RMSprop(
        p, lr=0.01, momentum=0.7, centered=True
    )
    yield "adagrad", {"kind": "adagrad", "epsilon": 1e-10, "initialAccumulator": 0}, 0.1, 0, lambda p: optim.Adagrad(
        p, lr=0.1
    )
    yield "adagrad accumulator", {
        "kind": "adagrad",
        "epsilon": 1e-10,
        "initialAccumulator": 0.5,
    }, 0.1, 0, lambda p: optim.Adagrad(p, lr=0.1, initial_accumulator_value=0.5)
    yield "adadelta", {"kind": "adadelta", "rho": 0.9, "epsilon": 1e-6}, 1.0, 0, lambda p: optim.Adadelta(p, lr=1.0)
    yield "lion", {"kind": "lion", "beta1": 0.9, "beta2": 0.99}, 0.001, 0, lambda p: Lion(
        p, lr=0.001, betas=(0.9, 0.99)
    )
    yield "lion decay", {"kind": "lion", "beta1": 0.9, "beta2": 0.99}, 0.001, 0.5, lambda p: Lion(
        p, lr=0.001, betas=(0.9, 0.99), weight_decay=0.5
    )


def make(tool):
    results = []
    for name, optimizer, rate, decay, create in cases():
        parameter = torch.nn.Parameter(initial())
        stepper = create([parameter])
        trajectory = []
        for gradient in gradients():
            parameter.grad = gradient.clone()
            stepper.step()
            trajectory.append(flat(parameter))
        results.append(
            {"name": name, "optimizer": optimizer, "learningRate": rate, "decay": decay, "parameters": trajectory}
        )
    content = {"initial": flat(initial()), "gradients": [flat(row) for row in gradients()], "cases": results}
    write("optimizers", tool, content)
