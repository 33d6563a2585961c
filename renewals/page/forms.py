"""What the customer's page sends back."""

from __future__ import annotations

from django import forms

FEWEST_DIGITS = 3
"""An extension is a number as well."""


class RenewalForm(forms.Form):
    """Which way to go on, and from which promised minute on: what they were shown is what they confirm."""

    choice = forms.RegexField(r"^(\d+|option-\d+|price-\d+)$", max_length=40)
    renews = forms.CharField(max_length=90)


class CallForm(forms.Form):
    """Under which number to call back. A number that is none is no reason not to call."""

    phone = forms.CharField(max_length=40, required=False, empty_value="")

    @property
    def number(self) -> str:
        """What was typed, if it can be called; else ""."""
        phone = self.cleaned_data.get("phone", "") if self.is_valid() else ""
        return phone if sum(char.isdigit() for char in phone) >= FEWEST_DIGITS else ""
