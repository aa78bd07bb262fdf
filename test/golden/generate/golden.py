"""Writes golden files: compact JSON with full float64 digits, and a manifest with their checksums."""

import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
VALUES = FOLDER / "values"
MANIFEST = FOLDER / "manifest.json"


def flat(array):
    """All values of a tensor or array in row-major order. Python prints a float64 with all its digits."""
    if hasattr(array, "detach"):
        array = array.detach()
    if hasattr(array, "numpy"):
        array = array.numpy()
    return [float(value) for value in array.reshape(-1)]


def write(name, tool, content):
    """Writes values/<name>.json and its line in the manifest."""
    VALUES.mkdir(exist_ok=True)
    text = json.dumps({"tool": tool, **content}, separators=(",", ":"), allow_nan=False) + "\n"
    (VALUES / f"{name}.json").write_text(text)
    manifest = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    manifest[name] = {"tool": tool, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    MANIFEST.write_text(json.dumps(dict(sorted(manifest.items())), indent=2) + "\n")
    print(f"{name}: {len(text) / 1024:.0f} KiB")
