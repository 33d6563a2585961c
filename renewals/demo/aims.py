"""What the demo's teams and people are to bring: a little more than they expect."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from accounts.models import Team, User
from renewals.demo.script import DAY
from renewals.forecast.ending import ending_in
from renewals.forecast.periods import Period, quarter_of
from renewals.forecast.services import set_target
from renewals.health.services import today_here
from renewals.pipeline.models import Renewal
from renewals.pipeline.rates import home, rates_now

ROUND = Decimal(10_000)
SHARE = Decimal("0.95")
"""Of what ends: who aims at all of it is disappointed each time."""


def aim(*, admin: User, now: datetime) -> None:
    """A target for each team and each of its people, of this quarter and the next, set some weeks ago."""
    this = quarter_of(today_here(now))
    for period in (this, this.moved(1)):
        by_owner = worth(period, now=now)
        by_team: dict[Team, Decimal] = defaultdict(Decimal)
        for owner, amount in by_owner.items():
            set_aim(period, amount, by=admin, now=now, csm=owner)
            if owner.team is not None:
                by_team[owner.team] += amount
        for team, amount in by_team.items():
            set_aim(period, amount, by=admin, now=now, team=team)


def worth(period: Period, *, now: datetime) -> dict[User, Decimal]:
    """What ends in a period by whose it is, in the home currency."""
    rates = rates_now(now=now)
    found: dict[User, Decimal] = defaultdict(Decimal)
    mine = Renewal.objects.filter(contract__owner__isnull=False).select_related("contract__owner__team")
    for one in ending_in(mine, period):
        owner = one.contract.owner
        if owner is not None:
            found[owner] += rates.into_home(one.amount_now, one.currency_now) or Decimal(0)
    return found


def set_aim(
    period: Period, amount: Decimal, *, by: User, now: datetime, team: Team | None = None, csm: User | None = None
) -> None:
    """Rounded up, as such numbers are; nothing where nothing ends."""
    rounded = -(-amount * SHARE // ROUND) * ROUND
    if rounded:
        set_target(period=period, amount=rounded, currency=home(), by=by, now=now - 45 * DAY, team=team, csm=csm)
