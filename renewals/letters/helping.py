"""Help with a letter: an outline of facts, or a draft by the company's own language model. A person approves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation

from accounts.models import User
from renewals.drafting import brief as asked
from renewals.drafting.models import DraftRequest
from renewals.drafting.services import request_draft
from renewals.letters.brief import Brief, brief_of
from renewals.letters.models import Letter


def outline(brief: Brief) -> Sequence[str]:
    """What the letter could tell, a line each: facts with their sources, never prose to send as it is."""
    return [f"- {fact.text} [{fact.source}]" for fact in brief.countable]


def about(letter: Letter) -> str:
    """Under which name its drafts are on record."""
    return f"step:{letter.step_id}"


def ask_model(letter: Letter, *, by: User, now: datetime) -> DraftRequest:
    """Send the brief, and nothing else, to the model that the company has set up; `NotAllowed` where there is none."""
    brief = brief_of(letter.step, letter.contact, now=now)
    return request_draft(about(letter), brief=to_send(brief), by=by, now=now)


def to_send(brief: Brief) -> asked.Brief:
    """The brief as a model gets it: the facts that make a letter personal, and what was last said."""
    with translation.override(brief.contact.reads):
        purpose, greeting = brief.step.what_for, brief.contact.greeting
    return asked.Brief(
        language=brief.contact.reads,
        purpose=purpose,
        greeting=greeting,
        facts=[asked.Fact(text=fact.text, source=fact.source) for fact in brief.countable],
        said_before=[delivery.subject for delivery in brief.letters if delivery.subject],
    )


def drafted(letter: Letter, *, now: datetime) -> str:
    """The last draft that came back for a letter; "" where none did."""
    done = DraftRequest.objects.filter(about=about(letter), over_at__lte=now).exclude(text="").order_by("-over_at")
    return done.values_list("text", flat=True).first() or ""
