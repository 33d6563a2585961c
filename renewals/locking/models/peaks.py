"""Peaks that an end meets and that somebody decided to leave as it is (rule 18)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ContractTerm, User
from accounts.models.fields import WallTimeField


class PeakLeft(models.Model):
    """A decision, with its reason: this promised minute may meet the peaks of these days. Of others it says nothing."""

    term = models.ForeignKey(ContractTerm, models.CASCADE, related_name="peaks_left", verbose_name=_("term"))
    last_minute = WallTimeField(_("last minute"))
    first_day = models.DateField(_("first day of the peak"))
    last_day = models.DateField(_("last day of the peak"))
    name = models.CharField(_("name"), max_length=200)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("peak left as it is")
        verbose_name_plural = _("peaks left as they are")
        constraints = (
            models.UniqueConstraint(
                fields=("term", "last_minute", "first_day", "last_day"), name="peak_left_once_a_promise"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="peak_left_with_a_reason"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="peak_left_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.term_id} {self.first_day}/{self.last_day}"
