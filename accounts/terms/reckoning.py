"""Working a term out: rule 3, whole days from a bare date or from a moment."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from accounts.terms.days import (
    DAY,
    FIRST_YEAR,
    LAST_YEAR,
    MINUTE,
    beginning,
    end_instant,
    existing,
    first_instant,
    readings,
    start_instant,
    zone_info,
)
from accounts.terms.problems import TermError, shown
from accounts.terms.reading import Term

Facts = dict[str, object]


def _(sentence: str) -> str:
    """Marks a sentence for the message catalogue; `accounts.wording` translates it."""
    return sentence


WHYS = {
    "days_from_date": _("Local days counted from a bare date: {first} is day 1, {last} is day {n}."),
    "days_uneven": _(
        "Local days counted from a bare date: {first} is day 1, {last} is day {n}. "
        "The clocks change on the way, so they make {hours} hours."
    ),
    "days_from_first_instant": _("It starts with the first instant of {first}: day 1. {last} is day {n}."),
    "days_from_moment": _("It starts in the course of {first}: the day {n} days after it, {last}, counts whole."),
    "days_floor": _(
        "It starts at a moment. Through {short} it would be {hours} hours, less than {n} × 24, "
        "because the clocks change: so it runs through {last}."
    ),
    "day_missing": _("{short} does not exist there, so the last day is the next one, {last}."),
    "months_from_date": _("It runs to the day before the corresponding one, {same}: the last day is {last}."),
    "months_from_moment": _("It starts in the course of {first}: the last day is the corresponding one, {last}."),
    "months_short": _("That month has no day {day}: its own last day, {last}, is the last day."),
    "through": _("As written: through the whole of {last}."),
    "until": _("As written: through {minute}, inclusive."),
    "until_skipped": _("The clocks skip {asked}, so the later instant counts: through {minute}, inclusive."),
    "until_twice": _("{minute} comes twice that night: the later one counts, inclusive."),
}

MIDNIGHTS = {
    "skipped": _("Midnight is skipped there: {next_day} begins at {begins}, the same instant."),
    "twice": _("Midnight comes twice there: {next_day} begins at the first."),
    "missing": _("{next_day} does not exist there: the day after it follows at once."),
}


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A term worked out. `last_minute` (wall time in `zone`) is the promise; `ends_at` derives from it.

    `why` is a key of `WHYS`, and `facts` fill its sentence.
    """

    starts_at: datetime
    last_minute: datetime
    zone: str
    whole_day: bool
    ends_at: datetime
    why: str
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The templates that say why: one, and one more where the last day ends at no ordinary midnight."""
        midnight = MIDNIGHTS.get(str(self.facts.get("midnight")))
        return (WHYS[self.why], midnight) if midnight else (WHYS[self.why],)


def explain(reckoned: Reckoned) -> str:
    """Why this is the last minute, in English, with dates as ISO writes them."""
    facts = shown(reckoned.facts)
    return " ".join(sentence.format_map(facts) for sentence in reckoned.sentences)


class _Start(NamedTuple):
    at: datetime
    day: date
    bare: bool
    whole: bool  # the first day is covered from its first instant on
    zone: str


class _LastDay(NamedTuple):
    day: date
    why: str
    facts: Facts


def reckon(start: date | datetime, term: Term, zone: str) -> Reckoned:
    """The last minute and the end instant of a term (rule 3).

    `start` is a bare date, a wall time (naive) or an instant (aware); `parse_start` tells them apart.
    TermError `ends_before_start`, `no_such_local_date`, `no_whole_minute`, `out_of_range` or `unknown_zone`.
    """
    try:
        begun = _begin(start, zone)
        reckoned = _until(begun, term.minute) if term.minute else _whole_days(begun, term)
    except OverflowError:
        raise TermError("out_of_range", text=term) from None
    if reckoned.ends_at <= reckoned.starts_at:
        raise TermError("ends_before_start", end=reckoned.last_minute, start=_wall(begun.at, zone))
    if reckoned.ends_at.second:  # local mean time, as in Shanghai before 1901: 8:05:43
        raise TermError("no_whole_minute", day=reckoned.last_minute.date(), zone=zone)
    return reckoned


def _begin(start: date | datetime, zone: str) -> _Start:
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise TermError("out_of_range", text=start)
    at = start_instant(start, zone)
    if not isinstance(start, datetime):
        return _Start(at, start, True, True, zone)
    day = at.astimezone(zone_info(zone)).date()
    return _Start(at, day, False, at == first_instant(day, zone), zone)


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(zone_info(zone)).replace(tzinfo=None, fold=0)


def _whole_days(start: _Start, term: Term) -> Reckoned:
    if term.on is not None:
        last = _through(start, term.on)
    else:
        last = _days(start, term.n) if term.kind == "days" else _months(start, term.n)
    if last.day.year > LAST_YEAR:
        raise OverflowError
    return _through_the_end(start, last)


def _through_the_end(start: _Start, last: _LastDay) -> Reckoned:
    ends_at, midnight = beginning(last.day + DAY, start.zone)
    last_minute = _wall(ends_at - MINUTE, start.zone)
    if last_minute.date() < last.day:  # the zone skipped that day whole: the next one, in the customer's favour
        return _through_the_end(start, _LastDay(last.day + DAY, "day_missing", {"short": last.day}))
    facts = last.facts | {"last": last.day}
    if midnight != "plain":
        facts |= {"midnight": midnight, "next_day": last.day + DAY, "begins": _wall(ends_at, start.zone)}
    return Reckoned(start.at, last_minute, start.zone, True, ends_at, last.why, facts)


def _days(start: _Start, n: int) -> _LastDay:
    short = last = start.day + timedelta(days=n - 1 if start.whole else n)
    facts: Facts = {"n": n, "first": start.day}
    covered, floor = first_instant(last + DAY, start.zone) - start.at, timedelta(days=n)
    if start.bare:
        why = "days_from_date" if covered == floor else "days_uneven"
        return _LastDay(last, why, facts | {"hours": _hours(covered)})
    while first_instant(last + DAY, start.zone) - start.at < floor:
        last += DAY
    if last != short:
        return _LastDay(last, "days_floor", facts | {"short": short, "hours": _hours(covered)})
    return _LastDay(last, "days_from_first_instant" if start.whole else "days_from_moment", facts)


def _hours(covered: timedelta) -> str:
    return f"{covered / timedelta(hours=1):.10g}"


def _months(start: _Start, n: int) -> _LastDay:
    year, month0 = divmod(start.day.year * 12 + start.day.month - 1 + n, 12)
    if year > LAST_YEAR + 1:  # a year more, for the day before 1 January
        raise OverflowError
    month_ends_on = monthrange(year, month0 + 1)[1]
    if start.day.day > month_ends_on:
        return _LastDay(date(year, month0 + 1, month_ends_on), "months_short", {"day": start.day.day})
    same = date(year, month0 + 1, start.day.day)
    if start.whole:
        return _LastDay(same - DAY, "months_from_date", {"same": same})
    return _LastDay(same, "months_from_moment", {"first": start.day})


def _through(start: _Start, on: date) -> _LastDay:
    if on < start.day:
        raise TermError("ends_before_start", end=on, start=start.day)
    return _LastDay(existing(on, start.zone), "through", {})


def _until(start: _Start, asked: datetime) -> Reckoned:
    existing(asked.date(), start.zone)
    ends_at = end_instant(asked, start.zone, whole_day=False)
    last_minute = _wall(ends_at - MINUTE, start.zone)
    earlier, later = readings(asked, start.zone)
    why = "until" if earlier == later else "until_twice" if last_minute == asked else "until_skipped"
    facts: Facts = {"minute": last_minute, "asked": asked}
    return Reckoned(start.at, last_minute, start.zone, False, ends_at, why, facts)
