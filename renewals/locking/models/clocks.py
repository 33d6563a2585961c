"""The computed instants of each contract, kept so that one answer is one row."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, ContractTerm
from renewals.entitlement import State, Windows


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

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="clocks", db_index=False)
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
            # In place of the contract's own: of many contracts, those that end in a stretch of time.
            models.Index(fields=("contract", "ends_at"), name="clock_of_contract"),
            # Read by the tick once a minute: of whose end nobody was told yet.
            models.Index(fields=("ends_at",), name="clock_untold", condition=Q(lock_at=None, is_history=False)),
            # Read by the tick once a minute: which next terms join by themselves.
            models.Index(fields=("joins_at",), name="clock_joins", condition=Q(joins_at__isnull=False)),
            # Read by the first page: what was locked in the last days.
            models.Index(fields=("lock_at",), name="clock_lock_at", condition=Q(lock_at__isnull=False)),
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
