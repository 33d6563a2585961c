"""What a language model was asked and what came back: exactly what left the house stays on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from renewals.drafting.refusals import Why

TAKEN_WITHIN = timedelta(minutes=5)
"""How long a question may wait for a worker until whoever asked may ask anew."""


class Stands(StrEnum):
    """How a request stands at an instant."""

    WAITING = "waiting"
    LOST = "lost"
    DRAFTED = "drafted"
    REFUSED = "refused"


class DraftRequest(models.Model):
    """One question: about which letter, by whom, what was sent, and the draft or the reason why there is none."""

    about = models.CharField(_("about"), max_length=120, help_text=_("Which letter, such as letter:12."))
    asked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="draft_requests", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    host = models.CharField(_("sent to"), max_length=255)
    brief = models.JSONField(_("brief"), editable=False)
    sent = models.TextField(_("what was sent"), help_text=_("The very text that left the house."))
    sent_at = models.DateTimeField(_("sent at"), null=True, help_text=_("Empty: nothing has left."))
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    over_at = models.DateTimeField(_("over at"), null=True)
    why = models.CharField(_("why there is no draft"), max_length=12, choices=Why, blank=True)
    said = models.CharField(_("what it said"), max_length=500, blank=True)
    wait = models.DurationField(_("asked to wait"), null=True)
    text = models.TextField(_("draft"), blank=True)
    doubts = models.JSONField(_("in doubt"), default=list)
    added = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ("-asked_at", "-pk")
        verbose_name = _("draft by a language model")
        verbose_name_plural = _("drafts by a language model")
        constraints = (
            models.UniqueConstraint(fields=("about",), condition=Q(over_at=None), name="draft_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(over_at=None, why="", text="") | (Q(over_at__isnull=False) & (Q(why="") ^ Q(text=""))),
                name="draft_is_over_with_a_text_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(lease=None) | Q(leased_until__isnull=False, sent_at__isnull=False),
                name="draft_that_somebody_has_was_sent",
            ),
        )
        indexes = (models.Index(fields=("about", "-asked_at"), name="draft_about"),)

    def __str__(self) -> str:
        return f"{self.about} {self.asked_at:%Y-%m-%dT%H:%MZ}"

    def is_lost(self, *, now: datetime) -> bool:
        """Whether no worker took it in time, or the one that did never came back."""
        until = self.leased_until or self.asked_at + TAKEN_WITHIN
        return self.over_at is None and until <= now

    def stands(self, *, now: datetime) -> Stands:
        """How it stands at an instant."""
        if self.over_at is None:
            return Stands.LOST if self.is_lost(now=now) else Stands.WAITING
        return Stands.REFUSED if self.why else Stands.DRAFTED
