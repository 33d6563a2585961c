"""The evidence that someone at the customer was told of an end (rule 10)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import Amendment, Contact, ContractTerm, User
from accounts.models.fields import WallTimeField
from renewals.entitlement import AFTER_EVIDENCE


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def of_the_promise(self) -> Self:
        """Evidence about the minute that is promised now, without what turned out to be none."""
        return self.ever_of_the_promise().filter(disproved_at=None)

    def ever_of_the_promise(self) -> Self:
        """Evidence about the minute that is promised now: who was told of another one was not told of this one.

        Nor was who was told of it before the end moved away and back again: what they heard last was otherwise. And
        who was told before a renewal was told of the end that it renewed.
        """
        since = Amendment.objects.filter(term=OuterRef("term"), at__gt=OuterRef("at"))
        moved = since.filter(kind__in=Amendment.MOVES)
        renewed = since.filter(kind=Amendment.Kind.RENEWED, contract__terms__recorded_at__lt=F("at"))
        return self.filter(~Exists(moved), ~Exists(renewed), last_minute=F("term__last_minute"))

    def of_the_end(self) -> Self:
        """Of these, what counts for the lock: who was told that it renews by itself was not told that it ends."""
        return self.exclude(kind=Evidence.Kind.RENEWS)

    def of_renewing(self) -> Self:
        """Of these, what counts for a renewal by itself: who was told that it ends was not told that it goes on."""
        return self.filter(kind=Evidence.Kind.RENEWS)

    def by_a_person(self) -> Self:
        """Of these, what somebody said to somebody: that it ends, or that it renews by itself. No letter is one."""
        return self.filter(kind__in=(Evidence.Kind.TOLD, Evidence.Kind.RENEWS), by__isnull=False)

    def counted(self) -> Self:
        """Each with the instant that it `counts` from: the set-based twin of `entitlement.told_from`."""
        return self.annotate(counts=Greatest(F("at"), F("recorded_at") - Value(AFTER_EVIDENCE)))

    def first_at(self) -> datetime | None:
        """From when on the first of these people counts as told; None where nobody was."""
        return self.counted().aggregate(first=Min("counts"))["first"]


class Evidence(models.Model):
    """Proof that someone at the customer was told of the end of a term (rule 10)."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        OPENED = "opened", _("opened the page")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        TOLD = "told", _("told by a person")
        RENEWS = "renews", _("told that it renews by itself")
        ANSWERED = "answered", _("answered the letter")

    BY_LETTER = (Kind.DELIVERED, Kind.RENEWS)
    """What a letter proves that did not come back."""

    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="evidence", verbose_name=_("term"))
    last_minute = WallTimeField(_("promised last minute"), help_text=_("A moved end is another promise: told again."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by"))
    note = models.CharField(_("how"), max_length=300, blank=True)
    disproved_at = models.DateTimeField(
        _("turned out to be none at"),
        null=True,
        blank=True,
        help_text=_("The letter came back: nobody was told by it. What it locked until then was locked."),
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("at",)
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = (models.Index(fields=("term", "at"), name="evidence_term_at"),)
        constraints = (
            models.CheckConstraint(condition=Q(at__lte=F("recorded_at")), name="evidence_is_of_the_past"),
            models.CheckConstraint(
                condition=Q(disproved_at=None)
                | Q(kind__in=["delivered", "renews"], by=None, disproved_at__gte=F("recorded_at")),
                name="evidence_of_a_letter_is_disproved_afterwards",
            ),
            models.CheckConstraint(condition=~Q(kind="told") | Q(by__isnull=False), name="evidence_told_by_somebody"),
        )

    def __str__(self) -> str:
        return f"{self.term_id} {self.kind} {self.at:%Y-%m-%dT%H:%MZ}"
