"""Golden values from Keras in float64, on TensorFlow (on PyTorch, Keras 3.15 computes parts in float32).

    python -m venv venv && . venv/bin/activate && pip install -r test/golden/requirements.txt
    python test/golden/make_keras.py [name ...]

Names: gru, losses, updates, schedules, initializers. All of them without a name.
"""

import importlib
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras  # noqa: E402

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent / "generate"))
NAMES = ["gru", "losses", "updates", "schedules", "initializers"]

keras.config.set_floatx("float64")
for name in sys.argv[1:] or NAMES:
    importlib.import_module(f"keras_{name}").make(f"keras {keras.__version__}")
