"""Golden windows: every option of the preparation, written with pandas and NumPy alone.

Run with pandas 2 or later and NumPy 2 or later:  python3 make_windows.py
Writes table.csv (the input) and windows.jsonl (one case a line: an experiment and the arrays that must come out).
The rules are those of the documentation, not of the code; nothing is shared with the TypeScript side.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

here = Path(__file__).parent
rng = np.random.default_rng(7)


def make_table():
    rows = []
    for store, length, level in (("north", 70, 100.0), ("south", 58, 12.0)):
        for day in range(length):
            rows.append(
                {
                    "day": str(pd.Timestamp("2024-01-01") + pd.Timedelta(days=day))[:10],
                    "store": store,
                    "price": round(level + 5 * np.sin(day / 3) + rng.normal(), 3),
                    "visits": int(rng.integers(0, 50)),
                    "promo": int(rng.integers(0, 2)),
                    "weather": str(rng.choice(["rain", "sun", "fog"])),
                    "grade": str(rng.choice(["low", "mid", "high"])),
                    "gappy": round(level / 10 + rng.normal(), 3),
                    "part": "train" if day < length * 0.6 else "dev" if day < length * 0.8 else "test",
                    "weight": round(float(rng.uniform(0.5, 2)), 2),
                    "h0": round(rng.normal(), 3),
                    "h1": round(rng.normal(), 3),
                }
            )
    table = pd.DataFrame(rows)
    holes = rng.choice(len(table), 11, replace=False)
    table.loc[holes, "gappy"] = np.nan
    table.loc[[5, 6, 7], "gappy"] = np.nan  # a run
    table.loc[69, "gappy"] = np.nan  # the end of a series
    table.loc[70, "gappy"] = np.nan  # the beginning of the next: must not be filled from the series before
    table = table.sample(frac=1, random_state=3).reset_index(drop=True)  # rows in no order
    # Two rows that repeat a time of their series.
    repeated = table.iloc[[4, 9]].copy()
    repeated["price"] += 1.5
    return pd.concat([table, repeated], ignore_index=True)


def column(name, role="feature", encoding="numeric"):
    return {"name": name, "role": role, "encoding": encoding}


keys = [column("day", "time"), column("store", "series")]
price = column("price", "featureAndTarget")
base = {"duplicates": "first", "columns": [*keys, price], "window": 4, "horizon": 1}

cases = [
    ("one step, standard", "forecast", base, {}),
    ("several steps, two targets, min-max, stride", "forecast",
     {**base, "columns": [*keys, price, column("visits", "featureAndTarget")], "horizon": 3, "stride": 2,
      "normalize": "minMax", "split": {"kind": "time", "gap": 1}}, {}),
    ("robust, one for each series", "forecast", {**base, "normalize": "robust", "perSeries": True}, {}),
    ("standard, one for each series, gap 0", "forecast",
     {**base, "perSeries": True, "split": {"kind": "time", "train": 0.6, "validation": 0.2, "gap": 0}}, {}),
    ("not normalized, last of the repeated", "forecast", {**base, "normalize": "none", "duplicates": "last"}, {}),
    ("mean of the repeated", "forecast", {**base, "duplicates": "mean"}, {}),
    ("missing: drop", "forecast", {**base, "columns": [*keys, price, column("gappy")], "missing": "drop"}, {}),
    ("missing: forward", "forecast", {**base, "columns": [*keys, price, column("gappy")], "missing": "forward"}, {}),
    ("missing: interpolate", "forecast",
     {**base, "columns": [*keys, price, column("gappy")], "missing": "interpolate"}, {}),
    ("missing: mean", "forecast", {**base, "columns": [*keys, price, column("gappy")], "missing": "mean"}, {}),
    ("one-hot, embedding, binary", "forecast",
     {**base, "columns": [*keys, price, column("weather", encoding="oneHot"), column("grade", encoding="embedding"),
                          column("promo", encoding="binary")]}, {}),
    ("classify windows", "classify",
     {**base, "columns": [*keys, column("price"), column("grade", "target", "label")]},
     {"loss": {"kind": "crossEntropy"}}),
    ("regress windows, weights", "regress",
     {**base, "columns": [*keys, column("price"), column("visits", "target"), column("weight", "weight")]}, {}),
    ("tag windows", "tag",
     {**base, "stride": 4, "columns": [*keys, column("price"), column("grade", "target", "label")]},
     {"loss": {"kind": "crossEntropy"}}),
    ("next over whole series, first row from zeros", "next",
     {**base, "sequence": "whole", "firstStep": "zeros",
      "columns": [*keys, column("promo", "featureAndTarget", "binary"), price, column("part", "split")],
      "columns_are": "mixed"}, {}),
    ("next in windows, split column", "next",
     {**base, "columns": [*keys, price, column("visits"), column("part", "split")], "split": {"kind": "column"}}, {}),
    ("tag whole series, split column", "tag",
     {**base, "sequence": "whole", "split": {"kind": "column"},
      "columns": [*keys, column("price"), column("visits", "target"), column("part", "split")]}, {}),
    ("counts are not normalized under the Poisson loss", "forecast",
     {**base, "columns": [*keys, column("visits", "featureAndTarget")]}, {"loss": {"kind": "poisson"}}),
    ("initial state from columns", "forecast", base, {"states": ["h0", "h1"]}),
]
# One kind of target at a time: the first "next" case predicts the switch only.
cases[14][2].pop("columns_are")
cases[14][2]["columns"] = [*keys, column("promo", "featureAndTarget", "binary"), column("price"), column("part", "split")]
cases[14][2]["split"] = {"kind": "column"}


def normalizer(kind, values):
    values = np.asarray(values, float)
    if kind == "none":
        return 0.0, 1.0
    if kind == "standard":
        return values.mean(), values.std() or 1.0
    if kind == "minMax":
        return values.min(), (values.max() - values.min()) or 1.0
    q1, q2, q3 = np.percentile(values, [25, 50, 75])
    return q2, (q3 - q1) or 1.0


def prepare(table, task, data, extra):
    role = lambda *names: [c for c in data["columns"] if c["role"] in names]
    inputs = role("feature", "featureAndTarget")
    targets = role("target", "featureAndTarget")
    window, horizon, stride = data["window"], data["horizon"], data.get("stride", 1)
    frame = table.copy()
    frame["row"] = np.arange(len(frame)) + 1
    frame["order"] = frame["store"].map({s: i for i, s in enumerate(frame["store"].drop_duplicates())})
    used = [c["name"] for c in inputs + targets]
    if data.get("missing") == "drop":
        frame = frame.dropna(subset=used)
        frame["order"] = frame["store"].map({s: i for i, s in enumerate(frame["store"].drop_duplicates())})
    frame["day"] = pd.to_datetime(frame["day"])
    frame = frame.sort_values(["order", "day", "row"], kind="stable")
    if data["duplicates"] == "mean":
        numeric = [n for n in ("price", "visits", "promo", "gappy", "weight", "h0", "h1")]
        means = frame.groupby(["order", "day"])[numeric].transform("mean")
        frame[numeric] = means
        frame = frame.drop_duplicates(["order", "day"], keep="first")
    else:
        frame = frame.drop_duplicates(["order", "day"], keep=data["duplicates"])
    numeric_inputs = [c["name"] for c in inputs if c["encoding"] == "numeric"]
    if data.get("missing") == "forward":
        frame[numeric_inputs] = frame.groupby("order")[numeric_inputs].ffill()
        frame = frame.dropna(subset=numeric_inputs)

    # Parts.
    split = data.get("split", {"kind": "time"})
    pieces = []
    for _, series in frame.groupby("order", sort=True):
        if split["kind"] == "column":
            part = series["part"].map({"train": "train", "dev": "validation", "test": "test"})
            for name in ("train", "validation", "test"):
                pieces.append((name, series[part == name]))
            continue
        gap = split.get("gap")
        if gap is None:
            gap = window + horizon - 1
        n = len(series) - 2 * gap
        a = int(np.floor(n * split.get("train", 0.7) + 1e-9))
        b = int(np.floor(n * split.get("validation", 0.15) + 1e-9))
        pieces.append(("train", series.iloc[:a]))
        pieces.append(("validation", series.iloc[a + gap : a + gap + b]))
        pieces.append(("test", series.iloc[a + b + 2 * gap :]))
    if data.get("missing") == "interpolate":
        for _, piece in pieces:
            for name in numeric_inputs:
                piece.loc[:, name] = piece[name].interpolate(limit_direction="both").to_numpy()
    train = pd.concat([piece for name, piece in pieces if name == "train"])
    means = {name: train[name].mean() for name in numeric_inputs}
    if data.get("missing") == "mean":
        for _, piece in pieces:
            for name in numeric_inputs:
                piece.loc[:, name] = piece[name].fillna(means[name]).to_numpy()
        train = pd.concat([piece for name, piece in pieces if name == "train"])

    kind = data.get("normalize", "standard")
    counts = extra.get("loss", {}).get("kind") == "poisson"

    def scaled(piece, name):
        source = train[train["store"] == piece["store"].iloc[0]] if data.get("perSeries") else train
        offset, scale = normalizer(kind, source[name])
        return (piece[name].to_numpy(float) - offset) / scale

    categories = {c["name"]: sorted(train[c["name"]].unique()) for c in inputs if c["encoding"] in ("oneHot", "embedding")}
    classes = sorted(frame[targets[0]["name"]].unique()) if targets[0]["encoding"] == "label" else []

    result = {"features": [], "classes": list(classes), "parts": {}}
    for c in inputs:
        if c["encoding"] == "oneHot":
            result["features"] += [f"{c['name']}={v}" for v in categories[c["name"]]]
        elif c["encoding"] != "embedding":
            result["features"].append(c["name"])

    for part in ("train", "validation", "test"):
        samples = []
        for name, piece in pieces:
            if name != part or len(piece) == 0:
                continue
            blocks, tokens = [], []
            for c in inputs:
                if c["encoding"] == "numeric":
                    blocks.append(scaled(piece, c["name"])[:, None])
                elif c["encoding"] == "binary":
                    blocks.append(piece[c["name"]].to_numpy(float)[:, None])
                elif c["encoding"] == "oneHot":
                    blocks.append((piece[c["name"]].to_numpy()[:, None] == np.array(categories[c["name"]])).astype(float))
                else:
                    tokens.append([categories[c["name"]].index(v) + 1 if v in categories[c["name"]] else 0 for v in piece[c["name"]]])
            x = np.concatenate(blocks, axis=1)
            tokens = np.array(tokens, int).T if tokens else np.zeros((len(piece), 0), int)
            if classes:
                y = piece[targets[0]["name"]].map({v: i for i, v in enumerate(classes)}).to_numpy()[:, None]
            else:
                y = np.stack(
                    [piece[c["name"]].to_numpy(float) if c["encoding"] == "binary" or counts else scaled(piece, c["name"]) for c in targets],
                    axis=1,
                )
            weights = piece["weight"].to_numpy() if role("weight") else np.ones(len(piece))
            states = piece[extra["states"]].to_numpy() if "states" in extra else np.zeros((len(piece), 0))
            rows = piece["row"].to_numpy()
            n = len(piece)

            def add(start, length, target, weight):
                samples.append(
                    {
                        "rows": [int(rows[start]), int(rows[start + length - 1])],
                        "x": x[start : start + length].tolist(),
                        "tokens": tokens[start : start + length].tolist(),
                        "y": np.asarray(target).tolist(),
                        "w": np.asarray(weight, float).tolist(),
                        "state": states[start].tolist(),
                    }
                )

            if data.get("sequence") == "whole" and task == "next":
                zero = np.concatenate([np.zeros((1, x.shape[1])), x[:-1]])
                samples.append({"rows": [int(rows[0]), int(rows[n - 2])], "x": zero.tolist(),
                                "tokens": np.zeros((n, 0)).tolist(), "y": y.tolist(), "w": weights.tolist(), "state": []})
            elif data.get("sequence") == "whole":
                add(0, n, y, weights)
            elif task == "forecast":
                for s in range(0, n - window - horizon + 1, stride):
                    add(s, window, y[s + window : s + window + horizon].reshape(-1), weights[s + window])
            elif task in ("classify", "regress"):
                for s in range(0, n - window + 1, stride):
                    add(s, window, y[s + window - 1], weights[s + window - 1])
            elif task == "tag":
                for s in range(0, n - window + 1, stride):
                    add(s, window, y[s : s + window], weights[s : s + window])
            else:
                for s in range(0, n - window, stride):
                    add(s, window, y[s + 1 : s + window + 1], weights[s + 1 : s + window + 1])
        result["parts"][part] = samples
    return result


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


def main():
    pd.options.mode.chained_assignment = None
    table = make_table()
    table.to_csv(here / "table.csv", index=False)
    table = pd.read_csv(here / "table.csv")
    with open(here / "windows.jsonl", "w") as file:
        for name, task, data, extra in cases:
            training = {"loss": extra["loss"]} if "loss" in extra else {}
            model = {"layers": [{"units": 2, "initialState": {"kind": "given", "columns": extra["states"]}}]} if "states" in extra else {}
            experiment = {"task": task, "data": data, "training": training, "model": model}
            case = {"name": name, "experiment": experiment, "expected": rounded(prepare(table, task, data, extra))}
            file.write(json.dumps(case, separators=(",", ":")) + "\n")


main()
