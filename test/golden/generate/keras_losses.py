"""Losses of keras.losses where they are the same as those of engine/ops/loss.ts. Same form as losses.json.

Keras averages over the last axis, so its value is multiplied by the number of outputs where it does.
"""

import keras
import numpy
import tensorflow as tf
from golden import flat, write

ROWS, SCALE = 6, 0.25


def cases():
    losses = keras.losses
    mean = "mean over outputs"
    yield {"kind": "meanSquaredError"}, 3, "real", mean, losses.MeanSquaredError(reduction=None)
    yield {"kind": "meanAbsoluteError"}, 3, "real", mean, losses.MeanAbsoluteError(reduction=None)
    yield {"kind": "huber", "delta": 0.7}, 3, "real", mean, losses.Huber(delta=0.7, reduction=None)
    yield {"kind": "logCosh"}, 3, "real", mean, losses.LogCosh(reduction=None)
    yield {"kind": "binaryCrossEntropy", "positiveWeight": 1, "smoothing": 0}, 3, "binary", mean, (
        losses.BinaryCrossentropy(from_logits=True, reduction=None)
    )
    yield {"kind": "binaryCrossEntropy", "positiveWeight": 1, "smoothing": 0.2}, 3, "binary", mean, (
        losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2, reduction=None)
    )
    yield {"kind": "binaryFocal", "gamma": 2, "alpha": 0.25}, 3, "binary", mean, losses.BinaryFocalCrossentropy(
        apply_class_balancing=True, alpha=0.25, gamma=2, from_logits=True, reduction=None
    )
    yield {"kind": "binaryFocal", "gamma": 1.5, "alpha": None}, 3, "binary", mean, losses.BinaryFocalCrossentropy(
        gamma=1.5, from_logits=True, reduction=None
    )
    for smoothing in (0, 0.1):
        yield {"kind": "crossEntropy", "smoothing": smoothing, "classWeights": None}, 5, "labels", "sum", (
            losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing, reduction=None)
        )
    yield {"kind": "focal", "gamma": 2, "classWeights": [0.25] * 5}, 5, "labels", "sum", (
        losses.CategoricalFocalCrossentropy(alpha=0.25, gamma=2, from_logits=True, reduction=None)
    )


def make(tool):
    results = []
    weights = tf.constant([1, 0.5, 0, 2, 1, 0.25], dtype="float64")
    for seed, (loss, columns, kind, reduction, compute) in enumerate(cases()):
        random = numpy.random.default_rng(seed)
        predictions = tf.Variable(1.5 * random.normal(size=(ROWS, columns)))
        if kind == "real":
            targets = random.normal(size=(ROWS, columns))
        elif kind == "binary":
            targets = random.integers(0, 2, size=(ROWS, columns)).astype(float)
        else:
            labels = random.integers(0, columns, size=ROWS)
            targets = numpy.eye(columns)[labels]
        factor = columns if reduction == "mean over outputs" else 1
        with tf.GradientTape() as tape:
            value = SCALE * tf.reduce_sum(weights * factor * compute(tf.constant(targets), predictions))
        results.append(
            {
                "loss": loss,
                "columns": columns,
                "labels": kind == "labels",
                "predictions": flat(predictions),
                "targets": [float(label) for label in labels] if kind == "labels" else flat(targets),
                # Keras subtracts ln 2 rounded to float32.
                "precision": 1e-8 if loss["kind"] == "logCosh" else 1e-9,
                "value": float(value),
                "gradient": flat(tape.gradient(value, predictions)),
            }
        )
    write("keras_losses", tool, {"rows": ROWS, "scale": SCALE, "weights": flat(weights), "cases": results})
