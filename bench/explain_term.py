"""How many terms a second `explain_term --jsonl` explains: python bench/explain_term.py [--cases N] [--rounds R].

The whole command is measured from outside, start of the process and JSON both ways included. Its cases are spread
over every zone and the years 1990 to 2060, so that no cache helps; a round with one empty line tells what the start
alone costs, and the second figure leaves that out.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from accounts.terms import zone_names  # noqa: E402 - the project is not installed

TERMS = [
    "30 days",
    "6 weeks",
    "1 month",
    "12 months",
    "1 year",
    "1个月",
    "through 2061-05-15",
    "until 2061-05-15T18:00",
]
SHAPES = ["{:%Y-%m-%d}", "{:%Y-%m-%dT%H:%M}", "{:%Y-%m-%dT%H:%M+08:00}", "{:%Y-%m-%dT00:00}"]


def cases(number: int) -> bytes:
    """The same cases for the same number, as JSON lines."""
    choose = random.Random(2359)
    zones = sorted(zone_names())
    lines = []
    for case_id in range(number):
        start = datetime(1990, 1, 1) + timedelta(minutes=choose.randrange(71 * 365 * 1440))
        said = choose.choice(SHAPES).format(start)
        case = {"id": case_id, "start": said, "zone": choose.choice(zones), "term": choose.choice(TERMS)}
        lines.append(json.dumps(case))
    return "\n".join(lines).encode()


def seconds(text: bytes) -> float:
    """Wall time of one run, whose answers are all there."""
    command = [sys.executable, str(ROOT / "manage.py"), "explain_term", "--jsonl"]
    begun = time.perf_counter()
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True)
    spent = time.perf_counter() - begun
    asked = text.count(b"\n") + 1 if text.strip() else 0
    assert done.stdout.count(b"\n") == asked, "an answer is missing"
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    text = cases(options.cases)
    rounds = [(seconds(b"\n"), seconds(text)) for _ in range(options.rounds)]
    start, whole = (statistics.median(column) for column in zip(*rounds))
    print(f"{options.cases} cases, {options.rounds} rounds, medians: start {start:.2f} s, all {whole:.2f} s")
    print(f"{options.cases / whole:,.0f} cases a second, start included")
    print(f"{options.cases / (whole - start):,.0f} cases a second, once started")


if __name__ == "__main__":
    main()
