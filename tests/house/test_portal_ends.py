"""`make run` when it ends: nothing stays, and the next run works whatever the end was."""

from __future__ import annotations

import signal

import pytest

from tests.house.runs import Run, all_end, kill

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """One folder for all these tests: its database is made once."""
    return tmp_path_factory.mktemp("portal") / "var"


@pytest.fixture
def run(var):
    """A portal that is ready."""
    run = Run(var)
    run.wait_for("23:59 is ready")
    yield run
    if run.process.poll() is None:
        run.stop()


def assert_nothing_stays(run: Run) -> None:
    assert run.family() == [], run.said
    assert run.server() is None, run.said


def test_sigterm_stops_all_of_it(run):
    assert run.stop(signal.SIGTERM) == 0

    assert_nothing_stays(run)


def test_after_kill_9_of_everything_the_next_run_works_and_ctrl_c_stops_it(run):
    server = run.server()
    run.process.kill()
    kill(*run.family(), server)
    run.end()

    following = Run(run.var, run.port)
    following.wait_for("23:59 is ready")

    assert following.stop(signal.SIGINT) == 0
    assert_nothing_stays(following)


def test_after_kill_9_of_the_supervisor_alone_the_next_run_takes_over(run):
    orphans, server = run.family(), run.server()
    run.process.kill()

    following = Run(run.var, run.port)
    following.wait_for("23:59 is ready")

    assert all_end(orphans)
    assert following.server() == server
    assert following.stop() == 0
    assert_nothing_stays(following)


def test_a_database_that_is_killed_alone_is_started_again(run):
    kill(run.server())

    run.wait_for("The database had ended; it runs again.")

    assert run.readiness_of("database")
