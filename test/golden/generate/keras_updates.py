"""Constraints and regularizers of Keras on a matrix and a vector."""

import keras
import numpy
import tensorflow as tf
from golden import flat, write


def make(tool):
    random = numpy.random.default_rng(5)
    weights = {"matrix": random.normal(size=(5, 4)), "vector": random.normal(size=(6, 1))}
    constraints = {
        "maxNorm": keras.constraints.MaxNorm(1.5, axis=0),
        "unitNorm": keras.constraints.UnitNorm(axis=0),
        "nonNegative": keras.constraints.NonNeg(),
    }
    constrained = [
        {
            "constraint": name,
            "limit": 1.5,
            "rows": weight.shape[0],
            "columns": weight.shape[1],
            "weight": flat(weight),
            "constrained": flat(constraint(tf.constant(weight))),
        }
        for name, constraint in constraints.items()
        for weight in weights.values()
    ]
    regularized = []
    # Keras rounds the factors to float32; these are exact.
    for l1, l2 in ((0.125, 0), (0, 0.25), (0.0625, 0.5)):
        weight = tf.Variable(weights["matrix"])
        with tf.GradientTape() as tape:
            penalty = keras.regularizers.L1L2(l1, l2)(weight)
        regularized.append(
            {
                "l1": l1,
                "l2": l2,
                "weight": flat(weight),
                "penalty": float(penalty),
                "gradient": flat(tape.gradient(penalty, weight)),
            }
        )
    write("keras_updates", tool, {"constraints": constrained, "regularizers": regularized})
