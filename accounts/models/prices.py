"""Price lists: what a seat of a product costs for how many months, from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.contracts import Product, validate_currency
from accounts.models.people import User

MOST_MONTHS = 120
PERCENT = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100)))


class PriceQuerySet(models.QuerySet["Price"]):
    def on(self, day: date) -> Self:
        """The prices that count on a day of the vendor's own: for each currency and length the last one until then."""
        newest = ("product_id", "currency", "months")
        return self.filter(valid_from__lte=day).order_by(*newest, "-valid_from").distinct(*newest)


class Price(models.Model):
    """What one seat costs for one length, before tax, from a day of the vendor's own on until a later price."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="prices", verbose_name=_("product"))
    months = models.PositiveSmallIntegerField(
        _("months"), validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    unit = models.DecimalField(
        _("price per seat, before tax"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    tax_rate = models.DecimalField(
        _("tax in percent"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PERCENT
    )
    valid_from = models.DateField(_("from the day"))
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("entered by"))

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ("product", "currency", "months", "-valid_from")
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = (
            models.UniqueConstraint(fields=("product", "currency", "months", "valid_from"), name="price_once_a_day"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=MOST_MONTHS), name="price_has_its_length"),
            models.CheckConstraint(condition=Q(unit__gte=0), name="price_is_not_negative"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="price_tax_is_a_percentage"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="price_has_its_currency"),
        )

    def __str__(self) -> str:
        return f"{self.product_id}: {self.months} × {self.unit} {self.currency} ({self.valid_from})"
