"""Golden entities: the chunk rules of conlleval (the evaluation of CoNLL-2003) written down from its description.

Run:  python3 make_entities.py      Writes entities.json: sentences in every scheme, their entities, and scores.
"""

import json
import random
from pathlib import Path

random.seed(5)
TYPES = ["PER", "LOC", "MISC"]


def random_entities(length):
    spans, at = [], 0
    while at < length:
        if random.random() < 0.45:
            size = min(length - at, random.choice([1, 1, 2, 3]))
            spans.append((random.choice(TYPES), at, at + size - 1))
            at += size
        else:
            at += 1
    return spans


def write(spans, length, scheme):
    tags = ["O"] * length
    for index, (kind, start, end) in enumerate(spans):
        before = spans[index - 1] if index else None
        touches = before is not None and before[2] == start - 1 and before[0] == kind
        for at in range(start, end + 1):
            if scheme == "BIO":
                letter = "B" if at == start else "I"
            elif scheme == "IOB1":
                letter = "B" if at == start and touches else "I"
            else:
                single, last = ("S", "E") if scheme == "IOBES" else ("U", "L")
                letter = single if start == end else "B" if at == start else last if at == end else "I"
            tags[at] = f"{letter}-{kind}"
    return tags


def chunks(tags):
    """(type, start, end) by conlleval's end_of_chunk and start_of_chunk."""
    found, start = [], None
    previous, before = "O", ""
    for at, tag in enumerate([*tags, "O"]):
        letter, _, kind = tag.partition("-")
        ends = previous != "O" and (
            previous in "ESLU" or letter in "BSUO" or before != kind)
        begins = letter != "O" and (letter in "BSU" or previous in "ESLUO" or before != kind)
        if ends and start is not None:
            found.append([before, start, at - 1])
            start = None
        if begins:
            start = at
        previous, before = letter, kind
    return found


sentences = []
for _ in range(60):
    length = random.randint(1, 9)
    spans = random_entities(length)
    schemes = {name: write(spans, length, name) for name in ("IOB1", "BIO", "IOBES", "BILOU")}
    for name, tags in schemes.items():
        assert chunks(tags) == [list(s) for s in spans], (name, tags, spans)
    sentences.append({"entities": [list(s) for s in spans], "schemes": schemes})

letters = ["O", "O"] + [f"{a}-{k}" for a in "BIESLU" for k in TYPES]
scores = []
for _ in range(40):
    pairs, right, actual, predicted = [], 0, 0, 0
    for _ in range(5):
        length = random.randint(1, 8)
        truth = write(random_entities(length), length, "BIO")
        said = [t if random.random() < 0.7 else random.choice(letters) for t in truth]
        a, b = chunks(truth), chunks(said)
        actual += len(a)
        predicted += len(b)
        right += sum(1 for c in b if c in a)
        pairs.append([truth, said])
    p = right / predicted if predicted else 0
    r = right / actual if actual else 0
    scores.append({"pairs": pairs, "precision": p, "recall": r, "f1": 2 * p * r / (p + r) if p + r else 0})

Path(__file__).with_name("entities.json").write_text(json.dumps({"sentences": sentences, "scores": scores}) + "\n")
