"""What staff type in to change a contract's own plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import terms, wording
from accounts.models import Contact, Customer
from renewals.playbooks.models import Channel, PlanStep, Version, Writer
from renewals.playbooks.words import PURPOSES

ADDED = [purpose for purpose in PURPOSES if purpose[0] != "intervention"]
"""An intervention is opened by a lock, never planned by hand."""


class MinuteThere(forms.DateTimeField):
    """A day and a time on a customer's clock: `zone` says whose."""

    zone = "UTC"

    def __init__(self, **said: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **said)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(terms.zone(self.zone)):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return wording.local(value, self.zone) if isinstance(value, datetime) and value.tzinfo else value


class PlannedForm(forms.Form):
    """A form with a minute on the recipient's clock."""

    minute = "goes_at"
    data: Any

    def by_clock(self, zone: str) -> None:
        """Read the minute by the clocks of `zone`."""
        field = self.fields[self.minute]
        assert isinstance(field, MinuteThere)
        field.zone, self.zone = zone, zone
        field.help_text = _("By the clock there: %(zone)s.") % {"zone": wording.zone_name(zone)}

    def propose(self, then_at: datetime) -> None:
        """Say that nobody works at the minute that was typed, and put the next one at which they do in its place."""
        wished = self.cleaned_data[self.minute]
        proposed = wording.local(then_at, self.zone).strftime("%Y-%m-%dT%H:%M")
        self.data = {**self.data.dict(), self.minute: proposed}
        said = _(
            "They do not work at %(wished)s, and nothing goes out outside their hours. The next minute at which they "
            "do is %(then)s: it stands in the field now."
        )
        minutes = {"wished": wording.instant(wished, self.zone), "then": wording.instant(then_at, self.zone)}
        self.add_error(self.minute, said % minutes)


class MoveForm(PlannedForm):
    """Another instant for a step."""

    goes_at = MinuteThere(label=gettext_lazy("Goes out at"))

    def __init__(self, data: QueryDict | None, *, step: PlanStep) -> None:
        super().__init__(data, initial={"goes_at": step.goes_at})
        self.by_clock(step.zone)


class DropForm(forms.Form):
    """Why a step is left out."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Goes on record, for you and for your manager."),
    )


class DoneForm(forms.Form):
    """What came of a step that was done outside the portal."""

    how = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as: called Ms Lin, she wants the figures by Friday."),
    )


class AddressForm(forms.Form):
    """To whom a step goes."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=gettext_lazy("To whom"), empty_label=None)

    def __init__(self, data: QueryDict | None, *, step: PlanStep) -> None:
        super().__init__(data, initial={"contact": step.contact})
        choose_from(self.fields["contact"], people_of(step.contract.customer, step.channel))


class AddForm(PlannedForm):
    """One more step of a contract's own plan."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=ADDED, initial="other")
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=100, required=False, help_text=gettext_lazy("Empty: its purpose.")
    )
    aim = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For whoever writes or calls."),
    )
    channel = forms.ChoiceField(label=gettext_lazy("By"), choices=Channel.choices)
    writer = forms.ChoiceField(
        label=gettext_lazy("Who"), choices=[one for one in Writer.choices if one[0] != Writer.PORTAL]
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=gettext_lazy("To whom"), required=False, empty_label=gettext_lazy("nobody yet")
    )
    goes_at = MinuteThere(label=gettext_lazy("Goes out at"))

    def __init__(self, data: QueryDict | None, *, customer: Customer) -> None:
        people = customer.contacts.all()
        super().__init__(data, initial={"contact": people.filter(gets_notices=True).first()})
        choose_from(self.fields["contact"], people)
        chosen = str(self["contact"].value() or "")
        person = next((one for one in people if str(one.pk) == chosen), None)
        self.by_clock(person.zone if person else customer.time_zone)

    def clean(self) -> dict[str, Any]:
        """A letter needs an address, and what is neither of the usual things a title."""
        said = super().clean() or {}
        contact = said.get("contact")
        if said.get("channel") == Channel.LETTER and contact and not contact.email:
            self.add_error("contact", _("%(name)s has no e-mail address. Add one, or call.") % {"name": contact.name})
        if said.get("purpose") == "other" and not said.get("title"):
            self.add_error("title", _("Say what it is called: its purpose does not."))
        return said


class VersionForm(forms.Form):
    """Which version of which playbook a plan follows from now on."""

    version = forms.ModelChoiceField(Version.objects.none(), label=gettext_lazy("Version"), empty_label=None)

    def __init__(self, data: QueryDict | None, *, versions: QuerySet[Version], now_on: Version) -> None:
        super().__init__(data, initial={"version": now_on})
        choose_from(self.fields["version"], versions)


def people_of(customer: Customer, channel: str) -> QuerySet[Contact]:
    """Who can be reached that way."""
    people = customer.contacts.all()
    return people.exclude(email="") if channel == Channel.LETTER else people


def choose_from(field: forms.Field, rows: QuerySet) -> None:
    """What a field of choices offers."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
