"""What administrators say about payments, and what their colleagues put on record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from renewals.offers.models import PaymentTerms

FIRST_YEAR = 2000


class TermsForm(forms.ModelForm):
    """By when customers pay, how long the house waits, and what customers are told of it."""

    class Meta:
        model = PaymentTerms
        fields = ("days", "limit", "words_zh", "words_en")
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("words_zh", "words_en")}


class PaidForm(forms.Form):
    """Since when it is paid, and by which reference on the bank's statement."""

    paid_on = forms.DateField(label=_("Paid on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reference = forms.CharField(label=_("Reference (optional)"), max_length=120, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """`today` on the clock of whoever types."""
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = today
        self.today = today

    def clean_paid_on(self) -> date:
        on: date = self.cleaned_data["paid_on"]
        if on > self.today:
            raise ValidationError(_("That day is still to come. Say when the money was there."))
        if on.year < FIRST_YEAR:
            raise ValidationError(_("That is too long ago. Check the year."))
        return on


class TakeBackForm(forms.Form):
    """Why it is not paid after all."""

    why = forms.CharField(label=_("Why it is not paid after all"), max_length=300)
