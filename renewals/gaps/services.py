"""Gives back what a lock took too early: a rule's time, accepted by a person (rules 5 and 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import wording
from accounts.models import User
from accounts.services import NotAllowed, locked
from renewals.gaps.observing import Answer, Observed, observed
from renewals.locking.granting import DAY, LIMITS, give_back, whole_days
from renewals.locking.models import Grant

MAY_GIVE_ALL = (User.Role.MANAGER, User.Role.ADMIN)
"""Who may give back many at once; one by one, whoever may see the contract, up to the limit of their role."""


@transaction.atomic
def accept(seen: Observed, *, by: User, now: datetime) -> Grant:
    """Give back what one observed lock took, rounded up to the day: once, whoever clicks and however often.

    Raises `NotAllowed` where it was given back already, makes no sense any more, or is beyond the role's limit.
    """
    locked(seen.contract)
    fresh = cast("Observed", observed(by, now=now).get(pk=seen.pk))
    if fresh.answer == Answer.GIVEN:
        raise NotAllowed(_("It is given back already."))
    if fresh.answer != Answer.PROPOSED:
        raise NotAllowed(_("This is not given back: %(why)s.") % {"why": Answer(fresh.answer).label})
    limit = LIMITS[User.Role(by.role)]
    if whole_days(fresh.taken) > limit:
        raise NotAllowed(
            ngettext(
                "It is more than the %(days)d day that you can give. Ask your manager, or move the end.",
                "It is more than the %(days)d days that you can give. Ask your manager, or move the end.",
                limit // DAY,
            )
            % {"days": limit // DAY}
        )
    took = wording.stretch(fresh.taken)
    reason = _("The product locked %(took)s too early (rule 21).") % {"took": took}
    return give_back(fresh.contract, time=fresh.taken, reason=reason, by=by, observed=fresh, now=now)


@dataclass(slots=True)
class Outcome:
    """How giving back many went: how many were given, and why the others were not."""

    given: int = 0
    refused: list[str] = field(default_factory=list)


def accept_all(found: Sequence[Observed], *, by: User, now: datetime) -> Outcome:
    """Give back each of these, each for itself: one that cannot be given stops no other. `NotAllowed` for a CSM."""
    if by.role not in MAY_GIVE_ALL:
        raise NotAllowed(_("Giving back all at once is for managers. Give them back one by one."))
    outcome = Outcome()
    for one in found:
        try:
            accept(one, by=by, now=now)
        except NotAllowed as problem:
            outcome.refused.append(f"{one.contract.number}: {problem}")
        else:
            outcome.given += 1
    return outcome
