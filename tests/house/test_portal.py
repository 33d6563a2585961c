"""`make run` while it runs: all its parts are there, and come back."""

from __future__ import annotations

import smtplib
import socket

import pytest

from tests.house.runs import Run, all_end, kill

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One portal for all these tests."""
    run = Run(tmp_path_factory.mktemp("portal") / "var")
    run.wait_for("23:59 is ready")
    yield run
    run.stop()


def test_when_it_says_ready_every_part_of_it_is(run):
    parts = run.readiness()

    assert parts.pop("zone_data")
    assert parts == {"ready": True, "database": True, "migrations": True, "ticker": True, "queue": True}


def test_it_says_where_it_is(run):
    assert f"23:59 is ready: http://127.0.0.1:{run.port}/\n" in run.said


def test_a_second_run_in_the_same_checkout_says_so(run):
    second = Run(run.var)

    assert second.end() == 1
    assert second.said == f"The portal runs already on {run.var}. Stop it there with Ctrl-C first.\n"


def test_a_port_that_is_taken_is_said_in_one_line(run, tmp_path):
    other = Run(tmp_path / "var", run.port)

    assert other.end() == 1
    assert other.said == f"Port {run.port} is taken. Stop what listens there, or choose another: PORT=8001 make run\n"
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_port_that_is_no_port_is_said_in_one_line(tmp_path):
    other = Run(tmp_path / "var", "eight thousand")

    assert other.end() == 1
    assert other.said == "PORT is 'eight thousand'; it must be a number from 1 to 65535.\n"


def test_a_mail_that_is_sent_to_it_is_kept(run):
    sink = run.child("csportal.mailsink").cmdline()
    port = int(sink[sink.index("--port") + 1])

    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail("portal@localhost", ["lin@customer.test"], b"Subject: 23:59\r\n\r\nHello")

    (kept,) = (run.var / "mail").glob("*.eml")
    assert kept.read_bytes().startswith(b"X-Rcpt-To: lin@customer.test\r\nSubject: 23:59\r\n")


def test_a_task_queue_whose_main_process_dies_leaves_no_workers_behind(run):
    cluster = [process for process in run.family() if "qcluster" in process.cmdline()]

    kill(cluster[0])

    run.wait_for("qcluster ended with code -9")
    assert all_end(cluster)
    with socket.create_connection(("127.0.0.1", run.port), timeout=10):
        pass


@pytest.mark.parametrize("part", ["ticker", "csportal.mailsink", "gunicorn", "csportal.worker"])
def test_a_part_that_dies_is_started_again(run, part):
    kill(run.child(part))

    run.wait_for("ended with code -9; starting it again")
