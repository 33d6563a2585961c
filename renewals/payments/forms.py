"""What administrators say about payments, and what their colleagues put on record."""

from __future__ import annotations

from django import forms

from renewals.offers.models import PaymentTerms


class TermsForm(forms.ModelForm):
    """By when customers pay, how long the house waits, and what customers are told of it."""

    class Meta:
        model = PaymentTerms
        fields = ("days", "limit", "words_zh", "words_en")
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("words_zh", "words_en")}
