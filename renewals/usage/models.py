"""One signal of use: how much of what, when, by somebody whose name nobody here knows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract


class UsageSignal(models.Model):
    """`metric` is the product's own word, such as reports; `who` is a keyed hash of its user id, or nothing."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="usage", verbose_name=_("contract"))
    at = models.DateTimeField(_("at"))
    metric = models.CharField(_("metric"), max_length=60)
    value = models.FloatField(_("value"))
    who = models.CharField(max_length=32, blank=True, editable=False)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("usage signal")
        verbose_name_plural = _("usage signals")
        indexes = (models.Index(fields=("contract", "metric", "at"), name="usage_contract_metric_at"),)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.metric} {self.value:g}"
