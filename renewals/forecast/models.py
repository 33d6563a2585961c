"""Targets: how much of renewals somebody is to bring in a month or a quarter."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.models.contracts import validate_currency


class Target(models.Model):
    """What a team, a CSM or, with neither, the whole company is to bring in a period, as somebody set it at an instant.

    Rows are added, never changed: the latest of a period and of whom it is for holds; without an amount there is none.
    """

    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("team")
    )
    csm = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("CSM"))
    first_on = models.DateField(_("first day"))
    months = models.PositiveSmallIntegerField(_("months"), help_text=_("1 for a month, 3 for a quarter."))
    amount = models.DecimalField(
        _("amount"), max_digits=16, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    at = models.DateTimeField(_("set at"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("set by"))

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = (
            models.CheckConstraint(condition=Q(team=None) | Q(csm=None), name="target_is_of_a_team_or_of_a_person"),
            models.CheckConstraint(
                condition=Q(months=1, first_on__day=1)
                | Q(months=3, first_on__day=1, first_on__month__in=(1, 4, 7, 10)),
                name="target_is_of_a_month_or_a_quarter",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="target_is_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="target_has_a_currency"),
        )
        indexes = (models.Index(fields=("first_on", "months", "-at"), name="target_of_a_period"),)

    def __str__(self) -> str:
        return f"{self.first_on:%Y-%m} ({self.months}): {self.amount} {self.currency}"
