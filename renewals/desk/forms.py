"""What staff type in around the end of a contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.contracts import SoldForm
from accounts.forms.fields import TermField, offer
from accounts.models import Contact, Customer, User
from renewals.channels import ADAPTERS, service_of
from renewals.interventions import posting
from renewals.interventions.models import Channel, PhoneCall
from renewals.outbound import Refused, checked

FIRST_YEAR = 2000
"""Before it nobody was told anything that counts."""


class ToldForm(forms.Form):
    """Who was told of the end, when and how: “told Ms Lin by phone, 10:40” (rule 10)."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Who was told"), required=False)
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label=_("How, and what they said"), max_length=300)
    about = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None, *, customer: Customer, about: str, since: datetime | None, now: datetime
    ) -> None:
        """`about` is the promised minute, `since` when it was moved or agreed last."""
        people = customer.contacts.all()
        super().__init__(data, initial={"at": now, "contact": people.first(), "about": about})
        self.data: Any
        self.promise, self.since = about, since
        offer(self.fields["contact"], people, _("somebody else: say who below"))
        self.fields["note"].widget.attrs["placeholder"] = _("by phone")

    def clean_at(self) -> datetime:
        """A year typed wrongly would be evidence of old: it is asked about."""
        at: datetime = self.cleaned_data["at"]
        if at.year < FIRST_YEAR:
            raise forms.ValidationError(_("That is too long ago. Check the year."))
        if self.since is not None and at < self.since:
            said = _(
                "The end was moved or renewed after that, so they were told of another minute. Tell them of this one."
            )
            raise forms.ValidationError(said)
        return at

    def clean_about(self) -> str:
        """The minute that the page showed: of another one they were not told."""
        about: str = self.cleaned_data["about"]
        if about != self.promise:
            self.data = {**self.data.dict(), "about": self.promise}  # it comes back about the minute of now
            raise forms.ValidationError(_("The end has changed since this page was opened. Look at it once more."))
        return about


def moment_field(**said: Any) -> forms.DateTimeField:
    """A day and a time on the reader's own clock."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **said)


class CallForm(forms.Form):
    """What came of a call after the lock."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=PhoneCall.Outcome.choices)
    again_at = moment_field(
        label=_("Call again at"), required=False, help_text=_("Until then it stays open. Empty: this closes it.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AwayForm(forms.Form):
    """Who is away, and until when."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Who"), empty_label=None)
    from_at = moment_field(label=_("Away from"))
    until_at = moment_field(label=_("Away until"))

    def __init__(self, data: QueryDict | None, *, people: QuerySet[User], now: datetime) -> None:
        """`people`: whose absence the reader may put in."""
        super().__init__(data, initial={"from_at": now, "user": people.first()})
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class GiveForm(forms.Form):
    """Extra days after the end, and why. The last minute stays as it was promised."""

    days = forms.IntegerField(label=_("Days more"), min_value=1, max_value=90, initial=1)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Goes on record, for you and for your manager."),
    )


class TakeBackForm(forms.Form):
    """Why extra time is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class LeavePeakForm(forms.Form):
    """Why an end may meet a peak of the customer's work. `about`: the end and the days that the page showed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Goes on record, for you and for your manager."),
    )
    about = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, about: str) -> None:
        super().__init__(data, initial={"about": about})
        self.data: Any
        self.now_about = about

    def clean(self) -> dict[str, Any]:
        """Of another end, or of another peak, nobody has decided."""
        if self.cleaned_data.get("about") != self.now_about:
            self.data = {**self.data.dict(), "about": self.now_about}  # it comes back about what is there now
            raise forms.ValidationError(
                _("The end or the peak has changed since this page was opened. Look once more.")
            )
        return self.cleaned_data


class MoveEndForm(forms.Form):
    """A new last minute, and why."""

    term = TermField(
        label=_("New last minute"),
        help_text=_("The last day (2026-05-15), the last minute (2026-05-15 18:00), or a whole term (1 year)."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Goes on record. An earlier end needs one."),
    )


class RenewForm(SoldForm):
    """The next term, and what goes with it."""

    after = forms.CharField(widget=forms.HiddenInput)
    term = TermField(label=_("Next term"), help_text=_("1 year, 30 days, through 2026-05-15, or simply the last day."))
    reason = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("Who agreed to it, under which order number.")
    )

    def clean_after(self) -> datetime:
        """The end that whoever renews was shown: a second click finds another one, and renews nothing."""
        try:
            return datetime.fromisoformat(self.cleaned_data["after"])
        except ValueError as problem:
            raise forms.ValidationError(_("Open this page again: it does not say which end is renewed.")) from problem


class ChannelForm(forms.Form):
    """Where a team talks: the service, the address that its bot was given, and what it signs with."""

    kind = forms.ChoiceField(label=_("Service"), choices=Channel.Kind, widget=forms.RadioSelect)
    url = forms.CharField(
        label=_("Address of the bot"),
        max_length=400,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "The webhook that the service shows when you add a bot to the group. Whoever has it can post there."
        ),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("DingTalk and Feishu alone, where the bot’s security setting is the signature. Otherwise empty."),
    )

    def clean_secret(self) -> str:
        """Only what can be signed with goes to a service that reads signatures."""
        secret: str = self.cleaned_data["secret"]
        kind = self.cleaned_data.get("kind", "")
        if secret and kind and not ADAPTERS[kind].SIGNS:
            said = gettext("%(service)s reads no signature. Leave this empty.")
            raise forms.ValidationError(said % {"service": Channel.Kind(kind).label})
        return secret

    def clean_url(self) -> str:
        """An address of the very service that was chosen, and of no other host."""
        url: str = self.cleaned_data["url"]
        kind = self.cleaned_data.get("kind", "")
        if not kind or posting.may_be_called(kind, url):
            return called(url)
        other = service_of(url)
        if other:
            said = gettext("This is an address of %(service)s. Choose that service, or paste another address.")
            raise forms.ValidationError(said % {"service": Channel.Kind(other).label})
        said = gettext("This is no address of a bot of %(service)s. Copy it whole; it begins with %(start)s.")
        raise forms.ValidationError(said % {"service": Channel.Kind(kind).label, "start": starts(kind)})


def called(url: str) -> str:
    """An address as it stands, if it can be called at all."""
    try:
        checked(url, allow_private=settings.CSPORTAL_ALLOW_PRIVATE_CALLS)
    except Refused as problem:
        raise forms.ValidationError(str(problem)) from None
    return url


def starts(kind: str) -> str:
    """How the addresses of a service's bots begin."""
    adapter = ADAPTERS[kind]
    return f"https://{adapter.HOSTS[0]}{adapter.PATH}" + (f"?{adapter.KEY}=" if adapter.KEY else "")
