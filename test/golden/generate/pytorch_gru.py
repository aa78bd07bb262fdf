"""Forward values, loss and all gradients of recurrences: torch.nn.GRU where it can, autograd over pytorch_cell else.

The loss is the mean squared error over the valid steps of the last layer, plus sum(final state * finalStateGradient)
of every recurrence, so that gradients also enter through the final states.
"""

import torch
from golden import flat, write
from pytorch_cell import ACTIVATIONS, SHAPE, new_weights, recurrence


def build(name, steps, batch, layers, lengths=None, bias=True, initial=False, masks=False, cudnn=False, seed=1):
    """layers: one list of shapes a layer, one shape a direction."""
    generator = torch.Generator().manual_seed(seed)

    def random(*size):
        return torch.randn(*size, generator=generator)

    x = random(steps, batch, layers[0][0]["inputs"]).requires_grad_()
    length_values = torch.tensor(lengths if lengths is not None else [steps] * batch)
    parts = []
    for shapes in layers:
        parts.append([])
        for shape in shapes:
            units = shape["units"]
            part = {
                "shape": shape,
                "weights": new_weights(shape, bias, generator),
                "initial": random(batch, units).requires_grad_() if initial else None,
                "recurrentMask": (torch.rand(batch, units, generator=generator) > 0.3) / 0.7 if masks else None,
                "zoneoutMask": (torch.rand(steps, batch, units, generator=generator) < shape["zoneout"]) * 1.0
                if masks and shape["zoneout"] > 0
                else None,
                "finalStateGradient": random(batch, units),
            }
            parts[-1].append(part)

    run = torch_gru if cudnn else by_hand
    output = run(parts, x, length_values if lengths is not None else None)
    valid = (torch.arange(steps).unsqueeze(1) < length_values).unsqueeze(2)
    target = random(*output.shape)
    count = int(valid.sum()) * output.shape[2]
    loss = (((output - target) ** 2) * valid).sum() / count
    total = loss
    for part in (part for layer in parts for part in layer):
        total = total + (part["final"] * part["finalStateGradient"]).sum()
    total.backward()

    def describe(part):
        weights = part["weights"]
        return {
            "shape": part["shape"],
            "weights": {key: flat(value) for key, value in weights.items()},
            "gradients": {key: flat(value.grad) for key, value in weights.items()},
            "initialState": None if part["initial"] is None else flat(part["initial"]),
            "initialStateGradient": None if part["initial"] is None else flat(part["initial"].grad),
            "recurrentMask": None if part["recurrentMask"] is None else flat(part["recurrentMask"]),
            "zoneoutMask": None if part["zoneoutMask"] is None else flat(part["zoneoutMask"]),
            "finalState": flat(part["final"]),
            "finalStateGradient": flat(part["finalStateGradient"]),
        }

    return {
        "name": name,
        "oracle": "torch.nn.GRU" if cudnn else "autograd",
        "timesteps": steps,
        "batch": batch,
        "lengths": lengths,
        "layers": [[describe(part) for part in layer] for layer in parts],
        "input": flat(x),
        "target": flat(target),
        "lossScale": 1 / count,
        "loss": float(loss.detach()),
        "output": flat(output),
        "inputGradient": flat(x.grad),
    }


def by_hand(parts, x, lengths):
    for layer in parts:
        outputs = []
        for part in layer:
            output, part["final"] = recurrence(
                part["shape"],
                part["weights"],
                x,
                part["initial"],
                lengths,
                part["recurrentMask"],
                part["zoneoutMask"],
            )
            outputs.append(output)
        x = torch.cat(outputs, dim=2)
    return x


def torch_gru(parts, x, lengths):
    """The same weights in torch.nn.GRU: rows r, z, n instead of columns z, r, n; padding through packed sequences."""
    directions = len(parts[0])
    first = parts[0][0]["shape"]
    module = torch.nn.GRU(
        first["inputs"], first["units"], num_layers=len(parts), bidirectional=directions == 2
    )
    values = {}
    for number, layer in enumerate(parts):
        for part, suffix in zip(layer, ("", "_reverse")):
            weights, units = part["weights"], part["shape"]["units"]
            for ours, theirs in (
                ("kernel", "weight_ih"),
                ("recurrent", "weight_hh"),
                ("bias", "bias_ih"),
                ("recurrentBias", "bias_hh"),
            ):
                z, r, n = weights[ours].split(units, dim=-1)
                value = torch.cat([r, z, n], dim=-1)
                values[f"{theirs}_l{number}{suffix}"] = value.T if value.ndim == 2 else value
    flattened = [part for layer in parts for part in layer]
    initial = None
    if flattened[0]["initial"] is not None:
        initial = torch.stack([part["initial"] for part in flattened])
    packed = x if lengths is None else torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    arguments = (packed,) if initial is None else (packed, initial)
    output, final = torch.func.functional_call(module, values, arguments)
    if lengths is not None:
        output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, total_length=x.shape[0])
    for part, state in zip(flattened, final):
        part["final"] = state
    return output


def cases():
    def shape(**changes):
        return {**SHAPE, **changes}

    def both(**changes):
        return [shape(**changes), shape(**changes, reverse=True)]

    yield build("one layer", 5, 3, [[shape()]], cudnn=True, initial=True)
    yield build("one unit, one step", 1, 1, [[shape(inputs=1, units=1)]], cudnn=True)
    yield build("lengths", 5, 4, [[shape()]], lengths=[5, 1, 3, 2], cudnn=True, initial=True)
    yield build("bidirectional", 4, 3, [both()], cudnn=True, initial=True)
    yield build("stacked", 4, 2, [[shape()], [shape(inputs=4)], [shape(inputs=4)]], cudnn=True)
    yield build(
        "stacked, bidirectional, lengths",
        4,
        3,
        [both(units=3), both(inputs=6, units=3)],
        lengths=[2, 4, 3],
        cudnn=True,
        initial=True,
    )
    for mode in ("before", "after", "afterRecurrentBias"):
        yield build(f"{mode}", 4, 3, [[shape(resetMode=mode)]], initial=True)
        yield build(f"{mode}, no bias", 3, 2, [[shape(resetMode=mode)]], bias=False)
        yield build(f"{mode}, reverse, lengths", 4, 3, [[shape(resetMode=mode, reverse=True)]], lengths=[4, 1, 2])
        yield build(f"{mode}, clip", 4, 3, [[shape(resetMode=mode, clip=0.7)]])
        yield build(f"{mode}, layer normalization", 4, 3, [[shape(resetMode=mode, layerNormalization=True)]])
        yield build(f"{mode}, recurrent mask", 4, 3, [[shape(resetMode=mode)]], masks=True)
        yield build(
            f"{mode}, everything",
            4,
            3,
            [both(resetMode=mode, clip=1.2, zoneout=0.3, layerNormalization=True, gateActivation="hardSigmoid")],
            lengths=[4, 2, 3],
            initial=True,
            masks=True,
            seed=5,
        )
    yield build("zoneout, expected value", 4, 2, [[shape(zoneout=0.25)]])
    yield build("zoneout, mask", 5, 2, [[shape(zoneout=0.4)]], masks=True)
    for activation in ACTIVATIONS:
        small = {"inputs": 2, "units": 3, "gateActivation": activation, "candidateActivation": activation}
        yield build(f"both activations {activation}", 3, 2, [[shape(**small)]], seed=2)


def make(tool):
    results = list(cases())
    check_oracles_agree()
    write("gru", tool, {"cases": results})


def check_oracles_agree():
    """The cell written by hand must be torch.nn.GRU where both apply."""
    layers = [[{**SHAPE}, {**SHAPE, "reverse": True}]]
    both = [
        build("agreement", 5, 3, layers, lengths=[5, 2, 4], initial=True, cudnn=cudnn) for cudnn in (False, True)
    ]
    pairs = zip(both[0]["inputGradient"], both[1]["inputGradient"])
    assert max(abs(a - b) for a, b in pairs) < 1e-14, "pytorch_cell is not torch.nn.GRU"
