"""Golden values from PyTorch in float64.

    python -m venv venv && . venv/bin/activate && pip install -r test/golden/requirements.txt
    python test/golden/make_pytorch.py [name ...]

Names: optimizers, schedules, gru, layers, losses, clipping, training, self_test. All of them without a name.
"""

import importlib
import sys
from pathlib import Path

import torch

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent / "generate"))
NAMES = ["optimizers", "schedules", "gru", "layers", "losses", "clipping", "training", "self_test"]

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
for name in sys.argv[1:] or NAMES:
    importlib.import_module(f"pytorch_{name}").make(f"torch {torch.__version__.split('+')[0]}")
