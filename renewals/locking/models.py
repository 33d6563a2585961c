"""The computed instants of each contract, the evidence that someone was told, and the extra time that was given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Exists, F, Min, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import Amendment, Contact, Contract, ContractTerm, User
from accounts.models.fields import WallTimeField
from renewals.entitlement import AFTER_EVIDENCE, State, Windows


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def of_the_promise(self) -> Self:
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

    def counted(self) -> Self:
        """Each with the instant that it `counts` from: the set-based twin of `entitlement.told_from`."""
        return self.annotate(counts=Greatest(F("at"), F("recorded_at") - Value(AFTER_EVIDENCE)))

    def first_at(self) -> datetime | None:
        """When the first of these people was told; None where nobody was."""
        return self.aggregate(first=Min("at"))["first"]


class Evidence(models.Model):
    """Proof that someone at the customer was told of the end of a term (rule 10)."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        OPENED = "opened", _("opened the page")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        TOLD = "told", _("told by a person")
        RENEWS = "renews", _("told that it renews by itself")

    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="evidence", verbose_name=_("term"))
    last_minute = WallTimeField(_("promised last minute"), help_text=_("A moved end is another promise: told again."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    note = models.CharField(_("how"), max_length=300, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("at",)
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = (models.Index(fields=("term", "at"), name="evidence_term_at"),)

    def __str__(self) -> str:
        return f"{self.term_id} {self.kind} {self.at:%Y-%m-%dT%H:%MZ}"


class GrantQuerySet(models.QuerySet["Grant"]):
    def counted(self) -> Self:
        """Each with the instant that it `counts` until: one that was taken back, for a day more at the most."""
        return self.annotate(counts=Least(F("until"), Coalesce(F("undone_at") + Value(AFTER_EVIDENCE), F("until"))))

    def standing(self) -> Self:
        """Grants that nobody took back."""
        return self.filter(undone_at=None)


class Grant(models.Model):
    """Extra time that a person, the customer or a rule gave: the lock comes no earlier than `until`."""

    class Source(models.TextChoices):
        CUSTOMER = "customer", _("the customer themselves")
        PERSON = "person", _("one of us")
        RULE = "rule", _("a rule")

    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="grants", verbose_name=_("term"))
    source = models.CharField(_("given by"), max_length=10, choices=Source)
    at = models.DateTimeField(_("given at"))
    gives = models.DurationField(_("how long"), help_text=_("From the lock as it stood, or from then on if later."))
    until = models.DateTimeField(_("until"), help_text=_("The lock comes then at the earliest."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who asked")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    undone_because = models.CharField(_("why it was taken back"), max_length=500, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = (
            models.UniqueConstraint(
                fields=("term",),
                condition=Q(source="customer"),
                name="grant_once_by_the_customer",
            ),
            models.CheckConstraint(condition=Q(gives__gt=timedelta(0)) & Q(until__gt=F("at")), name="grant_gives_time"),
            models.CheckConstraint(
                condition=~Q(source="person") | (Q(by__isnull=False) & ~Q(reason="")),
                name="grant_of_a_person_names_them_and_why",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_because="")
                | (Q(undone_at__gte=F("at")) & Q(undone_by__isnull=False) & ~Q(undone_because="")),
                name="grant_is_taken_back_by_a_person_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.term_id} {self.source} {self.until:%Y-%m-%dT%H:%MZ}"


class ClockQuerySet(models.QuerySet["Clock"]):
    def counting(self, *, at: datetime) -> Self:
        """The clock of each contract that counts at an instant: exactly one a contract."""
        return self.filter(span__contains=at)

    def with_state(self, *, at: datetime) -> Self:
        """Each clock with its `state` at an instant: the set-based twin of `entitlement.state_at`.

        A comparison with a NULL instant is not true, so what never comes is never reached.
        """
        return self.annotate(
            state=Case(
                When(starts_at__gt=at, then=Value(State.SCHEDULED)),
                When(Q(ends_at__gt=at) | Q(joins_at__isnull=False), then=Value(State.ACTIVE)),
                When(Q(lock_at=None) | Q(lock_at__gt=at), then=Value(State.BUFFER)),
                When(Q(closes_at=None) | Q(closes_at__gt=at), then=Value(State.SOFT_LOCKED)),
                default=Value(State.CLOSED),
                output_field=models.CharField(),
            )
        )

    def in_state(self, state: State, *, at: datetime) -> Self:
        """Clocks whose state at an instant is `state`, by plain comparisons that an index can serve."""
        reached_lock = Q(lock_at__lte=at)
        goes_on = Q(ends_at__gt=at) | Q(joins_at__isnull=False)
        return self.filter(
            {
                State.SCHEDULED: Q(starts_at__gt=at),
                State.ACTIVE: Q(starts_at__lte=at) & goes_on,
                State.BUFFER: Q(ends_at__lte=at, joins_at=None) & (Q(lock_at=None) | Q(lock_at__gt=at)),
                State.SOFT_LOCKED: reached_lock & (Q(closes_at=None) | Q(closes_at__gt=at)),
                State.CLOSED: Q(closes_at__lte=at),
            }[state]
        )

    def due(self, *, now: datetime) -> Self:
        """Clocks with a moment that has come and is not recorded yet, the oldest first."""
        return self.filter(next_event_at__lte=now).order_by("next_event_at")


class Clock(models.Model):
    """Windows of one stretch of a contract, kept so that one answer is one row and what is due is one index scan.

    Never edited: recomputed from the facts by `renewals.locking.services.recompute_clocks`, in the transaction
    that changed them. The spans of a contract's clocks cover all time, each instant once: the database holds that.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="clocks")
    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="+", help_text=_("The term that sets the end."))
    span = DateTimeRangeField(help_text=_("When this stretch is the one that counts."))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    buffer_ends_at = models.DateTimeField()
    earliest_lock_at = models.DateTimeField()
    lock_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    is_history = models.BooleanField(default=False)
    joins_at = models.DateTimeField(null=True, help_text=_("From when on the next term follows by itself."))
    next_event_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="clocks_of_a_contract_never_overlap",
                expressions=(("contract", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at"))
                & Q(ends_at__lt=F("buffer_ends_at"))
                & Q(buffer_ends_at__lte=F("earliest_lock_at"))
                & (Q(lock_at=None) | Q(lock_at__gte=F("earliest_lock_at")))
                & (Q(closes_at=None) | Q(lock_at__isnull=False, closes_at__gt=F("lock_at"))),
                name="clock_windows_in_order",
            ),
        )
        indexes = (
            models.Index(fields=("ends_at",), name="clock_ends_at"),
            # Read by the tick once a minute: of whose end nobody was told yet.
            models.Index(fields=("ends_at",), name="clock_untold", condition=Q(lock_at=None, is_history=False)),
            # Read by the tick once a minute: which next terms join by themselves.
            models.Index(fields=("joins_at",), name="clock_joins", condition=Q(joins_at__isnull=False)),
            # Read by the tick alone: what is due, and nothing else.
            models.Index(fields=("next_event_at",), name="clock_due", condition=Q(next_event_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} ends {self.ends_at:%Y-%m-%dT%H:%MZ}"

    @property
    def windows(self) -> Windows:
        """The plain value that the pure functions of `entitlement` take."""
        return Windows(
            term=0,
            from_at=self.span.lower,
            until_at=self.span.upper,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            buffer_ends_at=self.buffer_ends_at,
            earliest_lock_at=self.earliest_lock_at,
            lock_at=self.lock_at,
            closes_at=self.closes_at,
            is_history=self.is_history,
            joins_at=self.joins_at,
        )
