"""What if: the weights of an address; and a target as a manager types it in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from renewals.forecast import periods, words
from renewals.forecast.periods import Period
from renewals.forecast.weights import MOST, USUAL, WEIGHED, Weights
from renewals.pipeline.rates import home

COMPANY = "company"


class WeightsForm(forms.Form):
    """Per cent of each category; a field that is not in the address, or makes no sense, is as usual."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WEIGHED:
            self.fields[name] = forms.IntegerField(
                label=str(words.BUCKETS[name]),
                min_value=0,
                max_value=MOST,
                required=False,
                initial=getattr(USUAL, name),
            )
            self.fields[name].widget.attrs |= {"class": "form-control", "inputmode": "numeric"}

    @property
    def weights(self) -> Weights:
        """What is asked about, or the usual."""
        if not self.is_bound:
            return USUAL
        self.is_valid()
        asked = {name: self.cleaned_data.get(name) for name in WEIGHED}
        return Weights(**{name: getattr(USUAL, name) if share is None else share for name, share in asked.items()})


class TargetForm(forms.Form):
    """Whom a target is for, which period, how much."""

    whom = forms.ChoiceField(label=_("For"))
    period = forms.ChoiceField(label=_("Period"))
    amount = forms.DecimalField(
        label=_("Amount"), min_value=0, max_digits=16, decimal_places=2, required=False,
        help_text=_("Empty: no target any more."),
    )  # fmt: skip
    currency = forms.RegexField(
        label=_("Currency"),
        regex="^[A-Z]{3}$",
        error_messages={"invalid": _("Write the currency as three capital letters, such as CNY.")},
    )

    def __init__(self, *args: Any, user: User, spans: list[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].choices = whom_of(user)  # type: ignore[attr-defined]
        self.fields["period"].choices = [(span.key, words.period(span)) for span in spans]  # type: ignore[attr-defined]
        self.fields["currency"].initial = home()
        self.user = user

    @property
    def said(self) -> dict[str, Any]:
        """The same as `set_target` takes it."""
        kind, _colon, pk = self.cleaned_data["whom"].partition(":")
        amount: Decimal | None = self.cleaned_data["amount"]
        return {
            "team": Team.objects.get(pk=pk) if kind == "team" else None,
            "csm": User.objects.get(pk=pk) if kind == "csm" else None,
            "period": periods.read(self.cleaned_data["period"]),
            "amount": amount,
            "currency": self.cleaned_data["currency"],
        }


def whom_of(user: User) -> list[tuple[str, str]]:
    """For whom the reader may set targets: their team and its people, administrators for all."""
    teams = Team.objects.all() if user.sees_everything else Team.objects.filter(pk=user.team_id or -1)
    people = User.objects.filter(is_active=True).exclude(team=None)
    people = people if user.sees_everything else people.filter(team=user.team_id or -1)
    return [
        *([(COMPANY, _now("the whole company"))] if user.sees_everything else []),
        *((f"team:{pk}", name) for pk, name in teams.values_list("pk", "name")),
        *((f"csm:{pk}", name) for pk, name in people.values_list("pk", "name")),
    ]
