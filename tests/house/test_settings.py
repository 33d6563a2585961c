"""A portal that starts in production has a key of its own, and never shows its internals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.house.runs import free_port

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "k" * 50


def start(said: str = "MODE", **environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process of their own, as a server does, and print one."""
    return subprocess.run(
        [sys.executable, "-c", f"import csportal.settings as s; print(s.{said})"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("key", ["", "short", "demo-" + GOOD_KEY, "change-me-" + GOOD_KEY])
def test_production_refuses_a_missing_or_demo_key(key):
    outcome = start(CSPORTAL_MODE="production", CSPORTAL_SECRET_KEY=key)

    assert outcome.returncode != 0
    assert "CSPORTAL_SECRET_KEY" in outcome.stderr


def test_production_starts_on_a_key_of_its_own():
    outcome = start(CSPORTAL_MODE="production", CSPORTAL_SECRET_KEY=GOOD_KEY)

    assert outcome.stdout.strip() == "production"


def test_production_refuses_to_show_internals():
    outcome = start(CSPORTAL_MODE="production", CSPORTAL_SECRET_KEY=GOOD_KEY, CSPORTAL_DEBUG="1")

    assert "CSPORTAL_DEBUG" in outcome.stderr


def test_a_mode_that_does_not_exist_is_refused_by_name():
    outcome = start(CSPORTAL_MODE="prod")

    assert "CSPORTAL_MODE is 'prod'; it must be one of local, production." in outcome.stderr


def test_a_server_that_names_no_mode_is_production():
    outcome = subprocess.run(
        [sys.executable, "-c", "import csportal.wsgi"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "CSPORTAL_SECRET_KEY is missing" in outcome.stderr


def test_a_local_portal_makes_a_key_once_and_keeps_it(tmp_path):
    read = [sys.executable, "-c", "import csportal.settings as s; print(s.SECRET_KEY)"]
    environment = {"PATH": os.environ["PATH"], "CSPORTAL_VAR": str(tmp_path)}

    keys = [
        subprocess.run(read, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert keys[0] == keys[1]
    assert len(keys[0].strip()) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def existing_database() -> str:
    """The tests' server, and a database of it that is there before any test made one."""
    address = urlsplit(os.environ["DATABASE_URL"])
    return address._replace(path="/postgres").geturl()


@pytest.mark.parametrize("program", [["manage.py", "check"], ["-m", "csportal.worker"], ["-m", "csportal.portal"]])
def test_whatever_is_started_says_in_one_line_that_the_key_is_missing(program, tmp_path):
    outcome = subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "CSPORTAL_MODE": "production",
            "CSPORTAL_VAR": str(tmp_path / "var"),
            "DATABASE_URL": existing_database(),
            "PORT": str(free_port()),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("CSPORTAL_SECRET_KEY is missing")
    assert outcome.stderr.count("\n") == 1


def test_a_command_beside_a_running_portal_makes_links_to_where_it_runs(tmp_path):
    (tmp_path / "running.env").write_text("PORT=8123\nEMAIL_PORT=2526\n")
    read = "import csportal.settings as s; print(s.CSPORTAL_BASE_URL, s.EMAIL_PORT)"

    outcome = subprocess.run(
        [sys.executable, "-c", read],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CSPORTAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert outcome.stdout.split() == ["http://127.0.0.1:8123", "2526"]


def test_a_network_that_swallows_packets_is_noticed_in_time_unless_the_address_says_otherwise():
    connection = start("DATABASES['default']['OPTIONS']", DATABASE_URL="postgresql://u@h/x?tcp_user_timeout=9")

    assert "'keepalives_idle': 10" in connection.stdout
    assert "'tcp_user_timeout': '9'" in connection.stdout or "'tcp_user_timeout': 9" in connection.stdout


URL, NAME = "https://api.example.com/v1", "a-model"


@pytest.mark.parametrize(
    "half",
    [
        {"CSPORTAL_MODEL_URL": URL},
        {"CSPORTAL_MODEL_NAME": NAME},
        {"CSPORTAL_MODEL_KEY": "k"},
        {"CSPORTAL_MODEL_URL": "api.example.com/v1", "CSPORTAL_MODEL_NAME": NAME},
        {"CSPORTAL_MODEL_URL": "https://me:word@example.com/v1", "CSPORTAL_MODEL_NAME": NAME},
    ],
)
def test_a_language_model_that_is_half_set_up_is_refused(half):
    outcome = start(**half)

    assert outcome.returncode != 0
    assert "CSPORTAL_MODEL_URL" in outcome.stderr


def test_a_language_model_is_asked_under_the_address_that_is_set():
    outcome = start("CSPORTAL_MODEL_URL", CSPORTAL_MODEL_URL=f"{URL}/", CSPORTAL_MODEL_NAME=NAME)

    assert outcome.stdout.strip() == URL
