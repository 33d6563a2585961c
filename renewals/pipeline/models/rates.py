"""Dated rates, by which money in other currencies is added up in the home currency."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.contracts import validate_currency


class ExchangeRate(models.Model):
    """How much of the home currency one unit of another is worth, from a day on until a later rate."""

    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    home = models.CharField(_("home currency"), max_length=3, validators=[validate_currency])
    on = models.DateField(_("from the day"))
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, validators=[MinValueValidator(Decimal("0.00000001"))]
    )
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("entered by"))

    class Meta:
        ordering = ("currency", "-on")
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = (
            models.UniqueConstraint(
                fields=("home", "currency", "on"),
                name="exchange_rate_once_a_day",
                violation_error_message=_("There is a rate of this day for this currency already."),
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_is_positive"),
            models.CheckConstraint(
                condition=~Q(currency=F("home")),
                name="exchange_rate_is_of_another_currency",
                violation_error_message=_("The home currency needs no rate."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$", home__regex="^[A-Z]{3}$"), name="exchange_rate_of_currencies"
            ),
        )

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate.normalize():f} {self.home} ({self.on})"
