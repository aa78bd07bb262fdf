"""Golden windows of the options of columns, windows, splits and sampling, written with pandas, NumPy and SciPy alone.

Run with pandas 3.0, NumPy 2.3 and SciPy 1.16 or later:  python3 make_options.py
Writes options.csv (the input) and options.jsonl (one case a line: an experiment and the arrays that must come out).
The rules are those of the documentation, not of the code; nothing is shared with the TypeScript side.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

here = Path(__file__).parent
rng = np.random.default_rng(11)


def make_table():
    """Two meters read about every hour over a change of the clocks, with gaps; times written day first."""
    rows = []
    for meter, count, level, height in (("b7", 110, 40.0, 12.5), ("a1", 96, 900.0, 310.0)):
        at = pd.Timestamp("2024-03-29 05:20")
        for i in range(count):
            at += pd.Timedelta(minutes=int(rng.choice([50, 60, 70, 60, 60])))
            if rng.random() < 0.06:
                at += pd.Timedelta(hours=int(rng.integers(2, 9)))
            rows.append(
                {
                    "at": at.strftime("%d/%m/%Y %H:%M"),
                    "iso": at.strftime("%Y-%m-%d %H:%M:%S"),
                    "meter": meter,
                    "load": round(level * float(np.exp(0.3 * np.sin(i / 4) + 0.2 * rng.normal())), 3),
                    "flow": round(float(rng.gamma(2.0, 3.0) + 0.1), 3),
                    "heat": round(float(5 * np.cos(i / 5) + rng.standard_t(2)), 3),
                    "price": round(float(20 + 3 * np.sin(i / 3) + rng.normal()), 3),
                    "plan": str(rng.choice(["low", "mid", "high"])),
                    "valve": int(rng.integers(0, 2)),
                    "gappy": np.nan if rng.random() < 0.15 else round(float(rng.normal(3, 2)), 3),
                    "code": "k" + str(int(rng.zipf(1.6)) % 40),
                    "state": str(rng.choice(["idle", "run", "fault"], p=[0.55, 0.35, 0.1])),
                    "batch": "g" + str(i // 9 + (0 if meter == "b7" else 100)),
                    "height": height if i == 3 else np.nan,
                    "count": int(rng.poisson(4)),
                }
            )
    return pd.DataFrame(rows)


def column(name, role="feature", encoding="numeric", **more):
    return {"name": name, "role": role, "encoding": encoding, **more}


def time(**more):
    return column("iso", "time", **more)


meter = column("meter", "series")
both = "featureAndTarget"
label = column("state", "target", "label")
cross = {"loss": {"kind": "crossEntropy"}}
split0 = {"kind": "time", "train": 0.6, "validation": 0.2, "gap": 2}


def data(*columns, **more):
    first = [c for c in columns if c["role"] == "time"]
    return {"columns": [*(first or [time()]), meter, *[c for c in columns if c not in first]], "window": 4,
            "split": split0, **more}


long = {"window": 6, "horizon": 5}
cases = [
    ("log1p", "forecast", data(column("load", both, transform={"kind": "log"}), horizon=3), {}),
    ("log with an offset", "forecast", data(column("load", both), column("heat", transform={"kind": "log", "offset": 60})), {}),
    ("Box-Cox", "forecast", data(column("flow", both, transform={"kind": "boxCox"}), horizon=2), {}),
    ("Box-Cox with an offset, one normalizer for each series", "forecast",
     data(column("heat", both, transform={"kind": "boxCox", "offset": 80}), perSeries=True), {}),
    ("difference of order one over several steps", "forecast", data(column("load", both, difference=1), horizon=4), {}),
    ("seasonal difference", "forecast", data(column("load", both, difference=3), **long), {}),
    ("seasonal difference of the logarithm, per series", "forecast",
     data(column("load", both, difference=3, transform={"kind": "log"}), column("price", both), perSeries=True, **long), {}),
    ("difference of an input alone", "forecast", data(column("load", both), column("price", difference=2)), {}),
    ("difference of the next step", "next", data(column("load", both, difference=2, transform={"kind": "log"}), stride=2), {}),
    ("clip by quantiles", "forecast", data(column("heat", both, clip={"kind": "quantile", "low": 0.1, "high": 0.8}), horizon=2), {}),
    ("clip by interquartile ranges", "forecast", data(column("heat", both, clip={"kind": "interquartile", "factor": 0.5})), {}),
    ("clip by deviations", "forecast", data(column("heat", both, clip={"kind": "deviation", "factor": 1.2}), normalize="robust"), {}),
    ("clip, logarithm, difference", "forecast",
     data(column("load", both, clip={"kind": "quantile", "low": 0.05, "high": 0.9}, transform={"kind": "log", "offset": 2}, difference=1),
          horizon=3), {}),
    ("lags and rolling statistics", "forecast",
     data(column("load", both, lags=[1, 5], rolling=[{"rows": 4, "statistic": "mean"}, {"rows": 3, "statistic": "deviation"}],
                 transform={"kind": "log"})), {}),
    ("lags of a filled column", "forecast", data(column("load", both), column("gappy", lags=[2]), missing="mean"), {}),
    ("lags of a column filled forward", "forecast", data(column("load", both), column("gappy", lags=[2]), missing="forward"), {}),
    ("mask", "forecast", data(column("load", both), column("gappy"), column("valve", encoding="binary"), missing="mask"), {}),
    ("normalizers of their own", "forecast",
     data(column("load", both, normalize="minMax", perSeries=True), column("flow", normalize="robust"),
          column("price", normalize="none"), column("heat")), {}),
    ("categories: rare ones are unknown", "forecast",
     data(column("load", both), column("code", encoding="embedding", minimumCount=4), column("plan", encoding="oneHot", maximumCategories=2)), {}),
    ("hashed categories", "forecast", data(column("load", both), column("code", encoding="hash", buckets=7)), {}),
    ("known ahead, of every encoding", "forecast",
     data(column("load", both), column("price", known="future"), column("plan", encoding="oneHot", known="future"),
          column("valve", encoding="binary", known="future"), column("code", encoding="embedding", known="future"), horizon=3), {}),
    ("known ahead in the next step", "next", data(column("load", both), column("price", known="future")), {}),
    ("static", "forecast", data(column("load", both), column("height", known="static", perSeries=True)), {}),
    ("calendar, as written", "forecast",
     data(time(calendar=["hour", "weekday", "dayOfMonth", "dayOfYear", "month", "weekend"]), column("load", both)), {}),
    ("calendar, one-hot, in a zone", "forecast",
     data(time(calendar=["hour", "weekday", "weekend"], calendarForm="oneHot", timeZone="Europe/Berlin"), column("load", both)), {}),
    ("times by a pattern, in a zone", "forecast",
     data(column("at", "time", timeFormat="%d/%m/%Y %H:%M", timeZone="America/New_York", calendar=["hour", "weekend"]),
          column("load", both)), {}),
    ("every second row", "forecast", data(column("load", both), samplingRate=2, horizon=2, split={"kind": "time", "train": 0.6, "validation": 0.2}), {}),
    ("every third row, class of the last", "classify", data(column("load"), label, samplingRate=3), cross),
    ("every second row, class of each", "tag", data(column("load"), label, samplingRate=2, stride=5), cross),
    ("every second row, the next step", "next", data(column("load", both), samplingRate=2, stride=3), {}),
    ("whole sequences of limited length: their last steps", "tag",
     data(column("load"), label, sequence="whole", minimumLength=5, maximumLength=7,
          columns_more=[column("batch", "series")], split={"kind": "series"}), cross),
    ("whole sequences of limited length: their first steps", "tag",
     data(column("load"), label, sequence="whole", maximumLength=6, longer="first",
          columns_more=[column("batch", "series")], split={"kind": "series"}), cross),
    ("whole sequences of limited length: none", "classify",
     data(column("load"), label, sequence="whole", maximumLength=8, longer="drop",
          columns_more=[column("batch", "series")], split={"kind": "series", "train": 0.5, "validation": 0.2}), cross),
    ("by group", "classify", data(column("load"), label, column("batch", "group"), split={"kind": "group", "train": 0.5, "validation": 0.25}), cross),
    ("rolling origin, a fold in the middle", "forecast",
     data(column("load", both), split={"kind": "rollingOrigin", "folds": 4, "fold": 2, "validation": 0, "gap": 3}), {}),
    ("rolling origin, last fold, no more than some rows", "forecast",
     data(column("load", both), split={"kind": "rollingOrigin", "folds": 3, "validation": 0.25, "trainingRows": 50}), {}),
    ("at random", "classify", data(column("load"), label, stride=4, split={"kind": "random", "train": 0.5, "validation": 0.25}), cross),
    ("stratified", "classify", data(column("load"), label, stride=4, split={"kind": "stratified", "train": 0.5, "validation": 0.25}), cross),
    ("over-sampling", "classify", data(column("load"), label, sampling="over"), cross),
    ("under-sampling", "classify", data(column("load"), label, sampling="under"), cross),
    ("six hours: every rule", "forecast",
     data(column("load", both), column("flow", aggregate="sum"), column("heat", aggregate="min"), column("price", aggregate="max"),
          column("gappy", aggregate="count"), column("plan", encoding="oneHot", aggregate="first"),
          column("valve", encoding="binary", aggregate="last"), resample={"every": 6, "unit": "hour"}, missing="forward", window=3), {}),
    ("hours, gaps interpolated", "forecast", data(column("load", both), column("gappy"), resample={"unit": "hour"}, missing="interpolate"), {}),
    ("hours, gaps by the mean, in a zone", "forecast",
     data(time(timeZone="Europe/Berlin", calendar=["hour"]), column("load", both), resample={"unit": "hour"}, missing="mean"), {}),
    ("days of a zone", "forecast",
     data(time(timeZone="Europe/Berlin"), column("load", both, aggregate="sum"), column("count", aggregate="max"), resample={"unit": "day"},
          window=1, split={"kind": "time", "train": 0.6, "validation": 0, "gap": 0}), {}),
    ("days and a difference", "forecast",
     data(column("load", both, difference=1), resample={"unit": "day"}, window=1, split={"kind": "time", "train": 0.6, "validation": 0, "gap": 0}), {}),
]
for _, _, d, _ in cases:
    if "columns_more" in d:  # the batches are the series
        d["columns"] = [c for c in d["columns"] if c is not meter] + d.pop("columns_more")


# Times and tables


def read_times(frame, spec):
    """(instants in UTC, wall clock), both without a zone."""
    texts = frame[spec["name"]]
    wall = pd.to_datetime(texts, format=spec.get("timeFormat", "%Y-%m-%d %H:%M:%S"))
    zone = spec.get("timeZone")
    if zone is None:
        return wall, None
    local = wall.dt.tz_localize(zone, ambiguous=np.ones(len(wall), bool), nonexistent="shift_forward")
    return local.dt.tz_convert("UTC").dt.tz_localize(None), zone


def wall_of(instants, zone):
    if zone is None:
        return instants
    return instants.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)


def instant_of(wall, zone):
    if zone is None:
        return wall
    return pd.DatetimeIndex(wall).tz_localize(zone, nonexistent="shift_forward").tz_convert("UTC").tz_localize(None)


def resampled(frame, d, zone):
    every, unit = d["resample"].get("every", 1), d["resample"]["unit"]
    pieces = []
    series = next(c["name"] for c in d["columns"] if c["role"] == "series")
    for name in frame[series].drop_duplicates():
        one = frame[frame[series] == name].sort_values("instant", kind="stable")
        if unit == "hour":
            index = pd.DatetimeIndex(one["instant"])
            rule = f"{every}h"
        else:
            index = pd.DatetimeIndex(wall_of(one["instant"], zone))
            rule = f"{every}D"
        keyed = one.set_index(index)
        grouped = keyed.resample(rule, **({"origin": "epoch"} if unit == "hour" else {}))
        out = pd.DataFrame({"from": grouped["row"].min(), "to": grouped["row"].max(), "rows": grouped["row"].count()})
        for c in d["columns"]:
            if c["role"] in ("time", "series", "ignore"):
                continue
            numeric = c["encoding"] == "numeric"
            how = c.get("aggregate", "mean" if numeric else "last")
            got = getattr(grouped[c["name"]], how)(**({"min_count": 1} if how == "sum" else {}))
            out[c["name"]] = got
        out[series] = name
        starts = out.index
        out["instant"] = instant_of(starts, None if unit == "hour" else zone)
        # A period without rows stands behind the row before it.
        out["to"] = out["to"].ffill()
        out["from"] = out["from"].where(out["rows"] > 0, out["to"])
        pieces.append(out)
    return pd.concat(pieces, ignore_index=True)


# The random numbers of the program: Philox4x32-10, counters (index, stream, step), key = seed


class Philox:
    def __init__(self, seed, stream):
        self.seed, self.stream, self.index, self.words = seed, stream, 0, []

    def word(self):
        if self.index % 4 == 0:
            c = [self.index // 4, self.stream, 0, 0]
            k = [self.seed & 0xFFFFFFFF, self.seed >> 32]
            for _ in range(10):
                a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
                c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
                k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
            self.words = c
        self.index += 1
        return self.words[(self.index - 1) % 4]

    def below(self, bound):
        limit = 2**32 - 2**32 % bound
        while (value := self.word()) >= limit:
            pass
        return value % bound

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):  # Fisher and Yates
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def hashed(text):
    """FNV-1a over UTF-16 units, then the finalizer of MurmurHash3."""
    value = 0x811C9DC5
    units = np.frombuffer(text.encode("utf-16-le"), "<u2")
    for unit in units:
        value = ((value ^ int(unit)) * 0x01000193) & 0xFFFFFFFF
    value = ((value ^ (value >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    value = ((value ^ (value >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return value ^ (value >> 16)


# Preparation


def scaler(kind, values):
    values = np.asarray(values, float)
    values = values[~np.isnan(values)]
    if kind == "none":
        return 0.0, 1.0
    if kind == "standard":
        return values.mean(), values.std() or 1.0
    if kind == "minMax":
        return values.min(), (values.max() - values.min()) or 1.0
    q1, q2, q3 = np.percentile(values, [25, 50, 75])
    return q2, (q3 - q1) or 1.0


def looked_back(columns):
    most = 0
    for c in columns:
        if c["role"] in ("feature", "target", both):
            most = max([most, c.get("difference", 0), *c.get("lags", []), *[r["rows"] - 1 for r in c.get("rolling", [])]])
    return most


def part_by_hash(text, split):
    place = hashed(str(text)) / 2**32
    train, validation = split.get("train", 0.7), split.get("validation", 0.15)
    return "train" if place < train else "validation" if place < train + validation else "test"


def pieces_of(frame, d, safe):
    """Runs of positions (part, first, last + 1) of one series each."""
    split = d["split"]
    kind = split["kind"]
    pieces = []
    for _, one in frame[frame["usable"]].groupby("order", sort=True):
        first, n = one.index[0], len(one)
        if kind in ("random", "stratified"):
            pieces.append((None, first, first + n))
        elif kind == "series":
            pieces.append((part_by_hash(one[series_name(d)].iloc[0], split), first, first + n))
        elif kind == "group":
            parts = one["batch"].map(lambda text: part_by_hash(text, split)).to_numpy()
            borders = [0, *[i for i in range(1, n) if parts[i] != parts[i - 1]], n]
            for a, b in zip(borders, borders[1:]):
                pieces.append((parts[a], first + a, first + b))
        elif kind == "time":
            gap = split.get("gap")
            gap = safe if gap is None else gap
            train, validation = split.get("train", 0.7), split.get("validation", 0.15)
            used = [p for p, share in (("train", train), ("validation", validation), ("test", 1 - train - validation)) if share > 1e-9]
            m = n - gap * (len(used) - 1)
            sizes = {"train": int(m * train + 1e-9), "validation": int(m * validation + 1e-9)}
            sizes["test"] = m - sizes["train"] - sizes["validation"]
            at = first
            for part in used:
                pieces.append((part, at, at + sizes[part]))
                at += sizes[part] + gap
        else:
            from sklearn.model_selection import TimeSeriesSplit

            gap = split.get("gap")
            gap = safe if gap is None else gap
            folds = list(TimeSeriesSplit(split["folds"], gap=gap, max_train_size=split.get("trainingRows")).split(np.zeros(n)))
            train, test = folds[(split.get("fold") or split["folds"]) - 1]
            share = split.get("validation", 0.15)
            if share:
                m = len(train) - gap
                v = int(m * share + 1e-9)
                pieces.append(("train", first + train[0], first + train[0] + m - v))
                pieces.append(("validation", first + train[-1] + 1 - v, first + train[-1] + 1))
            else:
                pieces.append(("train", first + train[0], first + train[-1] + 1))
            pieces.append(("test", first + test[0], first + test[-1] + 1))
    return pieces


def series_name(d):
    return next(c["name"] for c in d["columns"] if c["role"] == "series")


def cut(pieces, d, task):
    """(part, positions of the inputs, positions of the targets) of every sample."""
    k, window, stride, horizon = d.get("samplingRate", 1), d["window"], d.get("stride", 1), d.get("horizon", 1)
    samples = []
    for part, first, end in pieces:
        if d.get("sequence") == "whole":
            length = end - first
            if length < max(1, d.get("minimumLength", 1)):
                continue
            most = d.get("maximumLength") or length
            if length > most and d.get("longer", "last") == "drop":
                continue
            start = end - most if length > most and d.get("longer", "last") == "last" else first
            steps = np.arange(start, start + min(length, most))
            samples.append((part, steps, steps if task == "tag" else steps[-1:]))
            continue
        ahead = horizon * k if task == "forecast" else k if task == "next" else 0
        start = first
        while start + (window - 1) * k + 1 + ahead <= end:
            steps = start + np.arange(window) * k
            if task == "forecast":
                target = steps[-1] + (1 + np.arange(horizon)) * k
            elif task == "next":
                target = steps + k
            elif task == "tag":
                target = steps
            else:
                target = steps[-1:]
            samples.append((part, steps, target))
            start += stride
    return samples


def dealt(samples, frame, d, label_name):
    """Parts at random, from the program's own random numbers."""
    split = d["split"]
    if split["kind"] == "random":
        order = Philox(1, 3).shuffled(range(len(samples)))
        a = int(len(order) * split["train"] + 1e-9)
        b = a + int(len(order) * split["validation"] + 1e-9)
        lists = {"train": order[:a], "validation": order[a:b], "test": order[b:]}
    elif split["kind"] == "stratified":
        random = Philox(1, 3)
        lists = {"train": [], "validation": [], "test": []}
        labels = [frame[label_name][target[-1]] for _, _, target in samples]
        for name in sorted(set(labels)):
            order = random.shuffled([i for i, l in enumerate(labels) if l == name])
            a = max(1, int(np.floor(len(order) * split["train"] + 0.5)))
            b = max(a, int(np.floor(len(order) * (split["train"] + split["validation"]) + 0.5)))
            for part, some in (("train", order[:a]), ("validation", order[a:b]), ("test", order[b:])):
                lists[part] += some
    else:
        lists = {p: [i for i, s in enumerate(samples) if s[0] == p] for p in ("train", "validation", "test")}
    train = sorted(lists["train"])
    sampling = d.get("sampling", "none")
    if sampling != "none":
        random = Philox(1, 6)
        labels = {i: frame[label_name][samples[i][2][-1]] for i in train}
        groups = {name: [i for i in train if labels[i] == name] for name in sorted(set(labels.values()))}
        wanted = (max if sampling == "over" else min)(len(g) for g in groups.values())
        train = []
        for group in groups.values():
            order = random.shuffled(group)
            train += [order[i % len(order)] for i in range(wanted)]
        train.sort()
    raw_train = sorted(lists["train"])
    return {"train": train, "validation": sorted(lists["validation"]), "test": sorted(lists["test"])}, raw_train


def prepare(table, task, d, extra):
    columns = d["columns"]
    spec = next(c for c in columns if c["role"] == "time")
    frame = table.copy()
    frame["row"] = np.arange(len(frame)) + 1
    frame["instant"], zone = read_times(frame, spec)
    series = series_name(d)
    for c in columns:
        if c.get("known") == "static":
            frame[c["name"]] = frame.groupby(series)[c["name"]].transform("first")
    if "resample" in d:
        frame = resampled(frame, d, zone)
    else:
        frame["from"] = frame["to"] = frame["row"]
        order = {s: i for i, s in enumerate(frame[series].drop_duplicates())}
        frame["order"] = frame[series].map(order)
        frame = frame.sort_values(["order", "instant", "row"], kind="stable")
    frame = frame.reset_index(drop=True)
    frame["order"] = frame[series].map({s: i for i, s in enumerate(frame[series].drop_duplicates())})
    inputs = [c for c in columns if c["role"] in ("feature", both)]
    targets = [c for c in columns if c["role"] in ("target", both)]
    numeric = [c["name"] for c in inputs if c["encoding"] in ("numeric", "binary")]
    holes = {name: frame[name].isna().to_numpy() for name in numeric}
    missing = d.get("missing")
    frame["usable"] = True
    if missing == "forward":
        frame[numeric] = frame.groupby("order")[numeric].ffill()
        frame["usable"] = frame[numeric].notna().all(axis=1)
    back = looked_back(columns)
    place = frame[frame["usable"]].groupby("order").cumcount()
    frame.loc[place.index, "usable"] = place >= back
    k, horizon = d.get("samplingRate", 1), d.get("horizon", 1)
    pieces = pieces_of(frame, d, (d["window"] - 1) * k + 1 + (horizon - 1) * k)
    if missing == "interpolate":
        for _, first, end in pieces:
            for name in numeric:
                frame.loc[first : end - 1, name] = frame.loc[first : end - 1, name].interpolate(limit_direction="both")
    samples = cut(pieces, d, task)
    label_name = targets[0]["name"] if targets[0]["encoding"] == "label" else None
    lists, raw_train = dealt(samples, frame, d, label_name)

    # What statistics may see.
    training = np.zeros(len(frame), bool)
    if pieces[0][0] is None:
        for i in raw_train:
            training[samples[i][1][0] : samples[i][2][-1] + 1] = True
    else:
        for part, first, end in pieces:
            training[first:end] |= part == "train"
    missed_target = frame[[c["name"] for c in targets]].isna().any(axis=1).to_numpy() if "resample" not in d else np.zeros(len(frame), bool)
    if "resample" in d:
        missed_target = np.any([holes.get(c["name"], np.zeros(len(frame), bool)) for c in targets], axis=0)
    if missing in ("mean", "mask"):
        for name in numeric:
            frame[name] = frame[name].fillna(frame[name][training].mean())

    orders = frame["order"].to_numpy()

    def within(values, function):
        return pd.Series(values).groupby(orders).transform(function).to_numpy()

    def level(c, target):
        values = frame[c["name"]].to_numpy(float).copy()
        clip = c.get("clip")
        clipped = values.copy()
        if clip:
            known = values[training]
            known = known[~np.isnan(known)]
            if clip["kind"] == "quantile":
                low, high = np.quantile(known, [clip.get("low", 0.01), clip.get("high", 0.99)])
            elif clip["kind"] == "interquartile":
                a, b = np.quantile(known, [0.25, 0.75])
                low, high = a - clip["factor"] * (b - a), b + clip["factor"] * (b - a)
            else:
                low, high = known.mean() - clip["factor"] * known.std(), known.mean() + clip["factor"] * known.std()
            clipped = np.clip(values, low, high)
        values = np.where(training, clipped, values) if target else clipped
        t = c.get("transform")
        if t is None:
            return values, values
        if t["kind"] == "log":
            return np.log(values + t.get("offset", 1)), values
        shift = t.get("offset", 0)
        _, best = stats.boxcox(clipped[training] + shift)
        return stats.boxcox(values + shift, best), values

    def normalized(c, values, fitted):
        kind = c.get("normalize", d.get("normalize", "standard"))
        alone = c.get("perSeries", d.get("perSeries", False)) and c.get("known") != "static"
        out = np.full(len(values), np.nan)
        for order in np.unique(orders):
            mine = orders == order
            offset, scale = scaler(kind, fitted[training & mine] if alone else fitted[training])
            out[mine] = (values[mine] - offset) / scale
        return out

    names, blocks, token_blocks = [], [], []
    ahead_rows = horizon * k if task == "forecast" else k

    def ahead(values):
        return within(values, lambda s: s.shift(-ahead_rows).ffill())

    def add(name, values):
        names.append(name)
        blocks.append(np.asarray(values, float))

    wall = wall_of(frame["instant"], zone)
    values_of = {"hour": (wall.dt.hour, 24, 0), "weekday": (wall.dt.weekday, 7, 1), "dayOfMonth": (wall.dt.day - 1, 31, 1),
                 "dayOfYear": (wall.dt.dayofyear - 1, 366, 1), "month": (wall.dt.month - 1, 12, 1)}
    for part in spec.get("calendar", []):
        if part == "weekend":
            add(f"{spec['name']} weekend", wall.dt.weekday >= 5)
            continue
        values, period, shown = values_of[part]
        if spec.get("calendarForm") == "oneHot":
            for value in range(period):
                add(f"{spec['name']} {part}={value + shown}", values == value)
        else:
            add(f"{spec['name']} {part} sin", np.sin(2 * np.pi * values / period))
            add(f"{spec['name']} {part} cos", np.cos(2 * np.pi * values / period))
    for c in inputs:
        name, made, tokens = c["name"], [], []
        if c["encoding"] == "numeric":
            values, _ = level(c, False)
            shown = values
            if c.get("difference"):
                shown = values - within(values, lambda s: s.shift(c["difference"]))
            made.append((name, "", normalized(c, shown, shown)))
        elif c["encoding"] == "binary":
            made.append((name, "", frame[name].to_numpy(float)))
        elif c["encoding"] == "hash":
            tokens.append(frame[name].map(lambda text: 1 + hashed(text) % c["buckets"]).to_numpy())
        else:
            counts = frame[name][training].value_counts()
            kept = sorted(n for n, count in counts.items() if count >= c.get("minimumCount", 1))
            kept = sorted(sorted(kept, key=lambda n: -counts[n])[: c.get("maximumCategories", len(kept))])
            if c["encoding"] == "oneHot":
                made += [(name, f"={value}", (frame[name] == value).to_numpy(float)) for value in kept]
            else:
                tokens.append(frame[name].map(lambda text: kept.index(text) + 1 if text in kept else 0).to_numpy())
        if missing == "mask" and name in holes and holes[name].any():
            made.append((name, " missing", holes[name].astype(float)))
        for lag in c.get("lags", []):
            lagged = within(level(c, False)[0], lambda s: s.shift(lag))
            made.append((name, f"-{lag}", normalized(c, lagged, lagged)))
        for r in c.get("rolling", []):
            rows, what = r["rows"], r["statistic"]
            rolled = within(level(c, False)[0], lambda s: s.rolling(rows).mean() if what == "mean" else s.rolling(rows).std(ddof=0))
            made.append((name, f" {what} of {rows}", normalized(c, rolled, rolled)))
        for start, end, values in made:
            add(start + end, values)
        token_blocks += tokens
        if c.get("known") == "future":
            for start, end, values in made:
                add(f"{start}+{ahead_rows}{end}", ahead(values))
            token_blocks += [ahead(t) for t in tokens]
    x = np.stack(blocks, axis=1) if blocks else np.zeros((len(frame), 0))
    tokens = np.stack(token_blocks, axis=1).astype(float) if token_blocks else np.zeros((len(frame), 0))
    classes = sorted(frame[label_name].dropna().unique()) if label_name else []

    def target_of(steps, at):
        """Targets of one output row: (model space, unit of the file)."""
        model, file = [], []
        for c in targets:
            if label_name:
                return [classes.index(frame[label_name][at])], []
            values, raw = levels[c["name"]]
            file.append(raw[at])
            lag = c.get("difference")
            if not lag:
                model.append(scaled[c["name"]][at])
                continue
            base = at - lag
            while base > steps:
                base -= lag
            change = np.full(len(values), values[at] - values[base])
            rowwise = values - within(values, lambda s: s.shift(lag))
            inputs_level = level(c, False)[0]
            fitted = inputs_level - within(inputs_level, lambda s: s.shift(lag))
            model.append(normalized(c, change, fitted)[at])
        return model, file

    levels = {c["name"]: level(c, True) for c in targets if c["encoding"] == "numeric"}
    scaled = {c["name"]: normalized(c, levels[c["name"]][0], level(c, False)[0]) for c in targets if c["encoding"] == "numeric"}
    first_row, last_row = frame["from"].to_numpy(), frame["to"].to_numpy()
    result = {"features": names, "classes": classes, "parts": {}}
    for part, members in lists.items():
        out = []
        for number, i in enumerate(members):
            _, steps, target = samples[i]
            sample = {"rows": [int(first_row[steps[0]]), int(last_row[steps[-1]])]}
            # All samples are counted and placed; the numbers of some are enough.
            if number % 5 == 0 or number == len(members) - 1:
                rows = [target_of(steps[-1] if task == "forecast" else s, at) for s, at in zip(
                    np.broadcast_to(steps[-1], target.shape) if task == "forecast" else (target - k if task == "next" else target), target)]
                weights = [0.0 if missed_target[at] else 1.0 for at in target]
                sequence = task in ("tag", "next")
                sample["x"] = x[steps].tolist()
                sample["tokens"] = tokens[steps].tolist()
                sample["y"] = [m for m, _ in rows] if sequence else [v for m, _ in rows for v in m]
                sample["raw"] = [f for _, f in rows] if sequence else [v for _, f in rows for v in f]
                sample["w"] = weights if sequence else (0.0 if 0.0 in weights else 1.0)
            out.append(sample)
        result["parts"][part] = out
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
    make_table().to_csv(here / "options.csv", index=False)
    table = pd.read_csv(here / "options.csv")
    with open(here / "options.jsonl", "w") as file:
        for name, task, d, extra in cases:
            experiment = {"task": task, "data": d, "training": extra}
            case = {"name": name, "experiment": experiment, "expected": rounded(prepare(table, task, d, extra))}
            file.write(json.dumps(case, separators=(",", ":")) + "\n")


main()
