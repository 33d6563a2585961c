"""When a customer's work peaks, as one types it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import wording
from accounts.models import Peak
from accounts.models.peaks import DAY_OF_MONTH, DAYS_BEFORE, LAST_DAYS, LESS_THAN, OF_QUARTER

Kind = Peak.Kind
WORKING, CALENDAR = "working", "calendar"
USUAL_NAMES = (_("month-end close"), _("VAT return"), _("monthly report"), _("stocktaking"), _("start of term"))
NEEDS: dict[Kind, dict[str, str]] = {
    Kind.MONTH_END: {"last_days": "count", "counted": "working"},
    Kind.DUE: {"due_day": "day", "days_before": "count"},
    Kind.MONTH_DAYS: {"from_day": "day", "to_day": "to_day"},
    Kind.WEEKLY: {"weekdays": "weekdays"},
    Kind.QUARTER_START: {"first_days": "count"},
    Kind.QUARTER_END: {"quarters_last_days": "count"},
    Kind.YEARLY: {"yearly_from": "begins_on", "yearly_to": "ends_on"},
    Kind.ONCE: {"once_from": "begins_on", "once_to": "ends_on"},
}
"""The fields that each kind needs, and the column that each fills."""


def number(label: Any, limits: tuple[int, int], **more: Any) -> forms.IntegerField:
    """A count or a day of the month; asked for only where its kind is chosen."""
    return forms.IntegerField(label=label, min_value=limits[0], max_value=limits[1], required=False, **more)


def day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False)


def days_of_the_week() -> list[tuple[int, str]]:
    """Monday to Sunday in the reader's language."""
    return [(number, name) for number, name in enumerate(wording.weekdays())]


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of peak that can be chosen, with the fields that it needs."""

    kind: str
    label: str
    is_chosen: bool
    fields: list[BoundField]


class PeakForm(forms.Form):
    """A peak: what it is called, and when it comes. Only the fields of the kind that is chosen count."""

    name = forms.CharField(
        label=_("What it is"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "peaks", "autocomplete": "off"}),
        help_text=_("As you would say it to them: it completes “their …”."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("When it comes"), choices=Kind.choices, initial=Kind.MONTH_END)

    last_days = number(_("How many days"), LAST_DAYS, initial=3)
    counted = forms.ChoiceField(
        label=_("Counted in"),
        choices=[(WORKING, _("working days, by their calendar")), (CALENDAR, _("calendar days"))],
        required=False,
        initial=WORKING,
    )
    due_day = number(_("Due on day"), DAY_OF_MONTH, initial=15)
    days_before = number(_("Busy so many days before"), DAYS_BEFORE, initial=5)
    from_day = number(pgettext_lazy("of the month", "From day"), DAY_OF_MONTH)
    to_day = number(
        pgettext_lazy("of the month", "To day"), DAY_OF_MONTH, help_text=_("A smaller one is of the next month.")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"),
        coerce=int,
        choices=days_of_the_week,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_days = number(_("The first days, how many"), OF_QUARTER, initial=5)
    quarters_last_days = number(_("The last days, how many"), OF_QUARTER, initial=5)
    yearly_from = day(_("Each year from"))
    yearly_to = day(_("Each year to"))
    once_from = day(pgettext_lazy("of days", "From"))
    once_to = day(pgettext_lazy("of days", "To"))

    usual_names = USUAL_NAMES

    def __init__(self, data: Any = None, *, peak: Peak | None = None) -> None:
        super().__init__(data, initial=typed(peak) if peak else None)

    def choices(self) -> Iterator[Choice]:
        """The kinds, each with its fields."""
        for kind, needed in NEEDS.items():
            yield Choice(kind.value, str(kind.label), self["kind"].value() == kind, [self[name] for name in needed])

    def clean(self) -> dict[str, Any]:
        """What is wrong with a kind that is not chosen does not matter; what the chosen one needs is asked for."""
        chosen = NEEDS.get(self.cleaned_data.get("kind", ""), {})
        for name in {field for needed in NEEDS.values() for field in needed} - chosen.keys():
            self.errors.pop(name, None)
        for name in chosen.keys() - self.errors.keys():
            if self.cleaned_data.get(name) in (None, "", []):
                self.add_error(name, _("Fill this in."))
        for begins, ends in (("yearly_from", "yearly_to"), ("once_from", "once_to")):
            if begins in chosen:
                self.check_order(begins, ends)
        return self.cleaned_data

    def check_order(self, first: str, last: str) -> None:
        """A first day comes before the last; a year has room for what comes each year."""
        begins, ends = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if not begins or not ends:
            return
        if ends < begins:
            self.add_error(last, _("It ends before it begins. Write the later day here."))
        elif first == "yearly_from" and ends - begins >= LESS_THAN:
            self.add_error(last, _("That is a whole year: nothing in it is a peak. Write an earlier day."))

    def clean_weekdays(self) -> list[int]:
        """On all seven days nothing is a peak."""
        days: list[int] = self.cleaned_data["weekdays"]
        if len(days) == 7:
            raise forms.ValidationError(_("On all seven days nothing is a peak. Leave a day out."))
        return days

    @property
    def said(self) -> dict[str, Any]:
        """The columns of a peak as they were typed."""
        found = {name: self.cleaned_data[name] for name in ("name", "note", "kind")}
        for name, column in NEEDS[Kind(found["kind"])].items():
            value = self.cleaned_data[name]
            found[column] = value == WORKING if column == "working" else value
        return found


def typed(peak: Peak) -> dict[str, Any]:
    """A peak as one would type it in."""
    found = {name: getattr(peak, name) for name in ("name", "note", "kind")}
    for name, column in NEEDS[Kind(peak.kind)].items():
        value = getattr(peak, column)
        found[name] = (WORKING if value else CALENDAR) if column == "working" else value
    return found
