"""`/healthz` says that the process lives; `/readyz` says whether each part of the portal does its work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django_q.models import OrmQ

from csportal import health

T = datetime(2026, 11, 23, 4, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RETRY = timedelta(seconds=1800)


def waiting(*, since: datetime) -> OrmQ:
    """A task that nobody has taken."""
    return OrmQ.objects.create(key="portal", payload="", lock=since)


def taken(*, at: datetime) -> OrmQ:
    """A task that a worker has in hand, or that a stuck cluster has swallowed."""
    return OrmQ.objects.create(key="portal", payload="", lock=at + RETRY)


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setattr(health.Stat, "get_all", lambda: [SimpleNamespace(workers=[4711])])


@pytest.fixture
def beating(db, clock):
    cache.set(health.HEARTBEAT, (clock.now - 5 * SECOND).isoformat(), timeout=None)


def test_the_process_lives_without_a_database(client):
    assert client.get("/healthz").content == b"ok\n"


def test_ready_when_every_part_works(client, beating, cluster):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_without_a_beat_of_the_ticker_the_portal_is_not_ready(client, db, cluster):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["ticker"] is False
    assert answer.json()["database"] is True


def test_without_a_cluster_the_portal_is_not_ready(client, beating, monkeypatch):
    monkeypatch.setattr(health.Stat, "get_all", list)

    assert client.get("/readyz").json()["queue"] is False


def test_without_its_database_the_portal_says_so_and_does_not_fall_over(client, db, monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(health.connection, "cursor", refuse)
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] is False


@pytest.mark.parametrize(("silence", "beats"), [(60 * SECOND, False), (59 * SECOND, True)])
def test_a_ticker_that_is_silent_for_a_minute_does_not_beat(db, silence, beats):
    cache.set(health.HEARTBEAT, (T - silence).isoformat(), timeout=None)

    assert health.ticker_beats(now=T) is beats


@pytest.mark.parametrize(("wait", "stuck"), [(60 * SECOND, False), (61 * SECOND, True)])
def test_a_task_that_nobody_takes_for_a_minute_means_stuck(db, wait, stuck):
    waiting(since=T - wait)

    assert health.queue_is_stuck(now=T) is stuck


def test_a_long_queue_behind_running_tasks_is_not_stuck(db):
    taken(at=T - 30 * SECOND)
    taken(at=T - 20 * SECOND)
    waiting(since=T - 120 * SECOND)

    assert health.queue_is_stuck(now=T) is False


@pytest.mark.parametrize(("wait", "stuck"), [(60 * SECOND, False), (61 * SECOND, True)])
def test_a_probe_that_was_taken_and_never_done_means_stuck(db, wait, stuck):
    cache.set(health.PROBE, (T - wait).isoformat(), timeout=None)
    taken(at=T - wait)

    assert health.queue_is_stuck(now=T) is stuck


@pytest.mark.parametrize(("wait", "stuck"), [(360 * SECOND, False), (361 * SECOND, True)])
def test_while_tasks_are_worked_on_a_probe_may_wait_for_them(db, wait, stuck):
    cache.set(health.PROBE, (T - wait).isoformat(), timeout=None)
    taken(at=T - wait)
    taken(at=T - wait)

    assert health.queue_is_stuck(now=T) is stuck


def test_one_probe_at_a_time_lies_on_the_queue(db):
    health.put_probe(now=T)
    health.put_probe(now=T + 15 * SECOND)

    assert OrmQ.objects.count() == 1
    assert cache.get(health.PROBE) == T.isoformat()


def test_a_probe_that_is_done_makes_room_for_the_next(db):
    health.put_probe(now=T)
    health.forget_probe()
    health.put_probe(now=T + 15 * SECOND)

    assert OrmQ.objects.count() == 2


def test_not_being_ready_is_told_to_who_asks_and_fills_no_log(client, db, caplog):
    client.get("/readyz")

    assert caplog.records == []


def test_whether_the_process_lives_is_told_under_any_host_name(client):
    assert client.get("/healthz", headers={"host": "web:8122"}).status_code == 200
