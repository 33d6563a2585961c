"""The verb that sets a target, and which target holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def made_of(whom: Whom | None, period: Period, found: Mapping[tuple[Whom, Period], Target]) -> list[Target]:
    """What a target is made of: a quarter's own, else its months' together; the company's, else those of the teams.

    Nothing for nobody.
    """
    if whom is None:
        return []
    own = found.get((whom, period))
    if own is not None:
        return [own]
    months = period.each_month if period.is_quarter else []
    of_months = [found[whom, month] for month in months if (whom, month) in found]
    if of_months or whom != COMPANY:
        return of_months
    teams = {one.team for one, _period in found if one.team}
    return [one for team in teams for one in made_of(Whom(team=team), period, found)]


def added_up(parts: Iterable[Target], rates: Rates) -> Decimal | None:
    """These as one target in the home currency; None for none, and where one of them has no rate: less is no target."""
    amounts = [rates.into_home(one.amount, one.currency) for one in parts]
    return sum((amount for amount in amounts if amount), Decimal(0)) if amounts and None not in amounts else None
