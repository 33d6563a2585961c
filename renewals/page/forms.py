"""What the customer's page sends back."""

from __future__ import annotations

from django import forms

from renewals.page.offers import LENGTHS


class RenewalForm(forms.Form):
    """For how long, and from which promised minute on: what they were shown is what they confirm."""

    months = forms.TypedChoiceField(choices=[(months, months) for months in LENGTHS], coerce=int)
    renews = forms.CharField(max_length=90)
