"""A database that is not there, or not the right one, says so in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from csportal.database import DatabaseNotThere, check_server, connection_arguments

ROOT = Path(__file__).resolve().parents[2]
NOBODY_THERE = "postgresql://nobody@127.0.0.1:1/nothing"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [["migrate"], ["tick"], ["ticker"], ["entitlement", "A-1"], ["import_ledger", "ledger.csv"], ["qcluster"]],
)
def test_a_command_without_its_database_says_in_one_line_what_to_start(command):
    outcome = manage(*command, DATABASE_URL=NOBODY_THERE)

    assert outcome.returncode == 1
    assert outcome.stderr.count("\n") == 1
    assert "Start that server, correct DATABASE_URL, or unset it" in outcome.stderr


def test_a_command_that_keeps_nothing_needs_no_database(tmp_path):
    outcome = manage(
        "explain_term", "--start", "2026-05-01", "--zone", "Asia/Shanghai", "--term", "30 days",
        DATABASE_URL=NOBODY_THERE, CSPORTAL_VAR=str(tmp_path),
    )  # fmt: skip

    assert outcome.returncode == 0
    assert "2026-05-30T23:59" in outcome.stdout
    assert not (tmp_path / "postgres").exists()


def test_an_address_that_is_no_postgresql_is_refused_by_its_shape():
    outcome = manage("migrate", DATABASE_URL="sqlite:///portal.db")

    assert outcome.returncode == 1
    assert outcome.stderr == "DATABASE_URL must look like postgresql://user:password@host:5432/name.\n"


def test_a_server_older_than_14_is_refused_by_its_number(monkeypatch):
    old = MagicMock()
    old.__enter__.return_value.info.server_version = 130011
    monkeypatch.setattr("psycopg.connect", lambda **_: old)

    with pytest.raises(DatabaseNotThere, match="PostgreSQL 13; the portal needs 14 or newer"):
        check_server("postgresql://someone@db.example/portal")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://me:p%40ss@db.example:5433/portal", {"host": "db.example", "port": 5433, "password": "p@ss"}),
        ("postgresql://me@/portal?host=/run/with%20space", {"host": "/run/with space"}),
        ("postgres://me@db.example/portal?sslmode=require", {"host": "db.example", "sslmode": "require"}),
    ],
)
def test_an_address_is_read_as_the_settings_read_it(url, expected):
    assert connection_arguments(url) == {"connect_timeout": 5, "dbname": "portal", "user": "me"} | expected


def test_the_message_never_holds_the_password():
    with pytest.raises(DatabaseNotThere) as refused:
        check_server("postgresql://me:s3cret@127.0.0.1:1/portal")

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("command", [["makemigrations", "--check"], ["check"], ["help"], ["migrate", "--help"]])
def test_commands_that_keep_nothing_start_no_server(command, tmp_path):
    outcome = manage(*command, CSPORTAL_VAR=str(tmp_path))

    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert not (tmp_path / "postgres").exists()
