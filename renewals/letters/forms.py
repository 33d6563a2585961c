"""What is typed into a letter."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from renewals.letters.brief import brief_of
from renewals.letters.helping import drafted, outline
from renewals.letters.models import Letter


class WrittenForm(forms.Form):
    """Subject and text, of which revision; and what a button without JavaScript adds to the text."""

    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    text = forms.CharField(label=_("Text"), max_length=10_000, required=False, strip=False)
    revision = forms.IntegerField(required=False, min_value=0)
    contact = forms.IntegerField(required=False)
    insert = forms.CharField(required=False)
    at_once = forms.BooleanField(required=False)

    def clean_text(self) -> str:
        """With line ends as the database keeps them: what a browser sends is no other text."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\0", "")

    def clean_revision(self) -> int:
        return self.cleaned_data["revision"] or 0

    def text_with(self, letter: Letter, *, now: datetime) -> str:
        """The text, with the fact, the outline or the draft at its end that a button asked for."""
        text: str = self.cleaned_data.get("text", letter.text)
        added = self.added(letter, now=now)
        return f"{text.rstrip()}\n\n{added}\n" if added else text

    def added(self, letter: Letter, *, now: datetime) -> str:
        """What is to be put at the end; "" for nothing."""
        wanted = self.cleaned_data.get("insert", "")
        if not wanted:
            return ""
        if wanted == "draft":
            return drafted(letter, now=now)
        brief = brief_of(letter.step, letter.contact, now=now)
        if wanted == "outline":
            return "\n".join(outline(brief))
        return next((fact.text for fact in brief.facts if fact.key == wanted), "")

    def contact_at(self, letter: Letter) -> Contact | None:
        """Who else at this customer it is to go to."""
        chosen = self.cleaned_data.get("contact")
        return letter.step.contract.customer.contacts.filter(pk=chosen).first() if chosen else None
