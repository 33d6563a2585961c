"""Stages, reasons for losses and rates, as a manager types them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import modelformset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.contracts import validate_currency
from renewals.board.forms import DAY
from renewals.pipeline.arranging import rates_in
from renewals.pipeline.models import LossReason, Stage
from renewals.pipeline.rates import home


class RowForm(forms.ModelForm):
    """A row of a list that a company makes its own: an empty name is the usual one, where there is one."""

    instance: Any
    retired = forms.BooleanField(label=_("Not used any more"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["retired"].initial = row.retired_at is not None
        self.fields["place"].initial = row.place if row.pk else 99
        if row.word:
            self.fields["name"].widget.attrs["placeholder"] = row.get_word_display()
        if row.pk and not may_retire(row):
            del self.fields["retired"]
        for name, field in self.fields.items():
            field.show_hidden_initial = bool(row.pk)
            if name != "retired":
                field.widget.attrs["class"] = (
                    "form-select" if isinstance(field.widget, forms.Select) else "form-control"
                )

    def clean(self) -> dict[str, Any]:
        """A name of one's own, where there is no usual one. What was left as it was shown is as it is by now."""
        said = super().clean() or {}
        if self.instance.pk:
            now = {name: getattr(self.instance, name) for name in self._meta.fields or ()}
            now["retired"] = self.instance.retired_at is not None
            said |= {name: now[name] for name in now.keys() & said.keys() - set(self.changed_data)}
        if not self.instance.word and not said.get("name"):
            self.add_error("name", gettext("Give it a name."))
        return said

    def row(self, *, now: datetime) -> Any:
        """The row as it was typed, not saved."""
        if "retired" in self.fields:
            gone = self.cleaned_data["retired"]
            self.instance.retired_at = (self.instance.retired_at or now) if gone else None
        return self.instance


def may_retire(row: Stage | LossReason) -> bool:
    """What renewals need in order to end stays: the two last stages, and the reason that is not known."""
    return row.is_open if isinstance(row, Stage) else row.word != LossReason.Word.NOT_KNOWN


class StageForm(RowForm):
    class Meta:
        model = Stage
        fields = ("name", "category", "probability", "place")


class ReasonForm(RowForm):
    class Meta:
        model = LossReason
        fields = ("name", "place")


StageSet = modelformset_factory(Stage, form=StageForm, extra=1)
ReasonSet = modelformset_factory(LossReason, form=ReasonForm, extra=1)


def typed(rows: Any, *, now: datetime) -> Sequence[Any]:
    """The rows that were changed or added, not saved."""
    return [form.row(now=now) for form in rows.forms if form.has_changed()]


class RateForm(forms.Form):
    """One rate, or many pasted from a sheet."""

    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, widget=forms.TextInput(attrs={"list": "currencies"})
    )
    on = forms.DateField(label=_("From the day"), required=False, widget=DAY)
    rate = forms.DecimalField(
        min_value=Decimal("0.00000001"), max_digits=18, decimal_places=8, required=False, label=_("Rate")
    )
    lines = forms.CharField(
        label=_("Or many at once"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One a line: currency, day, rate. As in “USD 2026-11-01 7.1”."),
    )
    file = forms.FileField(label=_("Or a CSV file of such lines"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].help_text = gettext("How much %(home)s one unit of it is worth.") % {"home": home()}

    def clean_currency(self) -> str:
        """Three capital letters, and not the home currency."""
        said: str = self.cleaned_data["currency"].strip().upper()
        if said:
            validate_currency(said)
        if said == home():
            raise forms.ValidationError(gettext("The home currency needs no rate."))
        return said

    def clean_lines(self) -> list[tuple[str, date, Decimal]]:
        return rates_in(self.cleaned_data["lines"])

    def clean_file(self) -> list[tuple[str, date, Decimal]]:
        """The lines of a file of at most a megabyte, in UTF-8."""
        file = self.cleaned_data["file"]
        if not file:
            return []
        if file.size > 1_000_000:
            raise forms.ValidationError(gettext("The file is larger than a megabyte."))
        try:
            return rates_in(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(gettext("The file is not a text in UTF-8.")) from None

    def clean(self) -> dict[str, Any]:
        """Something at least, and of one rate all its parts."""
        said = super().clean() or {}
        parts = [name for name in ("currency", "on", "rate") if not said.get(name) and name not in self.errors]
        if not self.errors and len(parts) == 3 and not said.get("lines") and not said.get("file"):
            raise forms.ValidationError(gettext("Enter a rate, paste lines, or choose a file."))
        if len(parts) in (1, 2):
            for name in parts:
                self.add_error(name, gettext("A rate needs its currency, its day and its value."))
        return said

    @property
    def rates(self) -> list[tuple[str, date, Decimal]]:
        """All that were entered."""
        said = self.cleaned_data
        one = [(said["currency"], said["on"], said["rate"])] if said.get("currency") else []
        return [*one, *said["lines"], *said["file"]]


class ViewForm(forms.Form):
    """A name for the way in which the table is looked at."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"class": "form-control"}))
    query = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    is_shared = forms.BooleanField(label=_("for everybody here"), required=False)
