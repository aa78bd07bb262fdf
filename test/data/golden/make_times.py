"""Golden times: zones, periods and patterns, by pandas and Python's datetime alone.

Run with pandas 3.0 or later and the IANA database:  python3 make_times.py
Writes times.jsonl. Instants are seconds since 1970 (UTC); wall clocks are seconds as if they were UTC.
"""

import json
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd

here = Path(__file__).parent
zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


def seconds(index):
    return [int(t.timestamp()) for t in index]


def main():
    result = {"zones": [], "periods": [], "patterns": []}
    instants = pd.DatetimeIndex(
        list(pd.date_range("2024-03-30 20:00", "2024-03-31 04:00", freq="20min"))
        + list(pd.date_range("2024-10-26 20:00", "2024-10-27 04:00", freq="20min"))
        + list(pd.date_range("2024-03-10 04:00", "2024-03-10 10:00", freq="30min"))
        + list(pd.date_range("2024-11-03 03:00", "2024-11-03 09:00", freq="30min"))
        + list(pd.date_range("2024-04-06 12:00", "2024-04-06 18:00", freq="15min"))
        + list(pd.date_range("2011-12-29 00:00", "2011-12-31 00:00", freq="3h"))
        + list(pd.date_range("1971-01-01", "2030-01-01", freq="197D"))
    )
    for zone in zones:
        wall = instants.tz_localize("UTC").tz_convert(zone).tz_localize(None)
        # The earlier instant where a clock shows a time twice, the moment of the change where it skips it.
        back = wall.tz_localize(zone, ambiguous=[True] * len(wall)).tz_convert("UTC").tz_localize(None)
        skipped = []
        for text in ("2024-03-31 02:30", "2024-03-10 02:15"):
            at = pd.Timestamp(text)
            there = at.tz_localize(zone, nonexistent="shift_forward", ambiguous=True).tz_convert("UTC").tz_localize(None)
            skipped.append([int(at.timestamp()), int(there.timestamp())])
        result["zones"].append(
            {"zone": zone, "instants": seconds(instants), "walls": seconds(wall), "earliest": seconds(back), "skipped": skipped}
        )
    some = pd.DatetimeIndex(list(pd.date_range("1969-11-05 07:00", "1971-03-01", freq="61h")) + list(pd.date_range("2024-02-20", "2024-11-20", freq="50h")))
    for zone in ("UTC", "Europe/Berlin", "America/New_York"):
        wall = some.tz_localize("UTC").tz_convert(zone).tz_localize(None)
        for unit, letter in (("day", "D"), ("week", "W-SUN"), ("month", "M"), ("quarter", "Q-DEC"), ("year", "Y-DEC")):
            starts = wall.to_period(letter).start_time
            there = starts.tz_localize(zone, nonexistent="shift_forward", ambiguous=[True] * len(starts)).tz_convert("UTC").tz_localize(None)
            result["periods"].append({"zone": zone, "unit": unit, "every": 1, "instants": seconds(some), "starts": seconds(there)})
    for unit, rule in (("second", "90s"), ("minute", "15min"), ("hour", "6h")):
        starts = some.floor(rule)
        every = int("".join(c for c in rule if c.isdigit()))
        result["periods"].append({"zone": "UTC", "unit": unit, "every": every, "instants": seconds(some), "starts": seconds(starts)})
    for pattern, texts in {
        "%d/%m/%Y": ["01/02/2024", "31/12/1999", "29/02/2024"],
        "%m-%d-%y %H:%M": ["02-01-24 23:59", "12-31-68 00:00", "12-31-69 07:05"],
        "%Y%m%d%H%M%S": ["20240229123456"],
        "%d %b %Y, %I:%M %p": ["05 Mar 2024, 12:00 AM", "05 mar 2024, 12:30 pm", "5 Mar 2024, 11:59 PM"],
        "%B %d %Y": ["September 09 2021"],
        "%Y-%j": ["2024-060", "2023-365"],
        "%Y-%m-%dT%H:%M:%S.%f%z": ["2024-05-01T10:00:00.250+02:00", "2024-05-01T10:00:00.5-0330"],
        "100%% %Y": ["100% 2020"],
        "[%H:%M] %d.%m.%Y": ["[07:45] 01.06.2024"],
    }.items():
        for text in texts:
            at = datetime.strptime(text, pattern)
            at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
            result["patterns"].append({"pattern": pattern, "text": text, "milliseconds": round(at.timestamp() * 1000)})
    result["wrong"] = [
        ["%d/%m/%Y", "02/30/2024"],
        ["%d/%m/%Y", "30/02/2024"],
        ["%d/%m/%Y", "1/2/24"],
        ["%H:%M", "24:00"],
        ["%I %p", "13 PM"],
        ["%Y-%m-%d", "2024-01-01x"],
        ["%b %Y", "Foo 2024"],
    ]
    for pattern, text in result["wrong"]:
        try:
            datetime.strptime(text, pattern)
            raise AssertionError(f"Python reads {text} as {pattern}")
        except ValueError:
            pass
    (here / "times.jsonl").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()
