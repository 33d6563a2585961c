"""A scene of contracts that end together, the processes that look after them, and the hand that kills those."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.faults.sink import Sink
from tests.house.runs import ROOT
from tests.renewals.cast import contract, lan_tu, lin, utc

pytest.register_assert_rewrite("tests.faults.oracle")

PLACES = [("Asia/Shanghai", "CN"), ("Europe/Berlin", "DE"), ("America/New_York", "US")]
LAST_DAY = "2025-11-11"
WEEK_AHEAD, DAY_AHEAD = utc("2025-11-05T06:00"), utc("2025-11-11T06:00")
ENDED, LOCKED = utc("2025-11-12T06:00"), utc("2025-11-13T15:00")
"""Instants at which a week before, a day before, the end and the lock have come for all, wherever they are."""
LATER = timedelta(minutes=3)
"""Longer than a lease, and than a task may lie on the queue."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.slow)


def sign_many(number: int) -> None:
    """So many contracts at three companies in three zones, all through one day, each with one person who is told."""
    for index in range(number):
        zone, country = PLACES[index % len(PLACES)]
        customer = lan_tu(zone=zone, country=country, name=f"Customer {index}", language="en")
        lin(customer, email=f"person-{index}@customer.test", any_hour=True)
        signed_at = utc("2024-11-12T05:00")
        contract(customer, number=f"F-{index}", start="2024-11-12", through=LAST_DAY, now=signed_at)


class Nursery:
    """The test's end of `tests.faults.nursery`. `kills` counts the processes that were killed, by role."""

    def __init__(self, url: str, server: Sink, folder: Path) -> None:
        self.clock = folder / "clock"
        self.alive: dict[int, str] = {}
        self.killed: list[str] = []
        environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "csportal.settings"}
        environment |= {"CSPORTAL_SECRET_KEY": "only-for-tests-" * 4, "CSPORTAL_VAR": str(folder / "var")}
        environment |= {"DATABASE_URL": url, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port)}
        environment |= {"CSPORTAL_LOG_LEVEL": "CRITICAL", "FAULTS_CLOCK": str(self.clock)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def order(self, **said: Any) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(said) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def be(self, now: datetime) -> None:
        """Make this the present of every process."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(now.isoformat())
        fresh.replace(self.clock)
        self.now = now

    def start(self, role: str, *, dies: str = "", call: int = 1, only: str = "", built: str = "") -> int:
        """A process that goes on until it is killed; its number."""
        pid = self.order(role=role, dies=dies, call=call, only=only, built=built)
        self.alive[pid] = role
        return pid

    def run(self, role: str, **said: Any) -> int:
        """A process that comes to its end; its exit code."""
        pid = self.start(role, **said)
        del self.alive[pid]
        return self.order(wait=pid)

    def kill(self, pid: int) -> str:
        """`kill -9`; which role it had. One that had ended by itself fails the test."""
        os.kill(pid, signal.SIGKILL)
        self.killed.append(self.alive.pop(pid))
        assert self.order(wait=pid) == -signal.SIGKILL, self.killed[-1]
        return self.killed[-1]

    def kill_all(self) -> None:
        for pid in list(self.alive):
            self.kill(pid)

    def finish(self, *, built: str = "") -> None:
        """After whatever happened: time goes on beyond every lease, and healthy processes do what is left."""
        self.kill_all()
        self.be(self.now + LATER)
        for role in ("free_tasks", "one_tick", "empty_queue"):
            assert self.run(role, built=built) == 0, role

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def seed() -> int:
    """The same lots each time; `FAULTS_SEED` draws others."""
    return int(os.environ.get("FAULTS_SEED", "2359"))


@pytest.fixture
def choose(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture(scope="session")
def server() -> Iterator[Sink]:
    server = Sink()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sink(server: Sink) -> Sink:
    """The mail server, as if it had got nothing yet."""
    server.forget()
    return server


@pytest.fixture(scope="session")
def open_nursery(server: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Nursery]]:
    """Opens a nursery whose children work on the database of an address."""
    opened: list[Nursery] = []

    def open_it(url: str) -> Nursery:
        opened.append(Nursery(url, server, tmp_path_factory.mktemp("nursery")))
        return opened[-1]

    yield open_it
    for nursery in opened:
        nursery.close()


@pytest.fixture(scope="session")
def nursery_of_the_run(django_db_setup: None, open_nursery: Callable[[str], Nursery]) -> Nursery:
    name = connection.settings_dict["NAME"]
    return open_nursery(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl())


@pytest.fixture
def nursery(nursery_of_the_run: Nursery, transactional_db: None) -> Iterator[Nursery]:
    """A nursery on the tests' database, a week ahead of the end."""
    nursery_of_the_run.killed.clear()
    nursery_of_the_run.be(WEEK_AHEAD)
    yield nursery_of_the_run
    nursery_of_the_run.kill_all()
