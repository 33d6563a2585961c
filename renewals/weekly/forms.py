"""What the address of a weekly review may ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from renewals.weekly.weeks import Week


class ReviewForm(forms.Form):
    """Which week, and for who sees more than one team: whose."""

    week = forms.CharField(label=_("Week"), required=False, widget=forms.TextInput(attrs={"class": "form-control"}))
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=_("all"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, user: User, last: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.last = user, last
        self.fields["week"].widget.attrs["placeholder"] = str(last)
        if not user.sees_everything:
            del self.fields["team"]

    def clean_week(self) -> Week:
        """The week asked for; the last whole one where none is."""
        said = self.cleaned_data["week"].strip()
        if not said:
            return self.last
        try:
            return Week.read(said, self.user.time_zone)
        except ValueError:
            shown = {"said": said[:20], "example": str(self.last)}
            raise forms.ValidationError(
                _("“%(said)s” names no week. Write one such as %(example)s."), params=shown
            ) from None
