"""Runs exported models in the tools they are for and writes their answers.

python run.py keras|torch|onnx|savedmodel FOLDER
FOLDER/cases.json lists {"name", "file", "batches": [{"features", "tokens", "state", "lengths", ...}]};
FOLDER/outputs.json gets {"versions", "cases": {name: [[outputs of one batch, flat], ...]}}.

pip install keras==3.15.1 torch==2.13.0 onnx==1.23.0 onnxruntime==1.30.0 h5py safetensors numpy
"""

import importlib.util
import json
import os
import sys
from pathlib import Path

import numpy as np

tool, folder = sys.argv[1], Path(sys.argv[2])
cases = json.loads((folder / "cases.json").read_text())
versions = {}


def array(values, kind):
    return np.array(values, dtype=kind)


def run_keras():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    versions["keras"] = keras.__version__

    def run(case):
        model = keras.saving.load_model(folder / case["file"], compile=False)
        for batch in case["batches"]:
            inputs = keras_inputs(model, batch)
            yield keras.ops.convert_to_numpy(model(inputs if len(inputs) > 1 else inputs[0]))

    return run


def keras_inputs(model, batch):
    features = array(batch["features"], "float32")
    tokens = array(batch["tokens"], "int32")
    steps = features.shape[1] if features.size else tokens.shape[1]
    inputs = []
    for tensor in model.inputs:
        name = tensor.name
        if name == "features":
            inputs.append(features)
        elif name.startswith("tokens_"):
            inputs.append(tokens[:, :, int(name.split("_")[1])])
        elif name == "mask":
            inputs.append(np.arange(steps)[None, :] < array(batch["lengths"], "int32")[:, None])
        else:
            inputs.append(array(batch["states"][name], "float32"))
    return inputs


def run_savedmodel():
    """The command that the export names: the Keras file as a SavedModel, opened by TensorFlow alone."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow

    versions["keras"], versions["tensorflow"] = keras.__version__, tensorflow.__version__

    def run(case):
        model = keras.saving.load_model(folder / case["file"])
        place = str(folder / (case["file"] + ".saved"))
        model.export(place, verbose=False)
        opened = tensorflow.saved_model.load(place)
        for batch in case["batches"]:
            inputs = keras_inputs(model, batch)
            yield opened.serve(inputs if len(inputs) > 1 else inputs[0]).numpy()

    return run


def run_torch():
    import torch

    versions["torch"] = torch.__version__

    def run(case):
        path = folder / case["file"]
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        model = module.load_model()
        for batch in case["batches"]:
            arguments = [torch.tensor(array(batch["features"], "float32"))]
            if case["tokens"]:
                arguments.append(torch.tensor(array(batch["tokens"], "int64")))
            if case["stateValues"]:
                arguments.append(torch.tensor(array(batch["state"], "float32")))
            with torch.no_grad():
                yield model(*arguments, lengths=torch.tensor(batch["lengths"])).numpy()

    return run


def run_onnx():
    import onnx
    import onnxruntime

    versions["onnx"] = onnx.__version__
    versions["onnxruntime"] = onnxruntime.__version__

    def run(case):
        model = onnx.load(folder / case["file"])
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(folder / case["file"])
        kinds = {"features": "float32", "tokens": "int64", "state": "float32", "lengths": "int32"}
        for batch in case["batches"]:
            feeds = {entry.name: array(batch[entry.name], kinds[entry.name]) for entry in session.get_inputs()}
            yield session.run(["predictions"], feeds)[0]

    return run


run = {"keras": run_keras, "torch": run_torch, "onnx": run_onnx, "savedmodel": run_savedmodel}[tool]()
answers = {}
for case in cases:
    try:
        answers[case["name"]] = [np.asarray(output, "float64").ravel().tolist() for output in run(case)]
    except Exception as error:  # each case is judged on its own
        answers[case["name"]] = f"{type(error).__name__}: {error}"
(folder / "outputs.json").write_text(json.dumps({"versions": versions, "cases": answers}))
