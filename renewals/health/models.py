"""How much each part of a health score weighs, and the scores of the past, a day each."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, User
from renewals.health.score import Kind, Weights

MOST = 100


def weight_field(name: Promise, **said: object) -> models.PositiveSmallIntegerField:
    """How much a part weighs: 0 leaves it out."""
    return models.PositiveSmallIntegerField(name, validators=[MaxValueValidator(MOST)], **said)  # type: ignore[arg-type]


class Weighing(models.Model):
    """The weights as somebody set them; they hold from `at` on, until the next. Never changed, never deleted."""

    at = models.DateTimeField(_("at"), unique=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    trend = weight_field(_("Use"))
    breadth = weight_field(_("Breadth"))
    support = weight_field(_("Support"))
    mood = weight_field(_("Mood"))
    contact = weight_field(_("Contact"))

    class Meta:
        ordering = ("-at",)
        verbose_name = _("weights of health")
        verbose_name_plural = _("weights of health")
        constraints = (
            models.CheckConstraint(
                condition=Q(trend__gt=0) | Q(breadth__gt=0) | Q(support__gt=0) | Q(mood__gt=0) | Q(contact__gt=0),
                name="weighing_weighs_something",
                violation_error_message=_("One part at least has to count."),
            ),
            models.CheckConstraint(
                condition=Q(trend__lte=100, breadth__lte=100, support__lte=100, mood__lte=100, contact__lte=100),
                name="weighing_is_at_most_a_hundred_each",
            ),
        )

    def __str__(self) -> str:
        return " ".join(f"{kind}={getattr(self, kind)}" for kind in Kind)

    @property
    def weights(self) -> Weights:
        """The plain value that the pure functions of `score` take."""
        return {kind: getattr(self, kind) for kind in Kind}


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def of_last_day(self) -> Self:
        """Those of the last day whose round has gone through all contracts."""
        last = Round.objects.exclude(finished_at=None).order_by("-on").values("on")[:1]
        return self.filter(on=models.Subquery(last))


class Snapshot(models.Model):
    """The score of one contract as it was on one day, for its history and for lists. Computed anew it would be the
    same, but for facts that came late.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="health", verbose_name=_("contract"))
    on = models.DateField(_("day"))
    score = models.PositiveSmallIntegerField(_("health"))

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ("on",)
        verbose_name = _("health of a day")
        verbose_name_plural = _("health of days")
        constraints = (
            models.UniqueConstraint(fields=("contract", "on"), name="snapshot_once_a_day"),
            models.CheckConstraint(condition=Q(score__lte=100), name="snapshot_is_at_most_a_hundred"),
        )
        indexes = (
            # Read by the list of contracts: who fares badly today.
            models.Index(fields=("on", "score"), name="snapshot_on_score"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.on} {self.score}"


class Round(models.Model):
    """How far the scores of one day have come: through all contracts up to `reached`. Several tickers share it."""

    on = models.DateField(_("day"), unique=True)
    begun_at = models.DateTimeField(_("begun at"))
    reached = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("round of health scores")
        verbose_name_plural = _("rounds of health scores")
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("begun_at")), name="round_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.reached}"
