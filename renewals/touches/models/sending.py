"""What every message on its way has in common: a lease, tries, and an outcome that is kept (rule 20)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

UNTAKEN = timedelta(seconds=30)
"""How long a message may lie on the queue before it is put there again."""
IS_OVER_WITH_AN_OUTCOME = Q(over_at=None, outcome="") | (Q(over_at__isnull=False) & ~Q(outcome=""))


class SendingQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        """Messages that are not over: neither sent, nor failed for good, nor dropped."""
        return self.filter(over_at=None)

    def due(self, *, now: datetime) -> Self:
        """Open messages whose time has come and that nobody has leased, the oldest first."""
        return self.open().filter(Q(leased_until=None) | Q(leased_until__lte=now), next_try_at__lte=now)

    def left_lying(self, *, now: datetime) -> Self:
        """Due messages that no worker was told of, or that were told of and that none took for a while."""
        return self.due(now=now).filter(Q(queued_at=None) | Q(queued_at__lte=now - UNTAKEN)).order_by("next_try_at")


class Sending(models.Model):
    """One message on its way: leased by one worker at a time, tried with care, its outcome kept.

    The stable `id` is in the Message-ID of every attempt, so that a repeat after a crash is known as one.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        BOUNCED = "bounced", _("came back")
        DROPPED = "dropped", _("not needed any more")

    UNDELIVERED = (Outcome.FAILED, Outcome.BOUNCED)
    """What reached nobody, whether that was said at once or afterwards."""
    LEFT = (Outcome.SENT, Outcome.BOUNCED)
    """What went out, whatever became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    next_try_at = models.DateTimeField(_("next try at"))
    queued_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    over_at = models.DateTimeField(_("over at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        abstract = True
        ordering = ("next_try_at",)
