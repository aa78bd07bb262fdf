"""Every clipping mode, from torch.nn.utils."""

import torch
from golden import flat, write
from torch.nn.utils import clip_grad_norm_, clip_grad_value_


def parameters():
    generator = torch.Generator().manual_seed(11)
    tensors = [torch.nn.Parameter(torch.zeros(size)) for size in (4, 9, 1)]
    for scale, tensor in zip((1.0, 0.1, 3.0), tensors):
        tensor.grad = scale * torch.randn(tensor.shape, generator=generator)
    return tensors


def make(tool):
    cases = []
    for mode, threshold in (
        ("none", 1.0),
        ("value", 0.5),
        ("value", 100.0),
        ("tensorNorm", 0.6),
        ("tensorNorm", 100.0),
        ("globalNorm", 1.0),
        ("globalNorm", 100.0),
    ):
        tensors = parameters()
        norm = torch.sqrt(sum((tensor.grad**2).sum() for tensor in tensors))
        total = sum(tensor.numel() for tensor in tensors)
        clipped = 0.0
        if mode == "value":
            clipped = sum(int((tensor.grad.abs() > threshold).sum()) for tensor in tensors) / total
            clip_grad_value_(tensors, threshold)
        elif mode == "tensorNorm":
            norms = [float(clip_grad_norm_([tensor], threshold)) for tensor in tensors]
            clipped = sum(value > threshold for value in norms) / len(tensors)
        elif mode == "globalNorm":
            clipped = float(clip_grad_norm_(tensors, threshold) > threshold)
        cases.append(
            {
                "mode": mode,
                "threshold": threshold,
                "gradientNorm": float(norm),
                "clippedFraction": float(clipped),
                "clipped": [flat(tensor.grad) for tensor in tensors],
            }
        )
    write("clipping", tool, {"gradients": [flat(tensor.grad) for tensor in parameters()], "cases": cases})
