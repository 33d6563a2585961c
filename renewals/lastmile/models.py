"""How each end went, kept: a year of many is one scan."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, ContractTerm, Product, User
from accounts.models.contracts import about_contracts_in_sight_of
from renewals.lastmile.definitions import Told, Way
from renewals.pipeline.models import Renewal


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def visible_to(self, user: User) -> Self:
        """Of the contracts that `user` may see."""
        return self.filter(about_contracts_in_sight_of(user))


class Verdict(models.Model):
    """One renewal as `reading.judged` judges it: nothing that its tables do not say. Judged again when one of the facts
    changes (`stale`). No verdict depends on when it is read: before its end none is read.

    `month` is the first day of the last minute's month on its customer's own calendar; the end, the amount and whose
    it is are the renewal's and the contract's own.
    """

    renewal = models.OneToOneField(
        Renewal, models.CASCADE, primary_key=True, related_name="verdict", verbose_name=_("renewal")
    )
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+", verbose_name=_("contract"))
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("CSM"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    ends_at = models.DateTimeField(_("ends at"))
    month = models.DateField(_("month"))
    amount_now = models.DecimalField(_("amount now"), max_digits=14, decimal_places=2, null=True)
    currency_now = models.CharField(_("currency now"), max_length=3)
    way = models.CharField(_("how it went"), max_length=7, choices=[(str(one), str(one)) for one in Way])
    explained = models.BooleanField(_("explained"))
    reviewed = models.BooleanField(_("reviewed"))
    week = models.CharField(_("told a week ahead"), max_length=4, choices=[(str(one), str(one)) for one in Told])
    day = models.CharField(_("told the day before"), max_length=4, choices=[(str(one), str(one)) for one in Told])
    contact = models.SmallIntegerField(_("first real contact"))
    waited = models.SmallIntegerField(_("from the lock to the first contact"))
    proof = models.SmallIntegerField(_("strongest evidence"))
    letter = models.SmallIntegerField(_("best letter"))
    taken = models.BooleanField(_("a lock took promised time"))
    took = models.DurationField(_("how much it took"), null=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ("ends_at", "pk")
        verbose_name = _("verdict on an end")
        verbose_name_plural = _("verdicts on ends")
        indexes = (models.Index(fields=("ends_at", "renewal"), name="verdict_ends_at"),)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.ends_at:%Y-%m-%dT%H:%MZ} {self.way}"

    @property
    def term(self) -> ContractTerm:
        """The term whose end it is about."""
        return self.renewal.term
