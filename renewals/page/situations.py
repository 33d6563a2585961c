"""In which situation a customer opens their page: each has sentences of its own. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from renewals.entitlement import State, Windows, state_at

ASKS_AHEAD = timedelta(days=90)
"""How long before the end the page asks to renew, at most; and never in the first half of a term."""


class Situation(StrEnum):
    """What is told differs; each value names the fragment with the words."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    AGREED = "agreed"
    """The next term is agreed: it joins the one that runs, or begins before anything would lock."""
    RENEWS_ITSELF = "renews_itself"
    BRIDGED = "bridged"
    """After the end, and the next term begins before anything would lock."""
    BUFFER = "buffer"
    UNTOLD = "untold"
    """In the buffer, and nobody had been told of the end: nothing locks yet (rule 10)."""
    SOFT_LOCKED = "soft_locked"
    CLOSED = "closed"


def situation_at(window: Windows, now: datetime, *, last_term_at: datetime, renews_itself: bool) -> Situation:
    """The situation at `now`. `last_term_at` is where the last term of the stretch begins."""
    state = state_at(window, now)
    goes_on = window.until_at is not None and window.lock_at is None
    if state is State.ACTIVE and (now < last_term_at or goes_on):
        return Situation.AGREED
    if state is State.BUFFER and goes_on:
        return Situation.BRIDGED
    if state is State.ACTIVE and renews_itself:
        return Situation.RENEWS_ITSELF
    if state is State.BUFFER and window.lock_at is None:
        return Situation.UNTOLD
    return Situation(state)


def asks_to_renew(window: Windows, now: datetime, *, last_term_at: datetime) -> bool:
    """Whether it is time to put the renewal forward, or early enough to leave it folded away."""
    ahead = min(ASKS_AHEAD, (window.ends_at - last_term_at) / 2)
    return window.ends_at - now <= ahead
