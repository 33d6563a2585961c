"""What is typed about an endpoint, and the password that a new secret takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import wording
from accounts.models import User
from renewals.callbacks.models import Endpoint, Lead, Type
from renewals.outbound import LONGEST, Refused, checked

CHOSEN = [kind for kind in Type if kind is not Type.TEST]


def named_types() -> list[tuple[str, str]]:
    """What can be chosen: each event's name, and what it means in the reader's language."""
    return [(kind.value, f"{kind.value} · {kind.label}") for kind in CHOSEN]


def named_leads() -> list[tuple[int, str]]:
    return [(days, wording.stretch(timedelta(days=days))) for days in Lead.DAYS]


class EndpointForm(forms.Form):
    """Which system, where it listens, and what it wants to hear of."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Which system it is, for your colleagues."),
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Beginning with https://. Addresses inside private networks are not called."),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("What it hears of"), choices=named_types, widget=forms.CheckboxSelectMultiple
    )
    lead_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("How long before the last minute"),
        choices=named_leads,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("For contract.ending: each of them is a call of its own."),
    )

    def clean_url(self) -> str:
        """An address that may be called as far as its text tells; the name is looked up at each call."""
        url: str = self.cleaned_data["url"].strip()
        try:
            checked(url, allow_private=settings.CSPORTAL_ALLOW_PRIVATE_CALLS)
        except Refused as problem:
            raise ValidationError(str(problem)) from None
        return url

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if Type.ENDING in said.get("types", ()) and not said.get("lead_days") and "lead_days" not in self.errors:
            self.add_error("lead_days", _("Choose how long before the end it is to hear of it."))
        return said


def said_of(endpoint: Endpoint) -> dict[str, Any]:
    """The fields of an `EndpointForm` as an endpoint has them."""
    lead_days = [lead.before.days for lead in endpoint.leads.all()]
    return {"name": endpoint.name, "url": endpoint.url, "types": endpoint.types, "lead_days": lead_days}


class PasswordForm(forms.Form):
    """The reader's own password once more: a new secret is shown to nobody who merely found their screen."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("That is not your password. Type it again."))
        return password
