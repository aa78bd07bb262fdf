"""Exponential smoothing as pandas 3.0 does it; run: python make_smoothing.py"""

import json
import pathlib

import numpy
import pandas

random = numpy.random.default_rng(7)
values = random.normal(size=60).round(4)
values[[0, 17, 18, 40]] = numpy.nan
series = pandas.Series(values)
result = {
    "values": [None if numpy.isnan(value) else value for value in values],
    "smoothed": {
        # A missing value stays a gap in the chart, where pandas carries the last mean on.
        str(weight): [
            None if numpy.isnan(value) else mean
            for value, mean in zip(values, series.ewm(alpha=1 - weight, adjust=True, ignore_na=True).mean())
        ]
        for weight in (0.5, 0.9, 0.99)
    },
}
pathlib.Path(__file__).with_name("smoothing.json").write_text(json.dumps(result))
