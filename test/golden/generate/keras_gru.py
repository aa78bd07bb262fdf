"""Recurrences of keras.layers.GRU: reset before and after, hard sigmoid, masks, both directions. Same form as gru.json."""

import keras
import numpy
import tensorflow as tf
from golden import flat, write

ACTIVATIONS = {"hardSigmoid": "hard_sigmoid", "swish": "silu"}
INPUTS, UNITS, STEPS, BATCH = 3, 4, 4, 3


def build(name, seed, mode="afterRecurrentBias", gate="sigmoid", candidate="tanh", bias=True, lengths=None, both=False):
    random = numpy.random.default_rng(seed)

    def layer(reverse):
        return keras.layers.GRU(
            UNITS,
            activation=ACTIVATIONS.get(candidate, candidate),
            recurrent_activation=ACTIVATIONS.get(gate, gate),
            use_bias=bias,
            reset_after=mode == "afterRecurrentBias",
            return_sequences=True,
            return_state=True,
            go_backwards=reverse,
        )

    x = tf.Variable(random.normal(size=(BATCH, STEPS, INPUTS)))
    valid = numpy.arange(STEPS)[None, :] < numpy.array(lengths or [STEPS] * BATCH)[:, None]
    parts = []
    for reverse in (False, True) if both else (False,):
        gru = layer(reverse)
        gru.build((BATCH, STEPS, INPUTS))
        for variable in gru.trainable_variables:
            variable.assign(0.6 * random.normal(size=variable.shape))
        initial = tf.Variable(random.normal(size=(BATCH, UNITS)))
        parts.append({"gru": gru, "reverse": reverse, "initial": initial, "weight": random.normal(size=(BATCH, UNITS))})
    target = random.normal(size=(BATCH, STEPS, UNITS * len(parts)))
    count = int(valid.sum()) * target.shape[2]

    with tf.GradientTape(persistent=True) as tape:
        total = 0.0
        outputs = []
        for part in parts:
            mask = None if lengths is None else tf.constant(valid)
            output, part["state"] = part["gru"](x, mask=mask, initial_state=part["initial"])
            outputs.append(tf.reverse(output, axis=[1]) if part["reverse"] else output)
            total = total + tf.reduce_sum(part["state"] * part["weight"])
        output = tf.concat(outputs, axis=2)
        loss = tf.reduce_sum((output - target) ** 2 * valid[:, :, None]) / count
        total = total + loss

    def describe(part):
        variables = [variable.value for variable in part["gru"].trainable_variables]
        names = ["kernel", "recurrent", "bias"][: len(variables)]

        def parameters(tensors):
            result = dict(zip(names, map(flat, tensors)))
            if bias and mode == "afterRecurrentBias":
                rows = result["bias"]
                result["bias"], result["recurrentBias"] = rows[: 3 * UNITS], rows[3 * UNITS :]
            return result

        return {
            "shape": {
                "inputs": INPUTS,
                "units": UNITS,
                "resetMode": mode,
                "gateActivation": gate,
                "candidateActivation": candidate,
                "clip": None,
                "reverse": part["reverse"],
                "zoneout": 0,
                "layerNormalization": False,
            },
            "weights": parameters(variables),
            "gradients": parameters(tape.gradient(total, variables)),
            "initialState": flat(part["initial"]),
            "initialStateGradient": flat(tape.gradient(total, part["initial"])),
            "recurrentMask": None,
            "zoneoutMask": None,
            "finalState": flat(part["state"]),
            "finalStateGradient": flat(part["weight"]),
        }

    def time_major(tensor):
        return flat(numpy.swapaxes(numpy.asarray(tensor), 0, 1))

    return {
        "name": name,
        "oracle": "keras.layers.GRU",
        "timesteps": STEPS,
        "batch": BATCH,
        "lengths": lengths,
        "layers": [[describe(part) for part in parts]],
        "input": time_major(x),
        "target": time_major(target),
        "lossScale": 1 / count,
        "loss": float(loss),
        "output": time_major(output),
        "inputGradient": time_major(tape.gradient(total, x)),
    }


def make(tool):
    cases = [
        build("reset before", 1, mode="before"),
        build("reset before, no bias", 2, mode="before", bias=False),
        build("reset before, mask", 3, mode="before", lengths=[4, 1, 3]),
        build("reset after", 4),
        build("reset after, no bias", 5, bias=False),
        build("reset after, mask, both directions", 6, lengths=[2, 4, 1], both=True),
        build("reset before, mask, both directions", 7, mode="before", lengths=[2, 4, 1], both=True),
        build("reset before, hard sigmoid", 8, mode="before", gate="hardSigmoid"),
        build("reset after, hard sigmoid, mask", 9, gate="hardSigmoid", lengths=[1, 4, 2]),
        build("softsign", 9, mode="before", candidate="softsign"),
        build("elu", 9, candidate="elu"),
        build("swish and softplus", 11, gate="swish", candidate="softplus"),
        build("selu", 12, mode="before", candidate="selu"),
    ]
    write("keras_gru", tool, {"cases": cases})
