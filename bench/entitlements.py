"""How many answers a second the vendor's product gets: `python bench/entitlements.py [CONTRACTS]` (1,000,000).

Two gunicorn workers serve the portal and, in the same processes, a view that returns a constant and one that reads one
row by SQL text. `wrk` asks each in turn, round by round, with a good key, for numbers drawn at random from the whole
database. Then a thousand in one call. The database of so many contracts is made once (minutes) and kept.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from database import ROOT, with_contracts

ROUNDS, SECONDS, CONNECTIONS = 7, 4, 8
SAMPLE = 20_000
SCRIPT = """
local numbers, n = {}, 0
for line in io.lines("%(numbers)s") do n = n + 1; numbers[n] = line end
math.randomseed(os.time())
request = function()
  return wrk.format("GET", "%(path)s" .. (%(numbered)s and numbers[math.random(n)] .. "%(ends)s" or ""))
end
"""


def prepare(count: int, folder: Path) -> tuple[str, list[str]]:
    """A key, and the numbers that are asked for, each with the link that its answer hands out."""
    from accounts.models import Contract
    from csportal.clock import now
    from renewals.links.services import links_of_product
    from renewals.product.keys import make_key

    step = max(count // SAMPLE, 1)
    found = list(
        Contract.objects.filter(pk__in=list(Contract.objects.values_list("pk", flat=True).order_by("pk")[::step]))
    )
    links_of_product(found, now=now())
    (folder / "numbers").write_text("\n".join(contract.number for contract in found))
    scopes = ["entitlements:read"]
    return make_key(f"bench {time.time()}", scopes, now=now()), [contract.number for contract in found]


@contextmanager
def server() -> Iterator[str]:
    """The portal on a free port, as its web server runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "CSPORTAL_API_PER_MINUTE": "100000000", "CSPORTAL_LOG_LEVEL": "ERROR"}
    environment["PYTHONPATH"] = f"{ROOT}:{ROOT / 'bench'}"
    command = [sys.executable, "-m", "gunicorn", "wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    process = subprocess.Popen(
        [*command, "--no-control-socket", "--log-level", "error"], cwd=ROOT / "bench", env=environment
    )
    try:
        for _try in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def load(
    address: str, path: str, key: str, folder: Path, *, numbered: bool, seconds: int = SECONDS, ends: str = ""
) -> tuple[float, float, float]:
    """Requests a second, and the latency in ms that half and 99 of 100 stay under."""
    script = folder / "ask.lua"
    named = {"numbers": folder / "numbers", "path": path, "numbered": "true" if numbered else "false", "ends": ends}
    script.write_text(SCRIPT % named)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
    said = subprocess.run(
        [*command, "-H", f"Authorization: Bearer {key}", f"http://{address}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Non-2xx" not in said, said
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return rate, in_ms(re.search(r"(?m)^\s+50%\s+(\S+)", said)[1]), in_ms(re.search(r"(?m)^\s+99%\s+(\S+)", said)[1])


def in_ms(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def batch(address: str, key: str, numbers: list[str]) -> list[float]:
    """How many ms a call for a thousand takes, a number of times."""
    host, _, port = address.partition(":")
    connection, took = http.client.HTTPConnection(host, int(port)), []
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for first in range(40):
        asked = numbers[first * 97 % len(numbers) :][:1000]
        began = time.perf_counter()
        connection.request("POST", "/api/v1/entitlements/batch", json.dumps({"contracts": asked}), headers)
        response = connection.getresponse()
        body = response.read()
        took.append((time.perf_counter() - began) * 1000)
        assert response.status == 200, body[:300]
    return took[10:]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with_contracts(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key, numbers = prepare(count, folder)
        cases = {
            "a constant": ("/bench/constant", False),
            "one row by SQL text": ("/bench/row/", True),
            "an entitlement, key check included": ("/api/v1/entitlements/", True),
        }
        with server() as address:
            seen: dict[str, list[tuple[float, float, float]]] = {case: [] for case in cases}
            for path, numbered in cases.values():
                load(address, path, key, folder, numbered=numbered, seconds=3)
            for _round in range(ROUNDS):
                for case, (path, numbered) in cases.items():
                    seen[case].append(load(address, path, key, folder, numbered=numbered))
            many = batch(address, key, numbers)
    print(f"| view, {count:,} contracts | requests/s (min-max) | of one row, same round | p50 ms | p99 ms |")
    print("| --- | --- | ---: | ---: | ---: |")
    rows = [rate for rate, *_ in seen["one row by SQL text"]]
    for case, rounds in seen.items():
        rates = [rate for rate, *_ in rounds]
        ratio = statistics.median(rate / row for rate, row in zip(rates, rows))
        p50, p99 = (statistics.median(each[place] for each in rounds) for place in (1, 2))
        spread = f"{statistics.median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})"
        print(f"| {case} | {spread} | {ratio:.2f} | {p50:.1f} | {p99:.1f} |")
    print(f"\n1,000 in one call: {statistics.median(many):.0f} ms ({min(many):.0f}-{max(many):.0f})")


if __name__ == "__main__":
    main()
