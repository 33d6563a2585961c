"""A pytest plugin that is loaded before the settings: the tests' own embedded PostgreSQL, unless one is named.

Loaded by `-p csportal.testing_database` in pyproject.toml, since a conftest.py comes after the settings. With
xdist the controller starts the server once and the workers inherit its address. Several runs at once share the
server and get databases of their own.
"""

from __future__ import annotations

import fcntl
import itertools
import os
from pathlib import Path
from typing import IO

import psycopg

from csportal.catalogues import compile_catalogues
from csportal.database import var_folder
from csportal.embedded import EmbeddedServer

held: list[IO[str]] = []
"""The lock on this run's database name, kept for as long as the process lives."""


def free_name(folder: Path) -> str:
    """The first database name that no other run holds: the same as last time for whoever tests alone."""
    for number in itertools.count(1):
        lock = (folder / f"run-{number}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            held.append(lock)
            return f"run_{number}"
    raise AssertionError("counting does not end")


def end_left_over_sessions(server: EmbeddedServer, name: str) -> None:
    """After `kill -9` of a run its processes may linger, and nobody can drop a database that is in use."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ~ %s", [f"^test_{name}(_gw[0-9]+)?$"]
        )


def start() -> None:
    """Point DATABASE_URL at a database of this run alone. What a crash may cost does not matter here: no fsync.

    Nor does it gather statistics by itself: tables that a rollback has just emptied would be taken for empty ones,
    and the next test's thousand rows joined in loops for minutes.
    """
    folder = var_folder() / "tests"
    careless = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
    server = EmbeddedServer(folder / "postgres", *careless)
    server.join()
    name = free_name(folder)
    end_left_over_sessions(server, name)
    os.environ |= {"DATABASE_URL": server.url(name), "CSPORTAL_VAR": str(folder)}


os.environ["CSPORTAL_MODE"] = "local"
os.environ.setdefault("CSPORTAL_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-only")
compile_catalogues()
if not os.environ.get("DATABASE_URL"):
    start()
