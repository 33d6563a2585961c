"""One line of a price list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Price, Product, User


class PriceForm(forms.ModelForm):
    """What a seat costs for so many months, from which day on."""

    currency = forms.CharField(
        max_length=3, widget=forms.TextInput(attrs={"list": "currencies", "autocapitalize": "characters"})
    )

    class Meta:
        model = Price
        fields = ("months", "currency", "unit", "tax_rate", "valid_from")
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, data: Any, *, product: Product, today: date) -> None:
        super().__init__(data, initial={"months": 12, "valid_from": today, "currency": "CNY"})
        self.product = product
        self.fields["currency"].label = _("Currency")

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if currency not in list_currencies():
            raise ValidationError(_("Nobody pays in that currency. Write its three letters, such as CNY or USD."))
        return currency

    def keep(self, *, by: User, now: datetime) -> Price:
        """Put it on the list; a second price of the same day takes the place of the first."""
        said = dict(self.cleaned_data)
        key = {name: said.pop(name) for name in ("months", "currency", "valid_from")}
        row, _made = Price.objects.update_or_create(
            product=self.product, **key, defaults=said | {"entered_by": by, "entered_at": now}
        )
        return row
