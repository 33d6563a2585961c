"""What a CSM types in to offer one customer a way to go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import terms, wording
from accounts.forms.fields import TermField, term_in_words
from accounts.models import ContractTerm, Price
from renewals.offers.models import Option
from renewals.offers.pricing import amounts
from renewals.offers.usual import TOO_MUCH

MINUTE = timedelta(minutes=1)
FIELDS = ("seats", "seats_are_fixed", "unit", "currency", "discount", "tax_rate", "note")


class OptionForm(forms.ModelForm):
    """For how long, how many seats, for how much, and until when it can be had."""

    term = TermField(
        label=_("For how long"), help_text=_("1 year, 30 days, through 2026-05-15, or simply the last day.")
    )
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        widget=forms.TextInput(attrs={"list": "currencies", "autocapitalize": "characters"}),
    )
    valid_until = forms.DateTimeField(
        label=_("Can be had until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("On your own clock, that minute included. Empty: as long as it can be renewed."),
    )

    class Meta:
        model = Option
        fields = FIELDS

    def __init__(self, *args: Any, after: ContractTerm, starts_at: datetime, now: datetime, **kwargs: Any) -> None:
        """`starts_at`: where the next term would begin."""
        super().__init__(*args, **kwargs)
        self.after, self.starts_at, self.now = after, starts_at, now
        self.fields["unit"].help_text = _("For the whole length. Where no seats are counted: for all of it.")

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if currency not in list_currencies():
            raise ValidationError(_("Nobody pays in that currency. Write its three letters, such as CNY or USD."))
        return currency

    def clean_term(self) -> terms.Term:
        """One that leads to a minute, and to one that is ahead."""
        term: terms.Term = self.cleaned_data["term"]
        try:
            ends_at = terms.reckon(self.starts_at, term, self.after.time_zone).ends_at
        except terms.TermError as problem:
            raise ValidationError(wording.problem(problem)) from problem
        if ends_at <= self.now:
            raise ValidationError(_("That term would be over already. Choose a longer one, or one that ends later."))
        return term

    def clean_valid_until(self) -> datetime | None:
        """The end of that minute; one that has passed is asked about."""
        said: datetime | None = self.cleaned_data["valid_until"]
        if said is None:
            return None
        ends_at = said.replace(second=0, microsecond=0) + MINUTE
        if ends_at <= self.now:
            raise ValidationError(_("That minute has passed. Choose a later one, or leave it empty."))
        return ends_at

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("unit") is not None and said.get("currency"):
            found = amounts(
                said["unit"],
                seats=said.get("seats"),
                discount=said.get("discount") or Decimal(0),
                tax_rate=said.get("tax_rate") or Decimal(0),
                currency=said["currency"],
            )
            if found.gross >= TOO_MUCH:
                self.add_error("unit", _now("That is more than a contract can hold. Check the price and the seats."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, for the service."""
        chosen = {name: self.cleaned_data[name] for name in FIELDS}
        return chosen | {"term": self.cleaned_data["term"], "valid_ends_at": self.cleaned_data["valid_until"]}


def as_typed(option: Option) -> dict[str, Any]:
    """An option as the form had it."""
    typed = {name: getattr(option, name) for name in FIELDS}
    until = option.valid_ends_at and option.valid_ends_at - MINUTE
    return typed | {"term": term_in_words(option.sold_as, option.after.time_zone), "valid_until": until}


def from_list(price: Price, after: ContractTerm) -> dict[str, Any]:
    """What a price of the list would be as an option."""
    term = wording.term(terms.Term.months(price.months))
    return {
        "term": term,
        "seats": after.seats,
        "unit": price.unit,
        "currency": price.currency,
        "tax_rate": price.tax_rate,
    }


def as_it_was(after: ContractTerm, renews_for: str) -> dict[str, Any]:
    """What they have, for as much."""
    unit = after.value / after.seats if after.value is not None and after.seats else after.value
    return {
        "term": term_in_words(renews_for),
        "seats": after.seats,
        "unit": unit and round(unit, 2),
        "currency": after.currency or "CNY",
    }
