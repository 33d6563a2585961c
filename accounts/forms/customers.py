"""Customers and the people there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.fields import CountryField, offer, zone_widget
from accounts.models import Contact, Customer, User, WorkingCalendar
from accounts.models.customers import name_key
from accounts.models.people import default_zone
from accounts.seam import hours_changed, people_changed
from accounts.services import default_calendar

USUAL_SEGMENTS = (
    pgettext_lazy("customers of one kind", "Enterprise"),
    pgettext_lazy("customers of one kind", "Mid-size"),
    pgettext_lazy("customers of one kind", "Small business"),
)


class CustomerForm(forms.ModelForm):
    """A customer. Without a calendar of its own it works by its country's."""

    country = CountryField(
        label=_("Country"), required=False, help_text=_("Its days off decide when a lock may begin.")
    )
    calendar = forms.ModelChoiceField(
        WorkingCalendar.objects.all(),
        label=_("Working calendar"),
        required=False,
        empty_label=_("the country's"),
        help_text=_("The lock waits for a working moment by this calendar."),
    )

    class Meta:
        model = Customer
        fields = ("name", "time_zone", "country", "calendar", "language", "segment", "owner", "note")
        widgets = {
            "time_zone": zone_widget(),
            "segment": forms.TextInput(attrs={"list": "segments", "autocomplete": "off"}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], User.objects.filter(is_active=True), _("nobody yet"))
        if not self.instance.pk:
            self.initial.setdefault("time_zone", default_zone())

    def clean_name(self) -> str:
        """Two customers whose names differ in nothing but case, width and spaces would be one company twice."""
        name: str = self.cleaned_data["name"]
        if Customer.objects.filter(key=name_key(name)).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a customer of this name already."))
        return name

    def clean_segment(self) -> str:
        """One segment is one word: a second spelling of it becomes the first."""
        typed: str = self.cleaned_data["segment"]
        return next((known for known in Customer.objects.segments() if name_key(known) == name_key(typed)), typed)

    def segments(self) -> list[str]:
        """What is offered while one types: the segments in use; where there are none yet, usual ones."""
        return list(Customer.objects.segments()) or [str(usual) for usual in USUAL_SEGMENTS]

    @transaction.atomic
    def keep(self, *, now: datetime) -> Customer:
        """Save the customer; the instants of its contracts follow from its zone and calendar, so they are told.

        The country's calendar is made here where it is the first customer there: a refused form leaves nothing behind.
        """
        customer: Customer = self.save(commit=False)
        if self.cleaned_data["calendar"] is None:
            customer.calendar = default_calendar(customer.country)
        customer.save()
        hours_changed(customer.contracts.values_list("pk", flat=True), now=now)
        return customer


class ContactForm(forms.ModelForm):
    """A person at a customer, whom the notices may reach."""

    class Meta:
        model = Contact
        fields = (
            "name",
            "salutation",
            "email",
            "phone",
            "role",
            "channel",
            "language",
            "time_zone",
            "gets_notices",
            "any_hour",
            "may_sign",
        )
        widgets = {"time_zone": zone_widget()}
        labels = {"name": pgettext_lazy("of a person", "Name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("the customer's")), *settings.LANGUAGES]

    def clean_email(self) -> str:
        """One address is one person: a second spelling of it would be written to twice."""
        email = self.cleaned_data["email"].lower()
        others = Contact.objects.filter(customer=self.instance.customer, email__iexact=email)
        if email and others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody at this customer has this address already."))
        return email

    @transaction.atomic
    def keep(self, *, now: datetime) -> Contact:
        """Save the person; what is planned for their company goes to them, or out at their hours, from now on."""
        contact: Contact = self.save()
        people_changed(contact.customer.contracts.values_list("pk", flat=True), now=now)
        return contact
