"""The guard replaces a cluster that is stuck, and frees what a cluster had in hand that is gone."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django_q.models import OrmQ

from csportal import health, worker
from tests.house.test_health import SECOND, taken

pytestmark = pytest.mark.django_db


class Cluster:
    """What the guard sees of the cluster's process."""

    def __init__(self, *, running: bool = True) -> None:
        self.running = running

    def runs(self) -> bool:
        return self.running

    def end(self) -> None:
        self.running = False


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """The connection stays open: the tests' transaction is on it."""
    monkeypatch.setattr("django.db.connection.close", lambda: None)


@pytest.fixture
def clusters(monkeypatch):
    """Those that report themselves."""
    reporting: list[SimpleNamespace] = []
    monkeypatch.setattr("django_q.status.Stat.get_all", lambda: reporting)
    return reporting


def is_free(task: OrmQ, clock) -> bool:
    task.refresh_from_db()
    return task.lock <= clock.now


def test_a_cluster_that_works_is_left_alone_and_probed(clock, clusters):
    cluster = Cluster()

    worker.watch(cluster)

    assert cluster.runs()
    assert cache.get(health.PROBE) == clock.now.isoformat()


def test_a_stuck_cluster_is_ended_and_its_tasks_are_free_again(clock, clusters, capsys):
    cluster = Cluster()
    task = taken(at=clock.now - 200 * SECOND)
    cache.set(health.PROBE, (clock.now - 200 * SECOND).isoformat(), timeout=None)

    worker.watch(cluster)

    assert not cluster.runs()
    assert is_free(task, clock)
    assert "takes nothing" in capsys.readouterr().out


def test_after_a_stuck_cluster_the_next_one_gets_its_full_time(clock, clusters):
    cache.set(health.PROBE, (clock.now - 200 * SECOND).isoformat(), timeout=None)

    worker.watch(Cluster())

    assert not health.queue_is_stuck(now=clock.now + timedelta(seconds=60))


def test_tasks_are_not_taken_from_a_cluster_on_another_machine(clock, clusters):
    clusters.append(SimpleNamespace(host="another", pid=os.getpid()))
    task = taken(at=clock.now)

    worker.watch(Cluster(running=False))

    assert not is_free(task, clock)


def test_a_cluster_that_died_on_this_machine_still_reporting_holds_nothing(clock, clusters):
    clusters.append(SimpleNamespace(host=socket.gethostname(), pid=2**22 + 1))
    task = taken(at=clock.now)

    worker.watch(Cluster(running=False))

    assert is_free(task, clock)


def test_without_its_database_the_guard_says_so_and_goes_on(clock, clusters, monkeypatch, capsys):
    def refuse(**_):
        from django.db import OperationalError

        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "queue_is_stuck", refuse)
    cluster = Cluster()

    worker.watch(cluster)

    assert cluster.runs()
    assert capsys.readouterr().out == "The task queue cannot be watched: connection refused\n"
