"""Form fields for what this domain is made of: starts, terms, zones, customers by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import terms, wording
from accounts.ledger.findings import Refused
from accounts.ledger.places import country_named
from accounts.models import Customer, User
from accounts.models.customers import name_key
from accounts.models.fields import validate_country, validate_zone


def read_term(text: str) -> terms.Term:
    """A term as `terms.parse_term` reads it, or the bare end that people type: a day, or a day and a time.

    TermError as `parse_term` raises it.
    """
    try:
        return terms.parse_term(text)
    except terms.TermError as problem:
        if problem.code != "bad_term":
            raise
        return bare_end(text, problem)


def term_in_words(stored: str, zone: str = "") -> str:
    """A stored term as its reader would type it; as it stands where it was never a term. An end names its `zone`."""
    try:
        return wording.term(terms.parse_term(stored), zone=zone)
    except terms.TermError:
        return stored


def bare_end(text: str, problem: terms.TermError) -> terms.Term:
    """The term that lasts until a bare end. What is no end at all was meant as a term: that `problem` is raised."""
    try:
        return terms.parse_term(f"until {text}")
    except terms.TermError as other:
        if other.code == "bad_term":
            raise problem from None
        raise terms.TermError(other.code, **{**other.params, "text": text[:80]}) from None


class ReadField(forms.CharField):
    """A text that a function of `terms` reads; what it refuses is said in the reader's language."""

    def read(self, text: str) -> Any:
        """The value that the text stands for; `TermError` or `ValidationError` for one that stands for none."""
        return text

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if "\0" in (text or ""):
            raise ValidationError(_("There is a character in it that nobody can type."), code="nul")
        try:
            return self.read(text) if text else None
        except terms.TermError as problem:
            raise ValidationError(wording.problem(problem), code=problem.code) from problem

    def run_validators(self, value: Any) -> None:
        """Reading has said all there is to say."""


class TermField(ReadField):
    """What was sold: 1 year, 30天, through 2026-05-15, or simply the last day or minute."""

    def read(self, text: str) -> terms.Term:
        return read_term(text)


class StartField(ReadField):
    """When it begins: a day, a wall time at the customer's, or an instant with its offset (rule 3)."""

    def read(self, text: str) -> date | datetime:
        return terms.parse_start(text)


def offer(field: forms.Field, choices: QuerySet, nothing: str | Promise) -> None:
    """What a field of choices offers, and how it calls none of them."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset, field.empty_label = choices, str(nothing)


def zone_widget() -> forms.TextInput:
    """A text field that offers the names of all zones: the page includes `accounts/_zones.html`."""
    return forms.TextInput(attrs={"list": "zones", "autocomplete": "off"})


class ZoneField(forms.CharField):
    """A time zone by its name; the page offers them all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, validators=[validate_zone], widget=zone_widget(), **kwargs)


class CountryField(ReadField):
    """A country by its name in Chinese or English, or by its two letters: never cut to another one's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, widget=forms.TextInput(attrs={"list": "countries"}), **kwargs)

    def read(self, text: str) -> str:
        try:
            code = country_named(text)
        except Refused:
            code = text
        validate_country(code)
        return code

    def to_python(self, value: Any) -> str:
        return super().to_python(value) or ""


class CustomerField(ReadField):
    """A customer by name, of those that `user` may see: any spelling that `name_key` takes for the same."""

    user: User

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, widget=forms.TextInput(attrs={"list": "customers"}), **kwargs)

    def read(self, text: str) -> Customer:
        found = Customer.objects.visible_to(self.user).filter(key=name_key(text)).first()
        if found is None:
            raise ValidationError(self.nobody(text), code="unknown_customer")
        return found

    def nobody(self, text: str) -> str:
        """That nobody is called so, and who is called nearly so."""
        near = Customer.objects.visible_to(self.user).filter(key__contains=name_key(text)[:40])[:3]
        said = _("No customer is called “%(name)s”.") % {"name": text}
        names = ", ".join(customer.name for customer in near)
        return f"{said} " + (
            _("Did you mean: %(names)s?") % {"names": names} if names else _("Add the customer first.")
        )
