"""Model files made by the tools themselves, with what they compute, for test/import.

Versions: torch 2.13.0, keras 3.15.1 (backend torch), onnx 1.23.1, onnxscript 0.7.2, safetensors 0.8.0, h5py 3.14.0.
Run: KERAS_BACKEND=torch python test/import/golden/make.py
"""
import json
import os
import pathlib

import h5py
import keras
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from keras.src.legacy.saving import legacy_h5_format
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent
torch.manual_seed(3)
rng = np.random.default_rng(3)
cases = []


def add(name, file, task, output, readout, features=None, tokens=None, state_dict=False, classes=None):
    cases.append({
        "name": name, "file": file, "task": task, "readout": readout, "stateDict": state_dict,
        "features": None if features is None else {"shape": list(features.shape), "values": [round(float(v), 7) for v in features.ravel()]},
        "tokens": None if tokens is None else {"shape": list(tokens.shape), "values": [int(v) for v in tokens.ravel()]},
        "entries": classes,
        "output": {"shape": list(output.shape), "values": [float(v) for v in np.asarray(output, dtype=np.float64).ravel()]},
    })


x = np.round(rng.normal(size=(3, 6, 4)), 3).astype(np.float32)
ids = rng.integers(0, 9, size=(3, 6))


class Forecaster(torch.nn.Module):
    def __init__(self, layers=1, bidirectional=False, hidden=False):
        super().__init__()
        self.rnn = torch.nn.GRU(4, 5, num_layers=layers, bidirectional=bidirectional, batch_first=True)
        width = 10 if bidirectional else 5
        self.hidden = torch.nn.Linear(width, 7) if hidden else None
        self.out = torch.nn.Linear(7 if hidden else width, 2)

    def forward(self, x):
        states, last = self.rnn(x)
        last = torch.cat([last[-2], last[-1]], dim=1) if self.rnn.bidirectional else states[:, -1]
        if self.hidden is not None:
            last = torch.relu(self.hidden(last))
        return self.out(last)


class Tagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(9, 4)
        self.gru = torch.nn.GRU(4, 6, batch_first=True)
        self.tag = torch.nn.Linear(6, 3)

    def forward(self, ids):
        return self.tag(self.gru(self.embedding(ids))[0])


def run(model, *inputs):
    with torch.no_grad():
        return model(*[torch.from_numpy(v) for v in inputs]).numpy()


plain, deep, both, tagger = Forecaster(), Forecaster(2, hidden=True), Forecaster(bidirectional=True), Tagger()
torch.save(plain.state_dict(), here / "plain.pt")
add("torch.save of a state dict", "plain.pt", "regress", run(plain, x), "last", x, state_dict=True)
torch.save({"epoch": 3, "model_state_dict": {"module." + k: v for k, v in deep.state_dict().items()}, "optimizer_state_dict": torch.optim.Adam(deep.parameters()).state_dict()}, here / "checkpoint.pth")
add("a checkpoint with an optimizer and the names of DataParallel", "checkpoint.pth", "regress", run(deep, x), "last", x, state_dict=True)
torch.save(both.state_dict(), here / "legacy.pt", _use_new_zipfile_serialization=False)
add("the format before torch 1.6, bidirectional", "legacy.pt", "regress", run(both, x), "last", x, state_dict=True)
torch.save({k: v.half() for k, v in plain.state_dict().items()}, here / "half.pt")
half = Forecaster()
half.load_state_dict({k: v.half().float() for k, v in plain.state_dict().items()})
add("half precision", "half.pt", "regress", run(half, x), "last", x, state_dict=True)
views = {k: v.t().contiguous().t() if v.dim() == 2 else v for k, v in plain.state_dict().items()}
torch.save(views, here / "views.pt")
add("weights that are transposed views", "views.pt", "regress", run(plain, x), "last", x, state_dict=True)
save_file({k: v.contiguous() for k, v in tagger.state_dict().items()}, here / "tagger.safetensors")
add("safetensors of a tagger with an embedding", "tagger.safetensors", "tag", run(tagger, ids), "every", tokens=ids, state_dict=True, classes=9)

for dynamo in (False, True):
    word = "dynamo" if dynamo else "script"
    for name, model, value, readout, task in (("plain", plain, x, "last", "regress"), ("deep", deep, x, "last", "regress"), ("both", both, x, "last", "regress"), ("tagger", tagger, ids, "every", "tag")):
        file = f"torch-{word}-{name}.onnx"
        axes = {"x": {0: "batch", 1: "time"}}
        options = {"dynamo": True} if dynamo else {"dynamo": False, "dynamic_axes": axes}
        try:
            torch.onnx.export(model.eval(), (torch.from_numpy(value),), str(here / file), input_names=["x"], opset_version=18, external_data=False, **options)
        except Exception as error:
            print("not exported:", file, error)
            continue
        data = onnx.load(here / file)
        del data.metadata_props[:]
        for node in data.graph.node:
            node.doc_string = ""
            del node.metadata_props[:]
        for value_info in data.graph.value_info: del value_info.metadata_props[:]
        onnx.save(data, here / file)
        add(f"torch.onnx ({word}), {name}", file, task, run(model, value), readout,
            features=value if task == "regress" else None, tokens=value if task == "tag" else None, classes=9 if task == "tag" else None)


def keras_model(kind):
    keras.utils.set_random_seed(5)
    layers = keras.layers
    if kind == "tagger":
        inputs = keras.Input((None,), dtype="int32")
        h = layers.Embedding(9, 4)(inputs)
        h = layers.Bidirectional(layers.GRU(6, return_sequences=True))(h)
        return keras.Model(inputs, layers.Dense(3)(h))
    inputs = keras.Input((None, 4))
    if kind == "before":
        h = layers.GRU(5, reset_after=False, bias_initializer="glorot_uniform")(inputs)
        return keras.Model(inputs, layers.Dense(2)(h))
    if kind == "pooled":
        h = layers.GRU(5, return_sequences=True, recurrent_activation="hard_sigmoid", bias_initializer="glorot_uniform")(inputs)
        h = layers.GRU(3, return_sequences=True)(h)
        h = layers.GlobalAveragePooling1D()(h)
        h = layers.Dense(6, activation="relu", bias_initializer="glorot_uniform")(h)
        return keras.Model(inputs, layers.Dense(2)(h))
    model = keras.Sequential([keras.Input((None, 4)), layers.GRU(5, bias_initializer="glorot_uniform"), layers.Dropout(0.2), layers.Dense(2)])
    return model


def randomize(model):
    for weight in model.trainable_weights:
        weight.assign(np.asarray(keras.ops.convert_to_numpy(weight)) + rng.normal(size=weight.shape).astype(np.float32) * 0.1)


for kind, readout, task in (("sequential", "last", "regress"), ("before", "last", "regress"), ("pooled", "mean", "regress"), ("tagger", "every", "tag")):
    model = keras_model(kind)
    randomize(model)
    value = ids if kind == "tagger" else x
    output = keras.ops.convert_to_numpy(model(value))
    for ending in ("keras", "h5"):
        file = f"{kind}.{ending}"
        model.save(here / file)
        add(f"Keras {ending}, {kind}", file, task, output, readout, features=None if kind == "tagger" else x, tokens=ids if kind == "tagger" else None, classes=9 if kind == "tagger" else None)

    if kind in ("sequential", "tagger"):
        file = f"{kind}.weights.h5"
        model.save_weights(here / file)
        add(f"Keras 3 weights alone, {kind}", file, task, output, readout, features=None if kind == "tagger" else x, tokens=ids if kind == "tagger" else None, classes=9 if kind == "tagger" else None)
        file = f"{kind}-legacy.h5"
        with h5py.File(here / file, "w") as opened:
            legacy_h5_format.save_weights_to_hdf5_group(opened, model)
        add(f"Keras 2 weights alone, {kind}", file, task, output, readout, features=None if kind == "tagger" else x, tokens=ids if kind == "tagger" else None, classes=9 if kind == "tagger" else None)

# The shape of tf2onnx's graphs: time first by a Transpose, states from an Expand, the direction squeezed away.
weights = {k: v.numpy() for k, v in plain.state_dict().items()}
zrh = lambda m: np.concatenate([m[5:10], m[0:5], m[10:15]])
const = lambda name, value: numpy_helper.from_array(value, name)
graph = helper.make_graph(
    [
        helper.make_node("Transpose", ["input"], ["time_first"], perm=[1, 0, 2], name="transpose"),
        helper.make_node("Shape", ["input"], ["shape"], name="shape"),
        helper.make_node("Slice", ["shape", "zero", "one", "axis"], ["batch"], name="slice"),
        helper.make_node("Concat", ["one", "batch", "units"], ["state_shape"], axis=0, name="concat"),
        helper.make_node("Expand", ["zero_state", "state_shape"], ["initial"], name="expand"),
        helper.make_node("GRU", ["time_first", "W", "R", "B", "", "initial"], ["Y", "Y_h"], hidden_size=5, linear_before_reset=1, direction="forward", activations=["Sigmoid", "Tanh"], name="gru"),
        helper.make_node("Squeeze", ["Y_h", "axis"], ["last"], name="squeeze"),
        helper.make_node("MatMul", ["last", "kernel"], ["product"], name="dense/MatMul"),
        helper.make_node("Add", ["product", "bias"], ["output"], name="dense/BiasAdd"),
    ],
    "tf2onnx",
    [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["unk_1", "unk_2", 4])],
    [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["unk_1", 2])],
    [
        const("W", zrh(weights["rnn.weight_ih_l0"])[None]), const("R", zrh(weights["rnn.weight_hh_l0"])[None]),
        const("B", np.concatenate([zrh(weights["rnn.bias_ih_l0"]), zrh(weights["rnn.bias_hh_l0"])])[None]),
        const("kernel", np.ascontiguousarray(weights["out.weight"].T)), const("bias", weights["out.bias"]),
        const("zero", np.array([0])), const("one", np.array([1])), const("axis", np.array([0])), const("units", np.array([5])),
        const("zero_state", np.zeros((1, 1, 1), np.float32)),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], producer_name="tf2onnx", ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, here / "tf2onnx-style.onnx")
add("a graph as tf2onnx writes it", "tf2onnx-style.onnx", "regress", run(plain, x), "last", x)

(here / "cases.json").write_text(json.dumps(cases))
print(len(cases), "cases,", sum(f.stat().st_size for f in here.iterdir()) // 1024, "KiB")
