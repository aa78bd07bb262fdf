"""The GRU of engine/ops/gru.ts written once more with PyTorch's operators, so that autograd differentiates it."""

import torch
from torch.nn import functional as F

ACTIVATIONS = {
    "linear": lambda x: x,
    "sigmoid": torch.sigmoid,
    # F.hardsigmoid differentiates with 1/6 rounded to float32, also in float64, an error of 3e-8.
    "hardSigmoid": lambda x: torch.clamp(x / 6 + 0.5, 0, 1),
    "hardSigmoidOnnx": lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
    "tanh": torch.tanh,
    "relu": F.relu,
    "leakyRelu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "swish": F.silu,
}

SHAPE = {
    "inputs": 3,
    "units": 4,
    "resetMode": "afterRecurrentBias",
    "gateActivation": "sigmoid",
    "candidateActivation": "tanh",
    "clip": None,
    "reverse": False,
    "zoneout": 0,
    "layerNormalization": False,
}


def new_weights(shape, bias, generator, scale=0.7):
    """Leaf tensors in the workbench's layout: columns z, r, n."""
    inputs, units = shape["inputs"], shape["units"]

    def random(*size):
        return (torch.randn(*size, generator=generator) * scale).requires_grad_()

    weights = {"kernel": random(inputs, 3 * units), "recurrent": random(units, 3 * units)}
    if bias:
        weights["bias"] = random(3 * units)
        if shape["resetMode"] == "afterRecurrentBias":
            weights["recurrentBias"] = random(3 * units)
    if shape["layerNormalization"]:
        weights["gain"] = (1 + 0.3 * torch.randn(6 * units, generator=generator)).requires_grad_()
    return weights


def recurrence(shape, weights, x, initial=None, lengths=None, recurrent_mask=None, zoneout_mask=None):
    """x [T,B,I] to (states [T,B,H], final state [B,H])."""
    units = shape["units"]
    steps, batch, _ = x.shape
    gate = ACTIVATIONS[shape["gateActivation"]]
    candidate = ACTIVATIONS[shape["candidateActivation"]]
    kernel = weights["kernel"].split(units, dim=1)
    recurrent = weights["recurrent"].split(units, dim=1)
    nothing = torch.zeros(3 * units)
    b = weights.get("bias", nothing).split(units)
    c = weights.get("recurrentBias", nothing).split(units)

    def block(values, index):
        if not shape["layerNormalization"]:
            return values
        gain = weights["gain"].split(units)[index]
        return F.layer_norm(values, (units,), weight=gain, eps=1e-5)

    def limit(values):
        return values if shape["clip"] is None else values.clamp(-shape["clip"], shape["clip"])

    h = torch.zeros(batch, units) if initial is None else initial
    outputs = [None] * steps
    for t in reversed(range(steps)) if shape["reverse"] else range(steps):
        m = h if recurrent_mask is None else h * recurrent_mask
        z = gate(limit(block(x[t] @ kernel[0], 0) + b[0] + block(m @ recurrent[0], 3) + c[0]))
        r = gate(limit(block(x[t] @ kernel[1], 1) + b[1] + block(m @ recurrent[1], 4) + c[1]))
        a = block(x[t] @ kernel[2], 2) + b[2]
        if shape["resetMode"] == "before":
            n = candidate(limit(a + block((r * m) @ recurrent[2], 5)))
        else:
            n = candidate(limit(a + r * (block(m @ recurrent[2], 5) + c[2])))
        mixed = z * h + (1 - z) * n
        kept = shape["zoneout"] if zoneout_mask is None else zoneout_mask[t]
        new = kept * h + (1 - kept) * mixed
        if lengths is not None:
            valid = (t < lengths).unsqueeze(1)
            new = torch.where(valid, new, h)
        h = new
        outputs[t] = h
    return torch.stack(outputs), h
