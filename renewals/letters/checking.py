"""What rule 14 says of a letter as it stands: shown while it is typed, enforced when it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from renewals.letters.brief import Brief, Fact
from renewals.letters.models import Letter
from renewals.likeness import FACTS_NEEDED, Prints, Reason, Verdict, judge, prints
from renewals.touches import places

REMEMBERED = timedelta(days=180)
"""For how long what other customers were sent may not be repeated."""
CLOSE = 300
"""How many letters that share something with a draft are looked at, the latest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """A sentence of the draft that stands in another customer's letter too, and how it stands there."""

    own: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A verdict in the reader's words."""

    verdict: Verdict[int]
    problems: Sequence[str]
    """Why it cannot be approved as it stands; none: it can."""
    cited: Sequence[Fact]
    same: Sequence[Same]
    text: str
    """The text that was judged: with the minute in its place."""
    whose: str
    """From whose letter, to which customer, where sentences repeat."""

    @property
    def passes(self) -> bool:
        return not self.problems


def check(letter: Letter, brief: Brief, *, now: datetime) -> Checked:
    """Judge a letter against its brief and against what other customers were sent in the last 180 days."""
    text = places.filled(letter.text, minute=brief.own_minute(), link="https://23-59.invalid/r/")
    own = prints(text, brief.names)
    others = {one.pk: one for one in alike(letter, own, now=now)}
    verdict = judge(
        text,
        names=brief.names,
        facts=[fact.as_cited for fact in brief.countable],
        minute=[brief.own_minute(), *brief.minute_forms()],
        others=[(pk, kept(one)) for pk, one in others.items()],
    )
    cited = {fact.key for fact in verdict.cited}
    other = others.get(verdict.repeats.key) if verdict.repeats else None
    return Checked(
        verdict=verdict,
        problems=[*missing(letter), *(sentence(reason, verdict, brief) for reason in verdict.reasons)],
        cited=[fact for fact in brief.countable if fact.key in cited],
        same=sentences(text, verdict, other, brief) if other else (),
        text=text,
        whose=whose(other) if other else "",
    )


def alike(letter: Letter, own: Prints, *, now: datetime) -> list[Letter]:
    """The letters to other customers that share a run of words with this one."""
    others = Letter.objects.went_to_others(letter, since=now - REMEMBERED).filter(runs__overlap=list(own.anchors))
    related = others.select_related("script", "author", "step__contract__customer")
    return list(related.order_by("-approved_at")[:CLOSE])


def kept(letter: Letter) -> Prints:
    """The prints of an approved letter; made again where they were kept in an older way."""
    try:
        return Prints.from_json(letter.prints)
    except ValueError:
        return prints(letter.judged)


def sentences(text: str, verdict: Verdict[int], other: Letter, brief: Brief) -> list[Same]:
    """The sentences that repeat, beside what stands in the other letter; the minute stands in every letter."""
    if verdict.repeats is None:
        return []
    theirs = kept(other).sentences
    return [
        Same(
            own=text[one.start : one.end].strip(),
            theirs=other.judged[theirs[one.other_index].start : theirs[one.other_index].end].strip(),
        )
        for one in verdict.repeats.sentences
        if brief.own_minute() not in text[one.start : one.end]
    ]


def whose(letter: Letter) -> str:
    return _("%(author)s to %(customer)s") % {"author": letter.author, "customer": letter.step.contract.customer}


def missing(letter: Letter) -> list[str]:
    """What is empty."""
    if not letter.text.strip():
        return [_("There is no text yet.")]
    return [] if letter.subject.strip() else [_("The letter has no subject yet.")]


def sentence(reason: Reason, verdict: Verdict[int], brief: Brief) -> str:
    """One reason to refuse it, with the way out."""
    if reason is Reason.REPEATS:
        return _("It nearly repeats what another customer was sent. Write what is true of this one alone.")
    if reason is Reason.PLACEHOLDER:
        return _("Something is still to be filled in: %(places)s") % {"places": ", ".join(verdict.placeholders)}
    if reason is Reason.NO_MINUTE:
        place = places.tokens(brief.contact.reads)[0]
        return _("The exact minute is missing. Put %(place)s where it belongs: it comes in by itself.") % {
            "place": place
        }
    left = FACTS_NEEDED - len(verdict.cited)
    return ngettext(
        "It cites too little of this customer: one more fact of theirs, at least.",
        "It cites too little of this customer: %(count)s facts of theirs, at least.",
        left,
    ) % {"count": left}
