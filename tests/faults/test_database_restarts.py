"""PostgreSQL is restarted under a crew at work: whoever lost it finds it again by itself, and nothing else is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from csportal.embedded import EmbeddedServer, run
from tests.faults.conftest import WEEK_AHEAD, Nursery, sign_many
from tests.faults.oracle import assert_exactly_once
from tests.faults.sink import Sink

CONTRACTS = 60
RESTARTS = ("fast", "immediate", "fast", "immediate")
WORKERS = 3
PATIENCE = 30


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Iterator[EmbeddedServer]:
    """A server of this test alone, with the portal's tables; the test's own connection is to it."""
    server = EmbeddedServer(tmp_path_factory.mktemp("own") / "postgres", "fsync=off")
    server.join()
    others = dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict |= {"NAME": "postgres", "HOST": str(server._status()["socket"])}
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield server
        connection.close()
        connection.settings_dict |= others
    server.leave()


def restart(server: EmbeddedServer, mode: str) -> None:
    outcome = run("pg_ctl", "restart", "-D", str(server.data), "-w", "-t", "30", "-s", "-m", mode, "-l", "/dev/null")
    assert outcome.returncode == 0, outcome.stdout
    connection.close()


def wait_for(letters: int, sink: Sink) -> None:
    """Until so many different letters are there; a crew that is stuck fails the test."""
    until = time.monotonic() + PATIENCE
    while len(sink.got) < letters:
        assert time.monotonic() < until, f"stuck at {len(sink.got)} letters"
        time.sleep(0.01)


def test_a_crew_outlives_restarts_of_its_database(
    own_server: EmbeddedServer, open_nursery: Callable[[str], Nursery], sink: Sink
) -> None:
    sign_many(CONTRACTS)
    nursery = open_nursery(own_server.url())
    nursery.be(WEEK_AHEAD)
    for role in ["ticker"] * 2 + ["worker"] * WORKERS:
        nursery.start(role)

    for number, mode in enumerate(RESTARTS, start=1):
        wait_for(number * 10, sink)
        restart(own_server, mode)
    wait_for(len(RESTARTS) * 10 + 5, sink)
    nursery.finish()

    assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=len(RESTARTS) * WORKERS + WORKERS)
