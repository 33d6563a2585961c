"""What the customer's page sends back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from renewals.offers.models import OrderFile
from renewals.offers.signing import Attached, Signature
from renewals.pipeline.models import LossReason

FEWEST_DIGITS = 3
"""An extension is a number as well."""
LARGEST = 5_000_000
"""Bytes of a purchase order's file."""
BEGINS = {
    b"%PDF-": OrderFile.Kind.PDF,
    b"\x89PNG\r\n\x1a\n": OrderFile.Kind.PNG,
    b"\xff\xd8\xff": OrderFile.Kind.JPEG,
}
"""By its first bytes a file is known: a name says nothing."""


class ChoiceForm(forms.Form):
    """Which way to go on, for how many seats."""

    choice = forms.RegexField(r"^(\d+|option-\d+|price-\d+)$", max_length=40)
    seats = forms.IntegerField(required=False)


class SignForm(ChoiceForm):
    """The signature: a typed name, and the customer's own order where they have one. `shown`: what was before them."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    signer = forms.CharField(
        label=_("Your name, as your signature"),
        max_length=100,
        min_length=2,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Type your name: it is your signature."),
            "min_length": _("Type your whole name: it is your signature."),
        },
    )
    order_number = forms.CharField(label=_("Your purchase-order number (optional)"), max_length=60, required=False)
    order_file = forms.FileField(
        label=_("Your purchase order as a file (optional)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
        help_text=_("PDF, PNG or JPEG, at most 5 MB."),
        error_messages={"empty": _("The file is empty. Choose it again.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("signer", "order_number", "order_file"):
            wrong = " is-invalid" if self.is_bound and name in self.errors else ""
            self.fields[name].widget.attrs["class"] = f"form-control{wrong}"

    def clean_order_file(self) -> Attached | None:
        """A file of a kind that people send orders as, and not too large; known by its first bytes."""
        file: UploadedFile | None = self.cleaned_data["order_file"]
        if file is None:
            return None
        if (file.size or 0) > LARGEST:
            raise ValidationError(_now("The file is larger than 5 MB. Choose a smaller one, or send it by mail."))
        content = file.read()
        kind = next((kind for begin, kind in BEGINS.items() if content.startswith(begin)), None)
        if kind is None:
            raise ValidationError(_now("This is no PDF, PNG or JPEG. Save it as one of these, and choose that file."))
        return Attached(name=(file.name or "")[-120:], kind=kind, content=content)

    @property
    def signature(self) -> Signature:
        """What was typed, for the service."""
        said = self.cleaned_data
        return Signature(name=said["signer"], order_number=said["order_number"], order_file=said["order_file"])


class Words(forms.CharField):
    """What somebody writes in their own words. A browser sends two characters for each line break; people count one."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n")


class ChangeForm(forms.Form):
    """What should be different about the offer."""

    words = Words(
        label=_("What should be different?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
        help_text=_("Such as: fewer seats, another length, a later start, another currency."),
        error_messages={
            "required": _("Write what should be different."),
            "max_length": _("That is more than 2,000 characters. Shorten it, or ask for a call."),
        },
    )


WHYS = (
    (LossReason.Word.PRICE, _("It costs too much for us")),
    (LossReason.Word.UNUSED, _("We hardly use it")),
    (LossReason.Word.MISSING, _("It lacks something that we need")),
    (LossReason.Word.COMPETITOR, _("We have chosen another product")),
    (LossReason.Word.BUDGET, _("We have no budget for it any more")),
    (LossReason.Word.GONE, _("Our company is changing or closing")),
    (LossReason.Word.NOT_KNOWN, _("Something else, or we would rather not say")),
)
"""The reasons for a loss, as who leaves would say them."""


class DeclineForm(forms.Form):
    """A “no”: why, in their words if they like. `shown`: the minute that stood before them."""

    shown = forms.CharField(max_length=100, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=WHYS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason; the last one tells nothing.")},
    )
    words = Words(
        label=_("In your own words (optional)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"max_length": _("That is more than 500 characters. Shorten it, or ask for a call.")},
    )


class CallForm(forms.Form):
    """When to call back, under which number. A number that is none is no reason not to call."""

    phone = forms.CharField(max_length=40, required=False, empty_value="")
    at = forms.CharField(max_length=40, required=False)

    @property
    def chosen(self) -> datetime | None:
        """The time that was chosen of those offered; None for a wish without one."""
        try:
            at = datetime.fromisoformat(self.said("at"))
        except ValueError:
            return None
        return at if at.tzinfo else None

    @property
    def number(self) -> str:
        """What was typed, if it can be called; else ""."""
        phone = self.said("phone")
        return phone if sum(char.isdigit() for char in phone) >= FEWEST_DIGITS else ""

    def said(self, name: str) -> str:
        """What was typed in one field, whatever is wrong with the other; "" where it makes no sense."""
        self.full_clean()
        return str(self.cleaned_data.get(name, ""))
