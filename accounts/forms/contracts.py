"""Contracts as they are signed, and the details that change without moving the end."""

from __future__ import annotations

from typing import Any

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import terms, wording
from accounts.forms.fields import CustomerField, StartField, TermField, ZoneField, offer, term_in_words
from accounts.models import Contract, ContractTerm, Product, User
from accounts.models.contracts import validate_currency
from accounts.services import Sold

DAY = {"type": "date"}
DETAILS = ("owner", "kind", "signed_by", "signed_on", "renews_itself", "notice_days", "renews_for")


class SoldForm(forms.Form):
    """What goes with a term: seats and price."""

    seats = forms.IntegerField(label=_("Seats"), required=False, min_value=0, max_value=2_000_000_000)
    value = forms.DecimalField(
        label=_("Value"), required=False, min_value=0, max_digits=14, decimal_places=2, localize=False
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"list": "currencies", "autocapitalize": "characters"}),
    )

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if currency:
            validate_currency(currency)
            if currency not in list_currencies():
                raise ValidationError(_("Nobody pays in that currency. Write its three letters, such as CNY or USD."))
        return currency

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("value") is not None and not said.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Say in which currency: CNY, USD …"))
        return said

    @property
    def sold(self) -> Sold:
        """What was typed, for the service."""
        said = self.cleaned_data
        currency = said["currency"] if said["value"] is not None else ""
        return Sold(seats=said["seats"], value=said["value"], currency=currency)


def sold_of(term: ContractTerm) -> dict[str, Any]:
    """The fields of a `SoldForm` as a term has them."""
    return {"seats": term.seats, "value": term.value, "currency": term.currency or "CNY"}


class DetailsForm(SoldForm, forms.ModelForm):
    """What a contract says besides its time."""

    class Meta:
        model = Contract
        fields: tuple[str, ...] = ("number", *DETAILS)
        widgets = {"signed_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], User.objects.filter(is_active=True), _("nobody yet"))
        self.fields["notice_days"].widget.attrs["min"] = 1
        self.initial["renews_for"] = term_in_words(self.initial.get("renews_for") or self.instance.renews_for)

    def clean_renews_for(self) -> str:
        """A term that can be counted from any start, kept as `terms.parse_term` reads it back."""
        try:
            term = terms.parse_term(self.cleaned_data["renews_for"])
        except terms.TermError as problem:
            raise ValidationError(wording.problem(problem)) from problem
        if term.kind in ("through", "until"):
            raise ValidationError(_("Write a length, such as 1 year: it counts from each end on."))
        return str(term)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("renews_itself") and not said.get("notice_days") and "notice_days" not in self.errors:
            self.add_error("notice_days", _("A contract that renews by itself needs its days of notice."))
        return said

    @property
    def details(self) -> dict[str, Any]:
        """The contract's own fields, for the service."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ContractForm(DetailsForm):
    """A new contract: who, what, from when, for how long."""

    customer = CustomerField(label=_("Customer"))
    start = StartField(
        label=_("Starts"), help_text=_("A day (2026-05-01), or a day and a time (2026-05-01 15:00) at the customer's.")
    )
    term = TermField(label=_("Term"), help_text=_("1 year, 30 days, through 2026-05-15, or simply the last day."))
    time_zone = ZoneField(label=_("Time zone"), required=False, help_text=_("Empty: the customer's."))

    class Meta(DetailsForm.Meta):
        fields: tuple[str, ...] = ("product", "number", *DETAILS)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer_field.user = user
        offer(self.fields["product"], Product.objects.all(), _("choose"))

    @property
    def customer_field(self) -> CustomerField:
        """The field that knows whose customers may be named."""
        field = self.fields["customer"]
        assert isinstance(field, CustomerField)
        return field

    @property
    def names_an_unknown_customer(self) -> bool:
        """Whether the customer that was typed is not on record yet."""
        return self.has_error("customer", code="unknown_customer")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if {"customer", "start", "term", "time_zone"} <= said.keys() and said["customer"]:
            try:
                terms.reckon(said["start"], said["term"], said["time_zone"] or said["customer"].time_zone)
            except terms.TermError as problem:
                self.add_error("term", wording.problem(problem))
        return said

    @property
    def signed(self) -> dict[str, Any]:
        """Everything that `services.sign` takes, but who and when."""
        said = self.cleaned_data
        times = {"start": said["start"], "term": said["term"], "zone": said["time_zone"]}
        return {"customer": said["customer"], "sold": self.sold, **times, **self.details}
