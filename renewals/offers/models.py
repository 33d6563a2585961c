"""What a CSM offers one customer: an option is never changed, only withdrawn, so nobody signs what they did not see."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, ContractTerm, User
from accounts.models.contracts import DateTruncMinute, validate_currency
from accounts.models.prices import PERCENT


class OptionQuerySet(models.QuerySet["Option"]):
    def visible_to(self, user: User) -> Self:
        """Options of the contracts that `user` may see."""
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def standing(self, *, at: datetime) -> Self:
        """Neither withdrawn nor past their last minute."""
        return self.filter(Q(valid_ends_at=None) | Q(valid_ends_at__gt=at), withdrawn_at=None)


class Option(models.Model):
    """One way to go on after one term: for how long, how many seats, for how much, and until when it can be had.

    `unit` is per seat for the whole length, or for all of it where nobody counts seats; before discount and tax.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="options", verbose_name=_("contract"))
    after = models.ForeignKey(
        ContractTerm, models.CASCADE, related_name="options", verbose_name=_("follows"), help_text=_("The term before.")
    )
    sold_as = models.CharField(_("term"), max_length=60)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True, validators=[MinValueValidator(1)])
    seats_are_fixed = models.BooleanField(_("for just so many seats"), default=False)
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    unit = models.DecimalField(
        _("price per seat, before tax"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    discount = models.DecimalField(
        _("discount in percent"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )
    tax_rate = models.DecimalField(
        _("tax in percent"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )
    valid_ends_at = models.DateTimeField(_("can be had until"), null=True, blank=True)
    note = models.CharField(_("a word to the customer"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )

    objects = OptionQuerySet.as_manager()

    class Meta:
        ordering = ("made_at", "pk")
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = (
            models.CheckConstraint(condition=Q(seats=None) | Q(seats__gte=1), name="option_has_a_seat_or_counts_none"),
            models.CheckConstraint(condition=Q(unit__gte=0), name="option_price_is_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="option_has_its_currency"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="option_discount_is_percent"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="option_tax_is_percent"),
            models.CheckConstraint(
                condition=Q(valid_ends_at=None)
                | Q(valid_ends_at=DateTruncMinute("valid_ends_at", output_field=models.DateTimeField())),
                name="option_ends_on_a_whole_minute",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="option_withdrawn_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.sold_as}"
