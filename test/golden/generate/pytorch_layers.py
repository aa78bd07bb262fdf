"""Dense layers, pooling, attention and embedding: outputs and gradients, from torch.nn.functional and autograd."""

import torch
from golden import flat, write
from pytorch_cell import ACTIVATIONS
from torch.nn import functional as F

STEPS, BATCH = 4, 3
LENGTHS = torch.tensor([4, 1, 3])
VALID = (torch.arange(STEPS).unsqueeze(1) < LENGTHS).unsqueeze(2)  # [T,B,1]


def differentiate(output, leaves, generator):
    """The gradient of sum(output * outputGradient) with respect to every leaf."""
    weight = torch.randn(output.shape, generator=generator)
    (output * weight).sum().backward()
    return {
        "values": {name: flat(leaf) for name, leaf in leaves.items()},
        "output": flat(output),
        "outputGradient": flat(weight),
        "gradients": {name: flat(leaf.grad) for name, leaf in leaves.items()},
    }


def leaf(generator, *size, scale=1.0):
    return (scale * torch.randn(*size, generator=generator)).requires_grad_()


def dense(activation, generator):
    leaves = {
        "input": leaf(generator, 6, 5, scale=1.5),
        "kernel": leaf(generator, 5, 4),
        "bias": leaf(generator, 4),
    }
    output = ACTIVATIONS[activation](F.linear(leaves["input"], leaves["kernel"].T, leaves["bias"]))
    return {"activation": activation, **differentiate(output, leaves, generator)}


def pool(mode, generator):
    x = leaf(generator, STEPS, BATCH, 5)
    output = {
        "last": lambda: x[LENGTHS - 1, torch.arange(BATCH)],
        "first": lambda: x[0],
        "mean": lambda: (x * VALID).sum(dim=0) / LENGTHS.unsqueeze(1),
        "max": lambda: x.masked_fill(~VALID, -torch.inf).amax(dim=0),
    }[mode]()
    return {"mode": mode, **differentiate(output, {"input": x}, generator)}


def attention(generator):
    leaves = {
        "input": leaf(generator, STEPS, BATCH, 5),
        "kernel": leaf(generator, 5, 6),
        "bias": leaf(generator, 6),
        "vector": leaf(generator, 6),
    }
    scores = torch.tanh(leaves["input"] @ leaves["kernel"] + leaves["bias"]) @ leaves["vector"]
    weights = torch.softmax(scores.masked_fill(~VALID.squeeze(2), -torch.inf), dim=0)
    output = (weights.unsqueeze(2) * leaves["input"]).sum(dim=0)
    return {"weights": flat(weights), **differentiate(output, leaves, generator)}


def embedding(generator):
    table = leaf(generator, 4, 3)
    indices = torch.tensor([[0, 2, 2], [1, 0, 2], [3, 3, 2], [2, 1, 0]])
    output = F.embedding(indices, table) * VALID
    return {"indices": indices.reshape(-1).tolist(), **differentiate(output, {"table": table}, generator)}


def make(tool):
    generator = torch.Generator().manual_seed(31)
    content = {
        "timesteps": STEPS,
        "batch": BATCH,
        "lengths": LENGTHS.tolist(),
        "dense": [dense(activation, generator) for activation in ACTIVATIONS],
        "pool": [pool(mode, generator) for mode in ("last", "first", "mean", "max")],
        "attention": attention(generator),
        "embedding": embedding(generator),
    }
    write("layers", tool, content)
