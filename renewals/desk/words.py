"""What the desk says about a contract in words: its state, who was told, what comes next (rules 4, 8 to 12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts import wording
from accounts.forms.fields import term_in_words
from accounts.models import ContractTerm
from renewals.desk.rows import Row
from renewals.entitlement import State, told_from
from renewals.locking.models import Evidence
from renewals.locking.renewing import will_join_at

STATES: dict[str, Promise] = {
    State.ACTIVE: gettext_lazy("in use"),
    State.BUFFER: gettext_lazy("in the buffer"),
    State.SOFT_LOCKED: gettext_lazy("soft lock"),
    State.CLOSED: gettext_lazy("ended"),
    State.SCHEDULED: gettext_lazy("not yet begun"),
}


def sentences(*said: str) -> str:
    """Sentences one after the other, as the active language sets them."""
    return ("" if (get_language() or "").startswith("zh") else " ").join(part for part in said if part)


def at_label(at: datetime, zone: str, now: datetime) -> str:
    """A minute as said inside a sentence: "tomorrow 09:00" where it would begin one with "Tomorrow 09:00"."""
    label = wording.day_label(at, zone, now)
    is_near = label.startswith(tuple(wording.NEAR_DAYS[wording.EN].values()))
    return label[:1].lower() + label[1:] if is_near else label


def told(evidence: Sequence[Evidence]) -> str:
    """The latest evidence that someone was told of an end; "" when there is none."""
    if not evidence:
        return ""
    last = evidence[-1]
    times = sum(one.kind == Evidence.Kind.OPENED for one in evidence)
    if last.kind == Evidence.Kind.OPENED and times > 1:
        return ngettext("opened the page %(times)d time", "opened the page %(times)d times", times) % {"times": times}
    if last.by:
        return _("told by %(name)s") % {"name": last.by}
    return str(last.get_kind_display())


def beneath_the_minute(clock: Row, *, now: datetime, reader_zone: str) -> str:
    """The small line under a row's last minute: its zone and what a reader wants to know next."""
    zone = clock.term.time_zone
    said = [wording.zone_name(zone)]
    match clock.state:
        case State.ACTIVE | State.SCHEDULED:
            last_at = clock.ends_at - wording.MINUTE
            said.append(wording.beside(last_at, zone, reader_zone) or left(clock, now))
        case State.BUFFER | State.SOFT_LOCKED if clock.lock_at:
            sentence = _("buffer until %(at)s") if clock.state == State.BUFFER else _("locked %(at)s")
            said.append(sentence % {"at": at_label(clock.lock_at, zone, now)})
        case State.BUFFER:
            said.append(_("does not lock: nobody was told") if clock.span.upper is None else _("goes on"))
    return " · ".join(part for part in said if part)


def left(clock: Row, now: datetime) -> str:
    """How long it still runs: exact when that is soon, nothing when there is time."""
    rest = clock.ends_at - now
    return _("%(left)s left") % {"left": wording.stretch(rest)} if rest < 7 * wording.DAY else ""


def what_comes_next(clock: Row, *, now: datetime) -> list[str]:
    """Sentences that say what happens from `now` on if nobody does anything."""
    said = of_the_state(clock)
    if clock.span.upper is not None:
        said.append(
            _("The next term begins %(minute)s.") % {"minute": wording.instant(clock.span.upper, clock.term.time_zone)}
        )
    elif clock.contract.declined_at is not None:
        said.append(_("They said no: it is not going to be renewed. The buffer is theirs all the same."))
    elif clock.contract.renews_itself and clock.state == State.ACTIVE:
        said.append(of_renewing_itself(clock, now=now))
    return said


def of_the_state(clock: Row) -> list[str]:
    """What each state means, and which instant ends it."""
    zone = clock.term.time_zone
    match clock.state:
        case State.SCHEDULED:
            return [_("It begins %(minute)s.") % {"minute": wording.instant(clock.starts_at, zone)}]
        case State.ACTIVE:
            return [_("Until then everything works."), *([] if clock.joins_at else [of_the_buffer(clock)])]
        case State.BUFFER:
            return [_("The last minute has passed. Everything still works: this is the buffer."), of_the_lock(clock)]
        case State.SOFT_LOCKED if clock.lock_at:
            return [
                _("Soft-locked since %(minute)s: work can be read and exported, nothing is lost.")
                % {"minute": wording.instant(clock.lock_at, zone)},
                _("A renewal opens it again at once and starts at that moment."),
            ]
        case State.CLOSED if clock.closes_at:
            return [_("Closed since %(minute)s.") % {"minute": wording.instant(clock.closes_at, zone)}]
    return []


def of_the_buffer(clock: Row) -> str:
    """What follows the end: a lock with its minute, or none as long as nobody was told (rule 10)."""
    zone = clock.term.time_zone
    if clock.span.upper is not None and clock.lock_at is None:
        return _("After it everything goes on working until the next term begins.")
    if clock.lock_at is None:
        return _(
            "After it comes the buffer, at least until %(buffer)s. It does not lock: nobody there was told yet. "
            "Told in time, it would lock %(lock)s."
        ) % {
            "buffer": wording.instant(clock.buffer_ends_at, zone),
            "lock": wording.instant(clock.earliest_lock_at, zone),
        }
    return _("Not renewed by then, it goes on in the buffer, and the soft lock begins %(lock)s.") % {
        "lock": wording.instant(clock.lock_at, zone)
    }


def of_the_lock(clock: Row) -> str:
    """In the buffer: when it locks, or that it does not (rule 10)."""
    if clock.span.upper is not None and clock.lock_at is None:
        return _("It does not lock: the next term begins before.")
    if clock.lock_at is None:
        return _(
            "It does not lock: nobody there was told yet. Once somebody is told, the lock comes 24 hours later "
            "at the earliest, in their working hours."
        )
    return _("The soft lock begins %(minute)s.") % {"minute": wording.instant(clock.lock_at, clock.term.time_zone)}


def of_renewing_itself(clock: Row, *, now: datetime) -> str:
    """Until when the customer can still say no to a contract that renews by itself, if it does (rule 12)."""
    told = [one for one in clock.term.evidence_list if one.kind == Evidence.Kind.RENEWS]
    told_at = min((told_from(one.at, recorded_at=one.recorded_at) for one in told), default=None)
    joins_at = will_join_at(clock.contract, clock.term, told_at=told_at or now)
    if joins_at is None:
        return _("It does not renew by itself this time: nobody there was told 30 days before the end.")
    zone = clock.term.time_zone
    said = {
        "term": term_in_words(clock.contract.renews_for),
        "minute": wording.instant(joins_at - wording.MINUTE, zone),
    }
    if told_at is None:
        return (
            _("It renews by itself for %(term)s once they were told. Told today, they can say no until %(minute)s.")
            % said
        )
    return _("It renews by itself for %(term)s. They can say no until %(minute)s.") % said


def seats(term: ContractTerm) -> str:
    """How many people it is for; "" where nobody said."""
    if term.seats is None:
        return ""
    return ngettext("%(count)d seat", "%(count)d seats", term.seats) % {"count": term.seats}
