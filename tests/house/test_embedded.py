"""The embedded PostgreSQL lives exactly as long as somebody uses it, whatever way its users end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from csportal.embedded import LONGEST_SOCKET, CannotStart, EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path):
    """Where a server may live; none is left behind."""
    yield tmp_path / "pg"
    sweeper = EmbeddedServer(tmp_path / "pg")
    sweeper._stop()


def joined(data: Path) -> EmbeddedServer:
    server = EmbeddedServer(data)
    server.join()
    return server


def running(data: Path) -> int | None:
    """The process id of the server, None when there is none."""
    number = EmbeddedServer(data)._status()["pid"]
    return int(number) if number else None


def ask(server: EmbeddedServer, query: str):
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def user_in_another_process(data: Path) -> subprocess.Popen[str]:
    """A process that uses the server until it is killed."""
    program = (
        "import sys, time; from pathlib import Path; from csportal.embedded import EmbeddedServer;"
        "EmbeddedServer(Path(sys.argv[1])).join(); print('joined', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "joined\n"
    return process


def test_the_last_user_to_leave_stops_the_server(data):
    first, second = joined(data), joined(data)

    first.leave()
    assert ask(second, "SELECT 1") == 1

    second.leave()
    assert running(data) is None


def test_a_server_whose_user_was_killed_is_adopted_and_stopped(data):
    user = user_in_another_process(data)
    server = running(data)
    user.kill()
    user.wait()

    heir = joined(data)

    assert running(data) == server
    heir.leave()
    assert running(data) is None


def test_after_kill_9_of_user_and_server_the_data_is_there(data):
    user = user_in_another_process(data)
    visitor = joined(data)
    ask(visitor, "CREATE TABLE kept AS SELECT 42 AS answer")
    user.kill()
    user.wait()
    os.kill(running(data), signal.SIGKILL)

    again = joined(data)

    assert ask(again, "SELECT answer FROM kept") == 42
    visitor.leave()
    again.leave()


def test_the_number_of_a_dead_server_that_another_process_got_is_not_believed(data):
    joined(data).leave()
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n{data}\n\n0 0\nready\n")

    server = joined(data)

    assert running(data) != os.getpid()
    assert ask(server, "SELECT 1") == 1
    server.leave()


def test_a_making_of_the_data_that_was_cut_short_is_begun_again(data):
    data.mkdir()
    half = data.with_suffix(".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    server = joined(data)

    assert ask(server, "SELECT 1") == 1
    server.leave()


def test_data_deleted_under_the_server_leaves_no_server_behind(data):
    old = joined(data)
    forgotten = psutil.Process(running(data))
    shutil.rmtree(data)

    new = joined(data)

    assert not forgotten.is_running()
    assert ask(new, "SELECT 1") == 1
    new.leave()
    old.leave()


def test_chinese_can_be_searched_whatever_the_locale_of_who_started_it(data, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    server = joined(data)

    ask(server, "CREATE EXTENSION pg_trgm")

    assert ask(server, "SELECT cardinality(show_trgm('云启科技'))") > 0
    server.leave()


def test_a_path_too_long_for_a_socket_and_with_odd_characters_will_do(tmp_path):
    data = tmp_path / ("long " * (LONGEST_SOCKET // 5)) / "it's 数据 100%"
    server = joined(data)

    assert ask(server, "SELECT 1") == 1
    server.leave()
    assert running(data) is None


def test_data_of_another_release_is_refused_in_one_line(data):
    joined(data).leave()
    (data / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotStart) as refused:
        joined(data)

    assert "initialized by PostgreSQL version 9" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_variables_of_the_user_for_other_servers_change_nothing(data, monkeypatch):
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATA", "/nowhere")

    server = joined(data)

    assert ask(server, "SELECT 1") == 1
    server.leave()
