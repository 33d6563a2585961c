"""What the workers do: look into the mailbox, one of them at a time."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache

from csportal import clock
from renewals.answers.asking import ASKED
from renewals.answers.mailbox import Away, fetch

logger = logging.getLogger(__name__)


def fetch_answers() -> str:
    """Take in what came back; how many mails of which kind, for the queue's own record."""
    cache.delete(ASKED)
    if settings.CSPORTAL_MAILBOX is None:
        return "no mailbox"
    try:
        taken = fetch(settings.CSPORTAL_MAILBOX, now=clock.now())
    except Away as problem:
        logger.warning("The mailbox cannot be read: %s", problem)
        return "away"
    return ", ".join(f"{kind}: {number}" for kind, number in sorted(taken.items())) or "nothing new"
