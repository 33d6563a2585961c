"""A conversation as a colleague types it in, with what was promised in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import offer
from accounts.models import Contact, Contract, Customer
from renewals.conversations.models import LONGEST, Conversation, Promise
from renewals.conversations.services import Promised

FIRST_YEAR = 2000
SIDES = (("ours", Promise.Side.OURS), ("theirs", Promise.Side.THEIRS))
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ConversationForm(forms.Form):
    """When and how we spoke with whom, what was said, how they felt, and what each side promised."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=gettext_lazy("With whom"), required=False)
    contract = forms.ModelChoiceField(
        Contract.objects.none(), label=gettext_lazy("About which contract"), required=False
    )
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=Conversation.Channel.choices)
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    said = forms.CharField(
        label=gettext_lazy("What was said"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    sentiment = forms.TypedChoiceField(
        label=gettext_lazy("How they felt"),
        choices=[("", gettext_lazy("not noted")), *reversed(Conversation.Sentiment.choices)],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("Counts for the health of the contract, the less the longer ago it was."),
    )
    ours = forms.CharField(label=gettext_lazy("What we promised them"), max_length=300, required=False)
    ours_by = forms.DateField(label=gettext_lazy("By the end of"), widget=DAY, required=False)
    theirs = forms.CharField(label=gettext_lazy("What they promised us"), max_length=300, required=False)
    theirs_by = forms.DateField(label=gettext_lazy("By the end of"), widget=DAY, required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        customer: Customer,
        contracts: QuerySet[Contract],
        about: Contract | None,
        now: datetime,
    ) -> None:
        """`contracts`: what it may be about; `about`: what it is about unless said otherwise."""
        people = customer.contacts.all()
        super().__init__(data, initial={"at": now, "contact": people.first(), "contract": about})
        self.now = now
        offer(self.fields["contact"], people, _("somebody else: say who below"))
        offer(self.fields["contract"], contracts, _("the customer as a whole"))
        field: Any = self.fields["contract"]
        field.label_from_instance = lambda contract: f"{contract.number} · {contract.product.name}"

    def clean_at(self) -> datetime:
        """A year typed wrongly is asked about; what is still to come too."""
        at: datetime = self.cleaned_data["at"]
        if at.year < FIRST_YEAR:
            raise ValidationError(_("That is too long ago. Check the year."))
        if at > self.now:
            raise ValidationError(_("This conversation is still to come. Note it once it has been had."))
        return at

    def clean(self) -> dict[str, Any]:
        """A day without a promise is half of one; a year typed wrongly is asked about."""
        said = super().clean() or {}
        for side, _kind in SIDES:
            day: date | None = said.get(f"{side}_by")
            if day and not said.get(side) and side not in self.errors:
                self.add_error(side, _("Say what was promised, or take the day away."))
            if day and not self.is_near(day):
                self.add_error(f"{side}_by", _("Check the year."))
        return said

    def is_near(self, day: date) -> bool:
        """Whether a promise can be about this day: one that was given lately, or within some years."""
        return self.now.date() - timedelta(days=366) <= day <= self.now.date() + timedelta(days=3660)

    @property
    def promises(self) -> list[Promised]:
        """What was promised, by whom."""
        said = self.cleaned_data
        return [Promised(side=kind, what=said[side], due_on=said[f"{side}_by"]) for side, kind in SIDES if said[side]]
