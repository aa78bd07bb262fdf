"""Runs exported models in PyTorch and keeps their answers in outputs.json.

pip install torch==2.13.0 safetensors numpy; python test/golden/pytorch-export/make.py (from the root of the program)
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

here = Path(__file__).parent
names = {
    "one layer": "one_layer",
    "stacked bidirectional": "stacked_bidirectional",
    "every step, uneven layers": "every_step_uneven_layers",
    "attention, given state": "attention_given_state",
    "mean": "mean",
    "max": "max",
}


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(folder, stem):
    model = load(folder / f"{stem}.py").load_model()
    inputs = json.loads((folder / f"{stem}.inputs.json").read_text())
    lengths = torch.tensor(inputs["lengths"])
    arguments = [torch.tensor(inputs["features"], dtype=torch.float64)]
    if inputs["tokens"][0][0]:
        arguments.append(torch.tensor(inputs["tokens"]))
    if inputs["state"][0]:
        arguments.append(torch.tensor(inputs["state"], dtype=torch.float64))
    with torch.no_grad():
        outputs = model(*arguments, lengths=lengths)
        # Without lengths the first, full sequence must give the same.
        alone = model(*(argument[:1] for argument in arguments))
    assert torch.allclose(alone[0], outputs[0], rtol=0, atol=1e-12)
    if outputs.dim() == 3:
        outputs = torch.cat([outputs[sample, :steps] for sample, steps in enumerate(lengths)])
    return outputs.flatten().tolist()


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    # The test writes the files before it compares, so that its failure does not matter here.
    subprocess.run(
        ["npx", "vitest", "run", "--config", "test/vitest.config.ts", "test/export/pytorch"],
        env={**os.environ, "GRU_EXPORT_CASES": name},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    cases = {}
    for case, stem in names.items():
        files = [f"{stem}.safetensors", f"{stem}.py", f"{stem}.inputs.json"]
        digests = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}
        # Also as a script, the way its README shows it.
        subprocess.run([sys.executable, folder / f"{stem}.py"], check=True, stdout=subprocess.DEVNULL)
        cases[case] = {"sha256": digests, "outputs": answer(folder, stem)}
    golden = {"torch": torch.__version__, "cases": cases}
    (here / "outputs.json").write_text(json.dumps(golden, indent=1) + "\n")
