"""What was paid: put on record by a person, taken back by one where it was wrong. No row is changed otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from renewals.offers.models import Agreement, AgreementQuerySet


class PaidQuerySet(models.QuerySet["Paid"]):
    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(taken_back_at=None)


class Paid(models.Model):
    """That an agreement is paid: since which day, by which reference, and who says so.

    One stands at most. The database lets a row be taken back once, and refuses every other change and its deletion.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="paid", verbose_name=_("agreement"))
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    why = models.CharField(_("why"), max_length=300, blank=True)

    objects = PaidQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("payment on record")
        verbose_name_plural = _("payments on record")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(taken_back_at=None), name="paid_stands_once_an_agreement"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None, why="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(why="")),
                name="paid_taken_back_by_somebody_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.paid_on}"


def paid_ones() -> Exists:
    """Whether the outer agreement is paid, as it stands."""
    return Exists(Paid.objects.standing().filter(agreement=OuterRef("pk")))


def unpaid(agreements: AgreementQuerySet) -> AgreementQuerySet:
    """Those that are to be paid, and nobody says that they are. What costs nothing, and what was signed before
    there were terms of payment, is to be paid by no day.
    """
    return agreements.filter(~paid_ones(), due_on__isnull=False)


def overdue(agreements: AgreementQuerySet, *, at: datetime) -> AgreementQuerySet:
    """The unpaid ones whose day is over at their customer's."""
    return unpaid(agreements).filter(due_ends_at__lte=at)
