"""Whether the process lives, and whether the portal is ready to be asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import OrmQ
from django_q.status import Stat
from django_q.tasks import async_task

from accounts import terms

HEARTBEAT = "ticker:heartbeat"
"""Cache key under which the ticker writes the instant of its last round."""
PROBE = "qcluster:probe"
"""Cache key of the instant at which the probe that lies on the queue was put there; absent when it was done."""
SILENT = timedelta(seconds=60)
IDLE_PATIENCE = timedelta(seconds=60)
BUSY_PATIENCE = timedelta(seconds=settings.TASK_SECONDS) + IDLE_PATIENCE
"""Longer than any task may take; while some are being worked on, a probe may have to wait as long."""


def answer_health(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: whether the process lives is told under any host name, since a proxy asks by its own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return healthz(request) if request.path == "/healthz" else get_response(request)

    return middleware


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process answers at all; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, ticker and queue all work, else 503; says which, and the zone data's release."""
    now: datetime = request.now  # type: ignore[attr-defined]
    checks: dict[str, Callable[[], bool]] = {
        "database": database_answers,
        "migrations": migrations_applied,
        "ticker": lambda: ticker_beats(now=now),
        "queue": lambda: queue_works(now=now),
    }
    parts = {name: passes(check) for name, check in checks.items()}
    status = 200 if all(parts.values()) else 503
    answer = JsonResponse({"ready": status == 200, **parts, "zone_data": terms.zone_data_release()}, status=status)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # it tells who asks; the log is not to repeat it
    return answer


def passes(check: Callable[[], bool]) -> bool:
    """What a check says; a database that does not answer fails every check that asks it."""
    try:
        return check()
    except Error:
        return False


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def ticker_beats(*, now: datetime) -> bool:
    """Whether the ticker has been round lately."""
    beat = cache.get(HEARTBEAT)
    return beat is not None and now - datetime.fromisoformat(beat) < SILENT


def queue_works(*, now: datetime) -> bool:
    """Whether there is a cluster, and it takes what is due."""
    return any(cluster.workers for cluster in Stat.get_all()) and not queue_is_stuck(now=now)


def queue_is_stuck(*, now: datetime) -> bool:
    """Whether something has lain on the queue for too long.

    A row's `lock` is the instant from which any worker may take it; taking it moves that into the future. A task
    that a stuck cluster has taken looks like one that is worked on, which is why a probe has to come back.
    """
    in_hand = OrmQ.objects.filter(lock__gt=now).count()
    patience = BUSY_PATIENCE if in_hand > 1 else IDLE_PATIENCE
    probe = cache.get(PROBE)
    overdue = probe is not None and now - datetime.fromisoformat(probe) > patience
    return overdue or (not in_hand and OrmQ.objects.filter(lock__lt=now - IDLE_PATIENCE).exists())


def put_probe(*, now: datetime) -> None:
    """Put a probe on the queue, unless one lies there."""
    if cache.add(PROBE, now.isoformat(), timeout=None):
        async_task(forget_probe, task_name="probe", save=False)


def forget_probe() -> None:
    """The probe's work: that it was done is all that it says."""
    cache.delete(PROBE)
