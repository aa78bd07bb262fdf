"""Value and gradient of every loss of engine/ops/loss.ts, from torch.nn.functional where it has the loss."""

import math

import torch
from golden import flat, write
from torch.nn import functional as F

ROWS = 6
SCALE = 0.25


def focal(logits, labels, gamma, class_weights):
    """Lin et al. 2017, equation 5, over softmax classes."""
    true = F.log_softmax(logits, dim=1).gather(1, labels.unsqueeze(1)).squeeze(1)
    balance = 1 if class_weights is None else class_weights[labels]
    return balance * (1 - true.exp()) ** gamma * -true


def sigmoid_focal(logits, targets, gamma, alpha):
    """torchvision.ops.sigmoid_focal_loss."""
    p = torch.sigmoid(logits)
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = entropy * (1 - p_t) ** gamma
    return loss if alpha is None else (alpha * targets + (1 - alpha) * (1 - targets)) * loss


def pinball(predictions, targets, quantiles):
    """Koenker 2005; predictions [rows, targets, quantiles]."""
    q = torch.tensor(quantiles)
    d = targets.unsqueeze(2) - predictions.reshape(ROWS, -1, len(quantiles))
    return torch.maximum(q * d, (q - 1) * d).sum(dim=(1, 2))


def gaussian(predictions, targets):
    mean, raw = predictions.reshape(ROWS, -1, 2).unbind(dim=2)
    variance = F.softplus(raw) + 1e-6
    return F.gaussian_nll_loss(mean, targets, variance, full=False, eps=1e-12, reduction="none").sum(dim=1)


def bce(logits, targets, weight, smoothing):
    smooth = targets * (1 - smoothing) + 0.5 * smoothing
    return F.binary_cross_entropy_with_logits(
        logits, smooth, pos_weight=torch.tensor(float(weight)), reduction="none"
    ).sum(dim=1)


def log_cosh(p, y):
    """ln cosh(p - y), in the form that does not overflow."""
    d = p - y
    return (d + F.softplus(-2 * d) - math.log(2)).sum(dim=1)


def cases():
    real, binary, counts, labels = "real", "binary", "counts", "labels"
    weights = [0.5, 2.0, 1.0, 0.0, 1.5]
    none = {"reduction": "none"}
    yield {"kind": "meanSquaredError"}, 3, real, lambda p, y: F.mse_loss(p, y, **none).sum(dim=1)
    yield {"kind": "meanAbsoluteError"}, 3, real, lambda p, y: F.l1_loss(p, y, **none).sum(dim=1)
    for delta in (1.0, 0.4):
        yield {"kind": "huber", "delta": delta}, 3, real, lambda p, y, delta=delta: F.huber_loss(
            p, y, delta=delta, **none
        ).sum(dim=1)
    yield {"kind": "logCosh"}, 3, real, log_cosh
    for quantiles in ([0.5], [0.1, 0.5, 0.9]):
        yield {"kind": "pinball", "quantiles": quantiles}, 2, real, lambda p, y, q=quantiles: pinball(p, y, q)
    yield {"kind": "gaussian"}, 2, real, gaussian
    yield {"kind": "poisson"}, 3, counts, lambda p, y: F.poisson_nll_loss(
        p, y, log_input=True, full=False, **none
    ).sum(dim=1)
    for smoothing in (0.0, 0.2):
        for class_weights in (None, weights):
            tensor = None if class_weights is None else torch.tensor(class_weights)
            yield {
                "kind": "crossEntropy",
                "smoothing": smoothing,
                "classWeights": class_weights,
            }, 5, labels, lambda p, y, tensor=tensor, smoothing=smoothing: F.cross_entropy(
                p, y, weight=tensor, label_smoothing=smoothing, **none
            )
    for weight, smoothing in ((1, 0), (3, 0), (2, 0.1)):
        yield {
            "kind": "binaryCrossEntropy",
            "positiveWeight": weight,
            "smoothing": smoothing,
        }, 3, binary, lambda p, y, weight=weight, smoothing=smoothing: bce(p, y, weight, smoothing)
    for gamma, class_weights in ((2, None), (0.5, weights), (0, None)):
        tensor = None if class_weights is None else torch.tensor(class_weights)
        yield {
            "kind": "focal",
            "gamma": gamma,
            "classWeights": class_weights,
        }, 5, labels, lambda p, y, gamma=gamma, tensor=tensor: focal(p, y, gamma, tensor)
    for gamma, alpha, kind in ((2, None, binary), (2, 0.25, binary), (1.5, 0.3, "probability")):
        yield {"kind": "binaryFocal", "gamma": gamma, "alpha": alpha}, 3, kind, lambda p, y, g=gamma, a=alpha: (
            sigmoid_focal(p, y, g, a).sum(dim=1)
        )


def make(tool):
    results = []
    for seed, (loss, width, kind, compute) in enumerate(cases()):
        generator = torch.Generator().manual_seed(100 + seed)
        per_target = len(loss["quantiles"]) if loss["kind"] == "pinball" else 2 if loss["kind"] == "gaussian" else 1
        predictions = (2 * torch.randn(ROWS, width * per_target, generator=generator)).requires_grad_()
        targets = {
            "real": lambda: torch.randn(ROWS, width, generator=generator),
            "binary": lambda: torch.randint(0, 2, (ROWS, width), generator=generator).double(),
            "probability": lambda: torch.rand(ROWS, width, generator=generator),
            "counts": lambda: torch.randint(0, 9, (ROWS, width), generator=generator).double(),
            "labels": lambda: torch.randint(0, width, (ROWS,), generator=generator),
        }[kind]()
        weights = torch.tensor([1, 0.5, 0, 2, 1, 0.25])
        value = SCALE * (weights * compute(predictions, targets)).sum()
        value.backward()
        results.append(
            {
                "loss": loss,
                "columns": width,
                "labels": kind == "labels",
                "predictions": flat(predictions),
                "targets": flat(targets.double()),
                "precision": 1e-9,
                "value": float(value.detach()),
                "gradient": flat(predictions.grad),
            }
        )
    write("losses", tool, {"rows": ROWS, "scale": SCALE, "weights": flat(weights), "cases": results})
