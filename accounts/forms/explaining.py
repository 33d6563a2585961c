"""The exact minute of what is being typed, worked out and said why, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import terms, wording
from accounts.forms.fields import read_term
from accounts.models import Customer, User
from accounts.models.customers import name_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A minute with its reason, or the problem in words, or a hint while too little is typed."""

    reckoned: terms.Reckoned | None = None
    why: str = ""
    problem: str = ""
    hint: str = ""
    was: datetime | None = None
    """The instant at which the contract ends so far, where an end is being moved."""

    @property
    def last_minute_at(self) -> datetime:
        """The instant at which the last minute begins."""
        assert self.reckoned is not None
        return self.reckoned.ends_at - wording.MINUTE

    @property
    def later(self) -> timedelta | None:
        """How much later than so far it ends; negative for earlier, None where nothing is moved."""
        return self.reckoned.ends_at - self.was if self.reckoned and self.was else None

    @property
    def earlier(self) -> timedelta | None:
        """How much is taken away; None where nothing is."""
        return -self.later if self.later is not None and self.later < timedelta(0) else None


def explain(typed: Mapping[str, str], user: User) -> Explained:
    """What `start`, `term` and `time_zone` (or the `customer`'s) give, as typed.

    Where no start is typed, `since` says what the term counts from; where an end is moved, `was` says what it was.
    """
    start, term = (typed.get("since") or typed.get("start", "")).strip(), typed.get("term", "").strip()
    if not start or not term:
        return Explained(hint=first_hint(is_moved="was" in typed))
    zone = typed.get("time_zone", "").strip() or zone_of(typed.get("customer", ""), user)
    if not zone:
        return Explained(hint=_("Name the customer or the time zone: the minute is theirs."))
    try:
        reckoned = terms.reckon(instant(typed.get("since", "")) or terms.parse_start(start), read_term(term), zone)
    except terms.TermError as problem:
        return Explained(problem=wording.problem(problem))
    return Explained(reckoned=reckoned, why=wording.why(reckoned), was=instant(typed.get("was", "")))


def first_hint(*, is_moved: bool) -> str:
    """What to type first."""
    if is_moved:
        return _("Say the new last minute: what it means shows here.")
    return _("Say when it starts and for how long: the exact minute shows here.")


def zone_of(name: str, user: User) -> str:
    """The zone of the customer of this name, if `user` may see one; else ""."""
    key = name_key(name.replace("\0", ""))
    found = Customer.objects.visible_to(user).filter(key=key).values_list("time_zone", flat=True)
    return found.first() or ""


def instant(text: str) -> datetime | None:
    """An aware instant from its ISO text; None for anything else."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
