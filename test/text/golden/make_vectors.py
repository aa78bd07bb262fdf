"""Word vectors in the four common forms, written from the descriptions of the formats with the standard library.

Run:  python3 make_vectors.py     Writes vectors.{w2v.txt,bin,glove.txt,vec} and vectors.json (word to numbers).
"""

import json
import struct
from pathlib import Path

here = Path(__file__).parent
words = ["the", "new", "low", "est", "übung", "我", "New_York", "</s>"]
width = 5


def number(i, k):
    return struct.unpack("<f", struct.pack("<f", ((i * 7 + k * 3) % 11 - 5) / 8 + i / 16))[0]


table = {w: [number(i, k) for k in range(width)] for i, w in enumerate(words)}


def lines(sep=" ", end=""):
    return "".join(f"{w}{sep}{sep.join(repr(v) for v in vs)}{end}\n" for w, vs in table.items())


(here / "vectors.w2v.txt").write_text(f"{len(words)} {width}\n" + lines())
(here / "vectors.vec").write_text(f"{len(words)} {width}\n" + lines(end=" "))
(here / "vectors.glove.txt").write_text(lines() + ". . . " + " ".join(["0.5"] * width) + "\n")
raw = f"{len(words)} {width}\n".encode()
for w, vs in table.items():
    raw += w.encode() + b" " + struct.pack(f"<{width}f", *vs) + b"\n"
(here / "vectors.bin").write_bytes(raw)
(here / "vectors.json").write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n")
