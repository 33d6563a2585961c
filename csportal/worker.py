"""The task queue under guard: `manage.py qcluster`, started afresh when it dies or takes nothing any more.

    python -m csportal.worker

One `kill -9` of an idle worker (by the system, short of memory) stops a whole cluster for good, and it goes on looking
alive: the worker took the lock on the queue along. So a probe is put on the queue every few seconds, and a cluster
that leaves it there is replaced. `make run`, systemd and compose all start the queue this way.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time

import psutil

from csportal.database import BASE_DIR, DatabaseNotThere, ensure_database
from csportal.supervisor import LOOK_EVERY, Child, say, stop_all, stopped_by_signals

WATCH_EVERY = 15.0
PATIENCE = 300.0
"""Seconds that running tasks get to finish when the queue is to stop."""


def watch(cluster: Child) -> None:
    """One look at the queue: end a cluster that is stuck, free what a cluster had in hand that is gone, probe."""
    from django.db import Error, connection

    from csportal.clock import now
    from csportal.health import forget_probe, put_probe, queue_is_stuck

    try:
        if queue_is_stuck(now=now()):
            say("The task queue takes nothing; it is started afresh.")
            cluster.end()
            forget_probe()
        if not cluster.runs():
            release_tasks()
        put_probe(now=now())
    except Error as problem:
        say(f"The task queue cannot be watched: {' '.join(str(problem).split())}")
    finally:
        connection.close()


def release_tasks() -> None:
    """Let what a cluster had in hand that is gone be taken again now, not when its time is up in half an hour.

    Not while another cluster lives, here or on another machine: it may be at work on them.
    """
    from django_q.models import OrmQ
    from django_q.status import Stat

    from csportal.clock import now

    here = socket.gethostname()
    if not any(cluster.host != here or psutil.pid_exists(cluster.pid) for cluster in Stat.get_all()):
        OrmQ.objects.filter(lock__gt=now()).update(lock=now())


def guard(cluster: Child) -> None:
    """Keep the cluster going for ever."""
    watch_at = time.monotonic()
    while True:
        if time.monotonic() >= watch_at or not cluster.runs():
            watch(cluster)
            watch_at = time.monotonic() + WATCH_EVERY
        cluster.look_after()
        time.sleep(LOOK_EVERY)


def main() -> int:
    """Exit code 0 after an orderly stop, 1 with one line when it cannot start."""
    parser = argparse.ArgumentParser(description="The task queue under guard.")
    parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS")
    patience = parser.parse_args().patience
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        ensure_database()
        django.setup()
    except (DatabaseNotThere, ImproperlyConfigured) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    cluster = Child("qcluster", [sys.executable, str(BASE_DIR / "manage.py"), "qcluster"])
    with stopped_by_signals():
        try:
            guard(cluster)
        finally:
            stop_all([cluster], within=patience)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
