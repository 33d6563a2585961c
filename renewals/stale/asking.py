"""Has the workers bring up to date what is kept: asked again only when one has taken it up, or it was forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django_q.tasks import async_task

MOST = 20_000
"""Contracts that one piece of work brings up to date: seconds, so that the workers are soon free for others."""
FORGOTTEN = timedelta(minutes=10)
"""How long a piece of work may lie on the queue before it is asked for again."""


def ask(task: str) -> bool:
    """Put a task on the queue, unless it lies there; whether it was put."""
    if not cache.add(f"asked:{task}", value=True, timeout=FORGOTTEN.total_seconds()):
        return False
    async_task(task)
    return True


def taken_up(task: str) -> None:
    """A worker has begun with it: what changes from now on has to be asked for again."""
    cache.delete(f"asked:{task}")
