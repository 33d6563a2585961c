"""Kills tickers and workers at random, longer than the tests do: python bench/faults.py [--contracts N] [--seeds S …].

The same crew and the same proof as in tests/faults/test_killed_at_random.py, on a PostgreSQL of its own: every process
that is killed is replaced, four instants are lived through, and after each the record and the letters are compared
with what must have happened. One line a seed; a line is printed only when nothing was lost and nothing doubled.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from csportal.embedded import EmbeddedServer


def prepare(server: EmbeddedServer) -> None:
    """The portal's tables on this server, for this process too."""
    os.environ |= {"DATABASE_URL": server.url(), "DJANGO_SETTINGS_MODULE": "csportal.settings"}
    os.environ |= {"CSPORTAL_SECRET_KEY": "only-for-tests-" * 4, "CSPORTAL_LOG_LEVEL": "ERROR"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def one_seed(seed: int, contracts: int, server: EmbeddedServer, folder: Path) -> None:
    """Four instants with everything killed at random; raises AssertionError at the first invariant that is broken."""
    from django.core.management import call_command

    from tests.faults.conftest import DAY_AHEAD, ENDED, LOCKED, WEEK_AHEAD, Nursery, sign_many
    from tests.faults.oracle import assert_exactly_once, recorded
    from tests.faults.sink import Sink
    from tests.faults.test_killed_at_random import live_dangerously

    call_command("flush", interactive=False, verbosity=0)
    sink, choose, begun = Sink(), random.Random(seed), time.perf_counter()
    sign_many(contracts)
    sink.start()
    nursery = Nursery(server.url(), sink, folder)
    for now, leads in ((WEEK_AHEAD, (7,)), (DAY_AHEAD, (7, 1)), (ENDED, (7, 1)), (LOCKED, (7, 1))):
        nursery.be(now)
        live_dangerously(nursery, choose)
        assert_exactly_once(sink, until=now, leads=leads, most_repeats=nursery.killed.count("worker"))
    nursery.close()
    sink.stop()
    killed = {role: nursery.killed.count(role) for role in ("ticker", "worker")}
    print(
        f"seed={seed} n={len(nursery.killed)} tickers={killed['ticker']} workers={killed['worker']} "
        f"events={len(recorded())} letters={len(sink.got)} lost=0 double=0 repeats={sink.repeats} "
        f"seconds={time.perf_counter() - begun:.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contracts", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "postgres", "fsync=off")
        server.join()
        prepare(server)
        for seed in options.seeds:
            one_seed(seed, options.contracts, server, Path(folder))
        server.leave()


if __name__ == "__main__":
    main()
