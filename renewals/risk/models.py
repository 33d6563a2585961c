"""The rules of risk as somebody set them, one row a change; and what they look at, kept for each open renewal."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, User
from accounts.models.contracts import about_contracts_in_sight_of
from renewals.pipeline.models import Renewal
from renewals.risk.rules import Rule, Word

MOST_LIMIT, MOST_WEIGHT = 10_000, 100


class RiskRule(models.Model):
    """One rule as it holds from `at` on, until the next of its word. Never changed, never deleted."""

    word = models.CharField(_("rule"), max_length=10)
    limit = models.PositiveIntegerField(_("limit"), validators=[MaxValueValidator(MOST_LIMIT)])
    weight = models.PositiveSmallIntegerField(_("weight"), validators=[MaxValueValidator(MOST_WEIGHT)])
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ("-at", "pk")
        verbose_name = _("rule of risk")
        verbose_name_plural = _("rules of risk")
        constraints = (
            models.UniqueConstraint(fields=("word", "at"), name="risk_rule_once_an_instant"),
            models.CheckConstraint(condition=Q(word__in=[str(word) for word in Word]), name="risk_rule_word_known"),
            models.CheckConstraint(
                condition=Q(limit__lte=MOST_LIMIT, weight__lte=MOST_WEIGHT), name="risk_rule_in_bounds"
            ),
        )

    def __str__(self) -> str:
        return f"{self.word} {self.limit} {self.weight}"

    @property
    def rule(self) -> Rule:
        """The plain value that the pure functions of `rules` take."""
        return Rule(self.limit, self.weight)


class RiskFactsQuerySet(models.QuerySet["RiskFacts"]):
    def visible_to(self, user: User) -> Self:
        """Of the contracts that `user` may see."""
        return self.filter(about_contracts_in_sight_of(user))


class RiskFacts(models.Model):
    """What the rules of risk look at, of one open renewal: nothing that its tables do not say, so that a list of very
    many is one scan. Worked out again when one of them changes (`stale`), and at `good_until`, when time alone does it.

    `ends_at`, `amount` and `currency` are the renewal's own.
    """

    renewal = models.OneToOneField(
        Renewal, models.CASCADE, primary_key=True, related_name="risk_facts", verbose_name=_("renewal")
    )
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+", verbose_name=_("contract"))
    ends_at = models.DateTimeField(_("ends at"))
    amount = models.DecimalField(_("expected amount"), max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(_("currency"), max_length=3)
    is_agreed = models.BooleanField(_("the forecast is commit"))
    health = models.PositiveSmallIntegerField(_("health"), null=True)
    locked = models.PositiveIntegerField(_("minutes of paid time that a lock took"), null=True)
    is_untold = models.BooleanField(_("nobody was told of the minute"))
    promises = models.PositiveIntegerField(_("late promises"))
    contact_since = models.DateTimeField(_("last contact, or the beginning"))
    letters = models.PositiveIntegerField(_("letters since they last gave a sign"))
    has_competitor = models.BooleanField(_("a competitor is named"))
    past = models.PositiveIntegerField(_("renewals that came late before"))
    step_on = models.DateField(_("the next step is by the day"), null=True)
    meets_peak = models.BooleanField(_("meets a peak that nobody has decided about"))
    good_until = models.DateTimeField(_("good until"), null=True)

    objects = RiskFactsQuerySet.as_manager()

    class Meta:
        ordering = ("ends_at", "pk")
        verbose_name = _("facts of a risk")
        verbose_name_plural = _("facts of risks")
        indexes = (models.Index(fields=("good_until",), name="risk_facts_good_until"),)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.ends_at:%Y-%m-%dT%H:%MZ}"
