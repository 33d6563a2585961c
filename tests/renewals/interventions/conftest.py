"""A lock on Monday 30 November 2026 at 09:00 in Shanghai, and the team that is on duty."""

from __future__ import annotations

import pytest

from accounts.models import Contract, Team, User, WorkingCalendar
from accounts.services import default_calendar
from renewals.interventions.models import Intervention
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from tests.renewals import cast
from tests.renewals.cast import T, utc

LOCK_AT = utc("2026-11-30T01:00")


@pytest.fixture
def china_calendar(db: None) -> WorkingCalendar:
    return default_calendar("CN")


@pytest.fixture
def team(china_calendar: WorkingCalendar) -> dict[str, User]:
    """Chen, who owns the contract; He Jing, the next; Zhou Ning, who leads them. All work in Shanghai."""
    china = Team.objects.create(name="中国区")
    said = {"team": china, "calendar": china_calendar, "language": "en"}
    return {
        "chen": cast.chen(**said),
        "he": User.objects.create_user("he@vendor.test", name="何静", duty_place=1, **said),
        "zhou": User.objects.create_user("zhou@vendor.test", name="周宁", role=User.Role.MANAGER, **said),
    }


@pytest.fixture
def told(team: dict[str, User]) -> Contract:
    """Lan Tu's contract, of whose end Lin was told in time: it locks at `LOCK_AT`."""
    found = cast.lan_tu_contract()
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=T, now=T)
    return found


@pytest.fixture
def locked(told: Contract) -> Intervention:
    """The intervention that the tick opened at the lock."""
    tick(now=LOCK_AT)
    return Intervention.objects.get()
