"""What a morning asks of somebody: the same list as their first page, in words for a mail (rules 4, 10 and 13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import wording
from accounts.models import Contract, User
from accounts.peaks import rhythms_of
from renewals.desk import words
from renewals.desk.calls import Line, calls_today
from renewals.desk.cards import Card, cards
from renewals.desk.cases import Waiting, waiting_cases, with_people
from renewals.desk.reasons import each_with_why, unanswered, why_they_wait
from renewals.desk.rows import Row, last_minute_at, rows
from renewals.desk.to_write import to_write
from renewals.desk.today import NEXT_HOURS, may_meet_peaks, peaks_to_decide, read_whole
from renewals.locking.models import ClockQuerySet
from renewals.payments import standing
from renewals.touches.writing import one_line
from renewals.weekly.beginning import begins_the_week
from renewals.weekly.facts import review
from renewals.weekly.weeks import Week

MOST = 6
"""How many of a kind a mail tells of; the others are a number and a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of thing that waits: how many, and the first of them, each a few lines."""

    title: str
    count: int
    items: Sequence[Sequence[str]]
    link: str
    """Where the others are."""
    owners: Sequence[int | None] = ()
    """Whose each of them is, for whoever leads them."""

    @property
    def more(self) -> int:
        return self.count - len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that a morning says to somebody."""

    parts: Sequence[Part]
    waits: int
    """How many things wait: as many as the first page says."""
    minutes: int
    """How many contracts reach their last minute soon."""
    by_owner: Sequence[str]
    """For whoever leads a team: a line for each who has something."""

    @property
    def is_nothing(self) -> bool:
        return not any(part.count for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Whose day it is, at which instant, and the contracts that it is about."""

    user: User
    now: datetime
    clocks: ClockQuerySet

    @property
    def is_ones_own(self) -> bool:
        """A CSM's day is about what is theirs; a manager's about all that their first page shows."""
        return self.user.role == User.Role.CSM


def say(user: User, *, now: datetime) -> Said:
    """What a morning says, in the active language. A constant number of queries.

    What else it shall say is one more function in `PARTS`.
    """
    day = Day(user=user, now=now, clocks=rows(user, now=now, mine=user.role == User.Role.CSM))
    said = {kind: part(day) for kind, part in PARTS.items()}
    return Said(
        parts=[part for part in said.values() if part.count],
        waits=sum(part.count for kind, part in said.items() if kind not in (MINUTES, WEEK)),
        minutes=said[MINUTES].count,
        by_owner=[] if day.is_ones_own else by_owner(said),
    )


def interventions(day: Day) -> Part:
    """Locks after which somebody has to call (rule 13)."""
    found = waiting_cases(day.user, mine=day.is_ones_own, at=day.now)
    with_people(case.one.contract.customer for case in found[:MOST])
    return Part(
        title=_("Locked: somebody has to call"),
        count=len(found),
        items=[case_lines(case, day.user) for case in found[:MOST]],
        link=address("desk:interventions"),
        owners=[case.one.contract.owner_id for case in found],
    )


def case_lines(case: Waiting, user: User) -> list[str]:
    """Who was locked since when, whom to call, who has it."""
    one, zone = case.one, case.one.term.time_zone
    since = wording.with_own(wording.instant(one.locked_at, zone), wording.beside(one.locked_at, zone, user.time_zone))
    call = {"name": case.person.greeting, "phone": case.person.phone} if case.person else None
    return lines(
        named(one.contract),
        _("Locked since %(minute)s") % {"minute": since},
        _("Call %(name)s · %(phone)s") % call if call else "",
        " · ".join(part for part in (case.holder, case.state) if part),
        address("desk:intervention", one.pk),
    )


def calls(day: Day) -> Part:
    """The calls that customers chose a time for, and those of which nobody noted yet what came of them."""
    found = calls_today(day.user, now=day.now, mine=day.is_ones_own)
    return Part(
        title=_("Calls at a fixed time"),
        count=len(found),
        items=[call_lines(line, day.user) for line in found[:MOST]],
        link=address("desk:today"),
        owners=[line.call.user_id for line in found],
    )


def call_lines(line: Line, user: User) -> list[str]:
    """Whom to call, at which minute of both clocks, under which number."""
    call, zone = line.call, line.call.time_zone
    at = wording.with_own(wording.instant(call.starts_at, zone), wording.beside(call.starts_at, zone, user.time_zone))
    return lines(
        f"{named(call.contract)}: {call.asked_by}",
        at,
        _("Note what came of it") if line.is_over else "",
        call.reached_at,
        address("desk:call", call.pk),
    )


def letters(day: Day) -> Part:
    """What is to be written or said, whose silence comes first is first (rule 15)."""
    found = to_write(day.user, now=day.now, mine=day.is_ones_own)
    every = [*found.letters, *found.explanations]
    return Part(
        title=_("To write"),
        count=found.count,
        items=[
            lines(f"{named(one.step.contract)}: {one.step.name}", one.pressing, settings.CSPORTAL_BASE_URL + one.href)
            for one in every[:MOST]
        ],
        link=address("desk:today"),
        owners=[one.step.contract.owner_id for one in every],
    )


def cards_of(day: Day) -> Part:
    """What waits on the first page as a card, in the cards' own words."""
    all_of_it = day.user.sees_everything and not day.is_ones_own
    near, seen = may_meet_peaks(day.clocks, all_there_are=all_of_it, now=day.now), unanswered(now=day.now)
    rhythms = rhythms_of(one.customer_id for one in near)
    met = peaks_to_decide(near, rhythms=rhythms)
    why = why_they_wait(day.clocks, seen, now=day.now, peaks=met.keys())
    owners = list(day.clocks.filter(pk__in=why).values_list("contract__owner", flat=True))
    read = read_whole(day.clocks, list(why)[:MOST])
    shown = each_with_why(read, why)
    with_people(clock.contract.customer for clock in shown)
    told = zip(shown, cards(shown, seen, met, now=day.now, may_change=set(), reader=day.user), strict=True)
    return Part(
        title=_("What waits"),
        count=len(owners),
        items=[card_lines(clock, card, day.user) for clock, card in told],
        link=address("desk:today"),
        owners=owners,
    )


def card_lines(clock: Row, card: Card, user: User) -> list[str]:
    """Why it waits, whose it is, its exact minute, and whom to call."""
    return lines(
        _("%(reason)s: %(contract)s") % {"reason": card.reason, "contract": named(clock.contract)},
        _("Last minute: %(minute)s") % {"minute": exactly(clock, user)},
        card.text,
        card.action.label if card.action.href.startswith("tel:") else "",
        settings.CSPORTAL_BASE_URL + card.contract,
    )


def unpaid(day: Day) -> Part:
    """What is unpaid for longer than the company waits: to be asked for, and no reason to lock anybody (rule 12)."""
    found = standing.waiting(day.user, mine=day.is_ones_own, now=day.now)
    return Part(
        title=_("Unpaid for too long"),
        count=len(found),
        items=[bill_lines(bill) for bill in found[:MOST]],
        link=address("payments:unpaid") + "?show=late",
        owners=[bill.agreement.contract.owner_id for bill in found],
    )


def bill_lines(bill: standing.Bill) -> list[str]:
    """Whose it is, how much by which day, and who signed."""
    one = bill.agreement
    assert one.due_on is not None
    said = {"amount": bill.amount or _("agreed in person"), "day": wording.days(one.due_on, one.due_on)}
    return lines(
        named(one.contract),
        _("%(amount)s, to be paid by %(day)s") % said,
        _("Signed by %(name)s") % {"name": one.signer},
        address("payments:agreement", one.pk),
    )


def minutes(day: Day) -> Part:
    """What reaches its last minute soon, the next first."""
    soon = day.clocks.filter(starts_at__lte=day.now, ends_at__gt=day.now, ends_at__lte=day.now + NEXT_HOURS)
    ordered = soon.order_by("ends_at", "pk")
    owners = list(ordered.values_list("contract__owner", flat=True))
    return Part(
        title=_("Last minutes in the next 72 hours"),
        count=len(owners),
        items=[minute_lines(clock, day.user) for clock in cast("list[Row]", list(ordered[:MOST]))],
        link=address("desk:contracts"),
        owners=owners,
    )


def minute_lines(clock: Row, user: User) -> list[str]:
    """The exact minute first, then whose, for how much, and whether they know."""
    told = words.told(clock.term.evidence_list) or _("nobody yet")
    value = wording.money(clock.term.value, clock.term.currency)
    return lines(
        exactly(clock, user),
        " · ".join(part for part in (named(clock.contract), value) if part),
        _("Told: %(said)s") % {"said": told},
        settings.CSPORTAL_BASE_URL + clock.contract.get_absolute_url(),
    )


def gets_a_review(user: User, *, now: datetime) -> bool:
    """Whether this is the first working day of the week of somebody who leads."""
    return user.role != User.Role.CSM and begins_the_week(user, now=now)


def last_week(day: Day) -> Part:
    """For whoever leads, on their first working day of the week: how the last one went, and where all of it stands."""
    title, link = _("Last week"), address("weekly:weekly")
    if not gets_a_review(day.user, now=day.now):
        return Part(title=title, count=0, items=[], link=link)
    found = review(day.user, Week.before(day.now, day.user.time_zone), team=None, now=day.now)
    went = [f"{one.called}: {one.count}" for one in found.ended if one.count]
    slipped = found.slips.locks_too_early + found.slips.untold + found.slips.not_spoken_to
    said = lines(
        " · ".join(went) or _("No contract reached its last minute."), _("Slips: %(n)d") % {"n": slipped}, link
    )
    return Part(title=title, count=1, items=[said], link=link)


MINUTES, WEEK = "minutes", "week"
PARTS: dict[str, Callable[[Day], Part]] = {
    WEEK: last_week,
    "interventions": interventions,
    "calls": calls,
    "letters": letters,
    "cards": cards_of,
    "unpaid": unpaid,
    MINUTES: minutes,
}
"""What a morning says, in this order. All but the week and the minutes counts as waiting."""


def by_owner(said: dict[str, Part]) -> list[str]:
    """A line for each colleague who has something: how much waits, how many minutes come."""
    waits = Counter(owner for kind, part in said.items() if kind != MINUTES for owner in part.owners)
    soon = Counter(said[MINUTES].owners)
    names = dict(User.objects.filter(pk__in=[pk for pk in waits | soon if pk]).values_list("pk", "name"))
    counted = [(one_line(names[pk]) if pk else _("nobody’s"), waits[pk], soon[pk]) for pk in waits | soon]
    return [
        _("%(name)s: %(waits)s · %(minutes)s")
        % {"name": name, "waits": things_that_wait(waiting), "minutes": minutes_to_come(coming)}
        for name, waiting, coming in sorted(counted, key=lambda one: (-one[1], -one[2], one[0]))
    ]


def things_that_wait(count: int) -> str:
    """As in "3 things wait"."""
    return ngettext("%(count)d thing waits", "%(count)d things wait", count) % {"count": count}


def minutes_to_come(count: int) -> str:
    """As in "2 last minutes in 72 hours"."""
    said = ngettext("%(count)d last minute in 72 hours", "%(count)d last minutes in 72 hours", count)
    return said % {"count": count}


def named(contract: Contract) -> str:
    """Whose, what, under which number."""
    return " · ".join(one_line(part) for part in (contract.customer.name, contract.product.name, contract.number))


def exactly(clock: Row, user: User) -> str:
    """The promised minute with its zone, the reader's own time beside it."""
    zone = clock.term.time_zone
    own = wording.beside(last_minute_at(clock), zone, user.time_zone)
    return wording.with_own(wording.minute(clock.term.last_minute, zone), own)


def lines(*said: str) -> list[str]:
    """What there is to say, a line each."""
    return [one_line(line) for line in said if line]


def address(name: str, *about: int) -> str:
    """The whole address of a page."""
    return settings.CSPORTAL_BASE_URL + reverse(name, args=about)
