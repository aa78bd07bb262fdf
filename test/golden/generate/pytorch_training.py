"""A whole training run: 50 Adam steps with global-norm clipping of torch.nn.GRU and a linear head, in float64.

Windows of two noisy sines and a trend; the target is the next value of the first column. Inputs and initial weights
are rounded to float32, so that every backend starts from the same numbers.
"""

import torch
from golden import flat, write

INPUTS, UNITS, STEPS, BATCH, BATCHES, UPDATES = 3, 16, 12, 8, 4, 50
RATE, THRESHOLD = 0.01, 0.25


def rounded(tensor):
    return tensor.float().double()


def series():
    generator = torch.Generator().manual_seed(21)
    t = torch.arange(BATCHES * BATCH + STEPS, dtype=torch.float64)
    columns = [torch.sin(0.4 * t), torch.cos(0.17 * t + 1), t / t.numel() - 0.5]
    return rounded(torch.stack(columns, dim=1) + 0.05 * torch.randn(t.numel(), INPUTS, generator=generator))


def to_workbench(module, head):
    """Columns z, r, n from PyTorch's rows r, z, n."""

    def reorder(value):
        r, z, n = value.detach().split(UNITS, dim=0)
        value = torch.cat([z, r, n], dim=0)
        return value.T if value.ndim == 2 else value

    return {
        "gru.0.forward.kernel": flat(reorder(module.weight_ih_l0)),
        "gru.0.forward.recurrent": flat(reorder(module.weight_hh_l0)),
        "gru.0.forward.bias": flat(reorder(module.bias_ih_l0)),
        "gru.0.forward.recurrentBias": flat(reorder(module.bias_hh_l0)),
        "output.kernel": flat(head.weight.detach().T),
        "output.bias": flat(head.bias),
    }


def make(tool):
    torch.manual_seed(22)
    module = torch.nn.GRU(INPUTS, UNITS)
    head = torch.nn.Linear(UNITS, 1)
    parameters = [*module.parameters(), *head.parameters()]
    with torch.no_grad():
        for parameter in parameters:
            parameter.copy_(rounded(parameter))
    initial = to_workbench(module, head)

    values = series()
    inputs, targets = [], []
    for batch in range(BATCHES):
        starts = range(batch * BATCH, (batch + 1) * BATCH)
        inputs.append(torch.stack([values[start : start + STEPS] for start in starts], dim=1))
        targets.append(torch.stack([values[start + STEPS, :1] for start in starts]))

    optimizer = torch.optim.Adam(parameters, lr=RATE)
    losses, norms = [], []
    for update in range(UPDATES):
        optimizer.zero_grad()
        states, _ = module(inputs[update % BATCHES])
        loss = torch.nn.functional.mse_loss(head(states[-1]), targets[update % BATCHES])
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, THRESHOLD)))
        optimizer.step()
        losses.append(float(loss.detach()))
    assert sum(norm > THRESHOLD for norm in norms) > 10, "clipping must act in many of the steps"

    write(
        "training",
        tool,
        {
            "inputs": INPUTS,
            "units": UNITS,
            "timesteps": STEPS,
            "batch": BATCH,
            "learningRate": RATE,
            "threshold": THRESHOLD,
            "windows": [
                {"features": flat(x[:, window]), "target": flat(y[window])}
                for x, y in zip(inputs, targets)
                for window in range(BATCH)
            ],
            "initial": initial,
            "losses": losses,
            "gradientNorms": norms,
            "final": to_workbench(module, head),
        },
    )
