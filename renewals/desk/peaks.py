"""What staff are told of an end that meets a peak of its customer's work, and what they can do about it (rule 18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import rhythm_words, wording
from accounts.models import User
from accounts.rhythm import How, Rhythm, Stretch
from renewals.desk.rows import Row
from renewals.desk.words import sentences
from renewals.locking.granting import left_to_give_each
from renewals.locking.peaks import Met, met_by

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is said of an end that meets a peak. What can be done is named by its outcome; "" where it cannot."""

    said: str
    give: str
    give_url: str
    leave_url: str


def notes_of(
    clocks: Sequence[Row], *, rhythms: Mapping[int, Rhythm], reader: User, now: datetime
) -> Mapping[int, Note]:
    """What is said of those of these clocks that meet a peak, by their key, in a constant number of queries."""
    met = met_by(clocks, rhythms=rhythms, now=now)
    meeting = [clock for clock in clocks if clock.pk in met]
    left = left_to_give_each([clock.term_id for clock in meeting], by=reader)
    return {clock.pk: note(clock, met[clock.pk], left=left[clock.term_id], now=now) for clock in meeting}


def note(clock: Row, met: Met, *, left: timedelta, now: datetime) -> Note:
    """`left` is how much time the reader can still give to this end."""
    today = wording.local(now, clock.contract.customer.time_zone).date()
    meeting = [how_it_meets(how, stretch, today=today) for how, stretch in met.collision.met]
    days = met.days or 0
    can_give = 0 < days <= left // DAY
    return Note(
        said=sentences(*meeting, what_it_takes(clock, met, can_give=can_give)),
        give=ngettext("Give %(days)d day", "Give %(days)d days", days) % {"days": days} if can_give else "",
        give_url=give_url(clock, met, today=today) if can_give else "",
        leave_url=reverse("desk:leave_peak", args=[clock.contract_id]) if met.waits else "",
    )


def how_it_meets(how: How, stretch: Stretch, *, today: date) -> str:
    """As in "The last minute falls in their month-end close (28–30 Nov)."."""
    peak = {"peak": rhythm_words.stretch(stretch, today=today)}
    match how:
        case How.END_IN:
            return _("The last minute falls in their %(peak)s.") % peak
        case How.LOCK_IN:
            return _("The soft lock would begin in their %(peak)s.") % peak
        case How.END_NEAR:
            return _("Their %(peak)s begins soon after the last minute.") % peak


def what_it_takes(clock: Row, met: Met, *, can_give: bool) -> str:
    """Whether the lock comes after it, who left it so, or how much time would take it past."""
    if met.days == 0 and met.collision.past_at:
        lock = {"lock": wording.instant(met.collision.past_at, clock.term.time_zone)}
        if clock.lock_at is None:
            return _("Told in time, they are not locked before it is over: %(lock)s.") % lock
        return _("The soft lock waits until it is over: %(lock)s.") % lock
    if met.left:
        return _("%(name)s left it as it is: %(reason)s") % {"name": met.left.by, "reason": met.left.reason}
    if met.days is None or met.collision.past_at is None:
        return _("No extra time takes the lock past it: talk to them about another end.")
    said = {"days": met.days, "lock": wording.instant(met.collision.past_at, clock.term.time_zone)}
    if not can_give:
        return (
            ngettext(
                "It takes %(days)d day more, and that is more than you can give: ask your manager, or move the end.",
                "It takes %(days)d days more, and that is more than you can give: ask your manager, or move the end.",
                met.days,
            )
            % said
        )
    return (
        ngettext(
            "With %(days)d day more, the soft lock waits until it is over: %(lock)s.",
            "With %(days)d days more, the soft lock waits until it is over: %(lock)s.",
            met.days,
        )
        % said
    )


def give_url(clock: Row, met: Met, *, today: date) -> str:
    """The form that gives the time, filled in."""
    said = {"days": met.days, "reason": reason([stretch for _how, stretch in met.collision.met], today=today)}
    return f"{reverse('desk:give', args=[clock.contract_id])}?{urlencode(said)}"


def reason(stretches: Sequence[Stretch], *, today: date) -> str:
    """Why the time is given, for the record."""
    peaks = rhythm_words.listed(rhythm_words.stretch(stretch, today=today) for stretch in stretches)
    return _("So that the soft lock comes after their %(peaks)s.") % {"peaks": peaks}
