"""The values that engine/backends/selftest.ts holds: loss and all gradients of its tiny network.

Inputs and weights come from the integer formula that the self-test uses too.
"""

import math

import torch
from golden import flat, write
from pytorch_cell import SHAPE, recurrence

STEPS, BATCH, INPUTS, UNITS, OUTPUTS = 3, 2, 3, 4, 2


def values(seed, *size):
    numbers = [((index * 37 + seed * 11) % 65 - 32) / 64 for index in range(math.prod(size))]
    return torch.tensor(numbers).reshape(size)


def make(tool):
    weights = {
        "kernel": values(1, INPUTS, 3 * UNITS),
        "recurrent": values(2, UNITS, 3 * UNITS),
        "bias": values(3, 3 * UNITS),
        "recurrentBias": values(4, 3 * UNITS),
    }
    head = {"headKernel": values(5, UNITS, OUTPUTS), "headBias": values(6, OUTPUTS)}
    x = values(7, STEPS, BATCH, INPUTS)
    target = values(8, BATCH, OUTPUTS)
    leaves = {**weights, **head, "input": x}
    for leaf in leaves.values():
        leaf.requires_grad_()
    _, final = recurrence({**SHAPE, "inputs": INPUTS, "units": UNITS}, weights, x)
    predictions = final @ head["headKernel"] + head["headBias"]
    loss = 0.25 * ((predictions - target) ** 2).sum()
    loss.backward()
    gradients = {key: flat(leaf.grad) for key, leaf in leaves.items()}
    write("self_test", tool, {"loss": float(loss.detach()), "gradients": gradients})
