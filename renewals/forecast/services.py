"""The verb that sets a target, and which target holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.services import NotAllowed
from renewals.forecast.models import Target
from renewals.forecast.periods import Period
from renewals.pipeline.rates import Rates

MAY_SET = (User.Role.MANAGER, User.Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a target is for: a team, a CSM, or with neither the whole company; by their keys."""

    team: int | None = None
    csm: int | None = None


COMPANY = Whom()


@transaction.atomic
def set_target(
    *,
    period: Period,
    amount: Decimal | None,
    currency: str,
    by: User,
    now: datetime,
    team: Team | None = None,
    csm: User | None = None,
) -> Target:
    """Put a target on record; the one before it stays there. None for an amount takes it away.

    Managers set those of their team and its people, administrators all: `NotAllowed` for anybody else.
    """
    refuse_others(by, team, csm)
    row = Target(
        team=team, csm=csm, first_on=period.first, months=period.months, amount=amount, currency=currency, at=now, by=by
    )
    row.full_clean(exclude=["by"])
    row.save()
    return row


def refuse_others(by: User, team: Team | None, csm: User | None) -> None:
    """A manager's are those of their own team."""
    theirs = team.pk if team else csm.team_id if csm else None
    if by.role not in MAY_SET or not (by.sees_everything or (theirs is not None and theirs == by.team_id)):
        raise NotAllowed(_("You set the targets of your own team and its people."))


def targets(periods: Iterable[Period]) -> dict[tuple[Whom, Period], Target]:
    """The targets that hold for these periods, by whom and period. One query."""
    asked = set(periods)
    rows = Target.objects.filter(first_on__in={period.first for period in asked}).order_by("at", "pk")
    found = {(Whom(row.team_id, row.csm_id), Period(row.first_on, row.months)): row for row in rows}
    return {key: row for key, row in found.items() if row.amount is not None and key[1] in asked}


def target_of(
    whom: Whom, period: Period, found: dict[tuple[Whom, Period], Target], rates: Rates, *, teams: Iterable[int] = ()
) -> Decimal | None:
    """A target in the home currency: a quarter's own, else its months' together; the company's, else its `teams'`.

    None where nobody set one, or nobody entered a rate for its currency.
    """
    own = found.get((whom, period))
    if own is not None:
        return rates.into_home(own.amount, own.currency)
    parts = [target_of(whom, month, found, rates) for month in period.each_month] if period.is_quarter else []
    if any(part is not None for part in parts):
        return sum((part for part in parts if part is not None), Decimal(0))
    if whom == COMPANY:
        of_teams = [target_of(Whom(team=team), period, found, rates) for team in teams]
        if any(part is not None for part in of_teams):
            return sum((part for part in of_teams if part is not None), Decimal(0))
    return None
