"""The rules of risk as somebody set them, one row a change."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
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
