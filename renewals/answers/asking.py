"""Has the workers look into the mailbox, where there is one: once a minute, and never twice for one look."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django_q.tasks import async_task

FETCH = "renewals.answers.tasks.fetch_answers"
ASKED = "answers:asked"
"""Cache key of a look that no worker has begun yet."""
FORGOTTEN = timedelta(minutes=10)
"""How long a look may lie on the queue before it is asked for again."""


def ask_for_answers() -> bool:
    """Put a look into the mailbox on the queue, unless one lies there; whether it was put."""
    if settings.CSPORTAL_MAILBOX is None or not cache.add(ASKED, value=True, timeout=FORGOTTEN.total_seconds()):
        return False
    async_task(FETCH)
    return True
