"""What a good customer-success manager would look up before writing, each fact with its source and its date (rule 14).

The texts are in the language that the recipient reads: one click puts a fact into the letter as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import translation
from django.utils.functional import Promise as Lazy
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import wording
from accounts.models import Contact, Contract, ContractTerm
from accounts.peaks import peaks_of
from renewals import likeness
from renewals.answers.models import Answer
from renewals.conversations.models import Conversation, Promise
from renewals.entitlement import Windows, planned
from renewals.health.reading import health_of
from renewals.health.score import Health
from renewals.health.words import called, reason
from renewals.letters.models import Letter
from renewals.locking.models import Clock
from renewals.playbooks.models import PlanStep
from renewals.touches.models import Delivery
from renewals.usage.achieving import Achievement, achievements

MINUTE = timedelta(minutes=1)
AHEAD = timedelta(days=60)
"""How far ahead their rhythm is looked at."""
LAST = 3
"""Conversations and letters that are shown."""
CLAUSE = re.compile(r"[^，。；！？,.;!?\n]{6,}")
NUMBER = re.compile(r"\d[\d,.]*\d")
LARGE = 20
"""From which number on a figure alone is a fact: a letter may say 3 of anything."""

GROUPS: dict[str, Lazy] = {
    "minute": gettext_lazy("The minute"),
    "use": gettext_lazy("What they achieved"),
    "health": gettext_lazy("How they are"),
    "said": gettext_lazy("What was last said"),
    "promise": gettext_lazy("Open promises"),
    "rhythm": gettext_lazy("What is coming up for them"),
    "contract": gettext_lazy("What they have"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is true of this customer. `counts`: it makes a letter personal when it is cited (rule 14)."""

    key: str
    group: str
    text: str
    source: str
    at: datetime | None = None
    forms: tuple[str, ...] = ()
    counts: bool = True

    @property
    def as_cited(self) -> likeness.Fact:
        """The plain value that `likeness` looks for in a text."""
        return likeness.Fact(self.key, (self.text, *self.forms))


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Everything that is known of whom a letter goes to, at `now`."""

    step: PlanStep
    contact: Contact
    clock: Clock
    besides: Sequence[Clock]
    """The clocks of the contracts whose minutes go into the same letter."""
    facts: Sequence[Fact]
    letters: Sequence[Delivery]
    """What went out to them last, the latest first."""
    now: datetime

    @property
    def contract(self) -> Contract:
        return self.clock.contract

    @property
    def term(self) -> ContractTerm:
        return self.clock.term

    @cached_property
    def window(self) -> Windows:
        """As it is planned to come: they are being told."""
        return planned(self.clock.windows, now=self.now)

    @property
    def last_minute_at(self) -> datetime:
        return self.window.ends_at - MINUTE

    def grouped(self) -> list[tuple[Lazy, list[Fact]]]:
        """The facts under what they are about, in the order of a page."""
        groups = [(title, [fact for fact in self.facts if fact.group == name]) for name, title in GROUPS.items()]
        return [(title, facts) for title, facts in groups if facts]

    @property
    def countable(self) -> list[Fact]:
        """The facts that make a letter personal."""
        return [fact for fact in self.facts if fact.counts]

    @property
    def names(self) -> set[str]:
        """Whose names stand in the letter, to be masked when it is compared with others."""
        contract, owner = self.contract, self.contract.owner
        people = {self.contact.name, self.contact.salutation, contract.customer.name, contract.product.name}
        return {name for name in people | ({owner.name} if owner else set()) if name}

    def minute_forms(self) -> list[str]:
        """The exact minute as a letter may name it, in either language (rule 4)."""
        return [wording.minute(self.term.last_minute, self.term.time_zone, code) for code in (wording.ZH, wording.EN)]

    def own_minute(self) -> str:
        """The minute as it comes into the letter: the contact's own time beside it where their clocks differ."""
        zone, reads = self.term.time_zone, self.contact.reads
        own = wording.beside(self.last_minute_at, zone, self.contact.zone, reads)
        theirs = wording.instant(self.last_minute_at, self.contact.zone, reads) if own else ""
        return wording.with_own(wording.minute(self.term.last_minute, zone, reads), theirs, reads)


def brief_of(step: PlanStep, contact: Contact, *, now: datetime) -> Brief:
    """The brief for one letter. A constant number of queries."""
    clocks = Clock.objects.counting(at=now).select_related(
        "term", "contract__product", "contract__owner", "contract__customer__calendar"
    )
    joined = [one.contract_id for one in step.joined.open()]
    found = {clock.contract_id: clock for clock in clocks.filter(contract__in=[step.contract_id, *joined])}
    clock = found.pop(step.contract_id)
    sent = Delivery.objects.filter(touch__contact=contact, outcome__in=Delivery.LEFT).select_related("touch")
    brief = Brief(
        step=step,
        contact=contact,
        clock=clock,
        besides=list(found.values()),
        facts=(),
        letters=list(sent.order_by("-over_at")[:LAST]),
        now=now,
    )
    with translation.override(contact.reads):
        object.__setattr__(brief, "facts", tuple(facts_of(brief)))
    return brief


def facts_of(brief: Brief) -> Iterator[Fact]:
    """All facts, in the active language."""
    yield from of_the_minute(brief)
    yield from of_use(achievements([brief.term], now=brief.now).get(brief.term.pk, ()))
    yield from of_health(health_of([brief.contract], now=brief.now).get(brief.contract.pk))
    yield from of_conversations(brief)
    yield from of_answers(brief)
    yield from of_promises(brief)
    yield from of_rhythm(brief)
    yield from of_the_contract(brief)


def of_the_minute(brief: Brief) -> Iterator[Fact]:
    """The exact minute and what follows: right by construction, and nothing that makes a letter personal."""
    zone = brief.term.time_zone
    said = {"minute": wording.minute(brief.term.last_minute, zone)}
    yield fact("minute", "minute", _("the last minute is %(minute)s, that minute included") % said, _("contract"))
    if brief.window.lock_at is not None:
        said = {"minute": wording.instant(brief.window.lock_at, zone)}
        text = _("everything works on until %(minute)s at the earliest, and only then a dialog appears") % said
        yield fact("minute", "lock", text, _("contract"))


def fact(group: str, key: str, text: str, source: str, at: datetime | None = None) -> Fact:
    """A fact that is true of everybody in this situation: it makes no letter personal."""
    return Fact(key=f"{group}:{key}", group=group, text=text, source=source, at=at, counts=False)


def of_use(found: Iterable[Achievement]) -> Iterator[Fact]:
    """What they did with the product, in their words."""
    for one in found:
        figures = (f"{one.value:,.0f}", f"{one.value:.0f}") if one.value >= LARGE else ()
        change = (f"{abs(one.change)}%",) if one.change else ()
        yield Fact(
            key=f"use:{one.metric}",
            group="use",
            text=str(one),
            source=_("usage"),
            at=one.last_at,
            forms=(one.amount, *figures, *((one.change_in_words,) if one.change else ()), *change),
        )


def of_health(found: Health | None) -> Iterator[Fact]:
    """How they are, and why: for whoever writes, not for the letter."""
    if found is None or found.score is None:
        return
    said = {"score": found.score, "word": called(found.score)}
    yield fact("health", "score", _("%(score)s of 100: %(word)s") % said, _("health"))
    for part in found.parts:
        if part.counts:
            yield fact("health", str(part.kind), reason(part), _("health"))


def of_answers(brief: Brief) -> Iterator[Fact]:
    """What they wrote back last."""
    wrote = Answer.objects.filter(contract=brief.contract, is_automatic=False, received_at__lte=brief.now)
    for one in wrote.select_related("contact").order_by("-received_at")[:LAST]:
        source = _("answer of %(who)s") % {"who": one.who}
        text = Truncator(one.text).chars(200)
        forms = tuple(parts(one.text))
        yield Fact(key=f"answer:{one.pk}", group="said", text=text, source=source, at=one.received_at, forms=forms)


def of_conversations(brief: Brief) -> Iterator[Fact]:
    """What was last said, by whom."""
    had = Conversation.objects.about(brief.contract).until(brief.now).select_related("contact")
    for one in had[:LAST]:
        who = one.contact.name if one.contact else _("the customer")
        source = _("%(how)s with %(who)s") % {"how": one.get_channel_display(), "who": who}
        yield Fact(
            key=f"said:{one.pk}", group="said", text=one.said, source=source, at=one.at, forms=tuple(parts(one.said))
        )


def of_promises(brief: Brief) -> Iterator[Fact]:
    """What one side owes the other."""
    for one in Promise.objects.about(brief.contract).open()[: 2 * LAST]:
        yield Fact(
            key=f"promise:{one.pk}",
            group="promise",
            text=one.what,
            source=str(one.get_side_display()),
            at=one.made_at,
            forms=tuple(parts(one.what)),
        )


def of_rhythm(brief: Brief) -> Iterator[Fact]:
    """When their own work peaks next (rule 18)."""
    customer = brief.contract.customer
    ahead = peaks_of([customer.pk], starts=brief.now, ends=brief.now + AHEAD)[customer.pk]
    seen: set[str] = set()
    for stretch in ahead:
        if stretch.name in seen:
            continue
        seen.add(stretch.name)
        begins = wording.instant(stretch.begins_at, customer.time_zone)
        yield Fact(
            key=f"rhythm:{stretch.name}",
            group="rhythm",
            text=_("%(name)s begins %(begins)s") % {"name": stretch.name, "begins": begins},
            source=_("their rhythm"),
            at=stretch.begins_at,
            forms=(stretch.name,),
        )


def of_the_contract(brief: Brief) -> Iterator[Fact]:
    """What they bought, for whom, since when."""
    term, contract = brief.term, brief.contract
    if term.seats:
        seats = _("%(count)s seats") % {"count": f"{term.seats:,}"}
        yield Fact(key="contract:seats", group="contract", text=seats, source=_("contract"), forms=(seats,))
    first = contract.terms.order_by("starts_at").values_list("starts_at", flat=True).first()
    if first is not None and brief.now > first:
        length = wording.stretch(brief.now - first)
        yield fact("contract", "since", _("with us for %(length)s") % {"length": length}, _("contract"), first)


def parts(text: str) -> Iterator[str]:
    """The clauses and the larger numbers of what was said: whoever cites one of them cites it."""
    yield from (clause.strip() for clause in CLAUSE.findall(text))
    yield from NUMBER.findall(text)


def earlier_letters(letter: Letter) -> list[Letter]:
    """What else was written for this contract, the last first."""
    alive = Letter.objects.alive().filter(step__contract=letter.step.contract_id, script__isnull=False)
    return list(alive.exclude(pk=letter.pk).select_related("contact", "author")[:LAST])
