"""What the review says of a week: here the one to Sunday 29 November, in which Lan Tu's contract ends on Friday."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import terms
from accounts.models import Contract, User
from accounts.services import Sold, change_details, change_sold, last_term
from renewals.conversations.models import Promise
from renewals.lastmile.definitions import Way
from renewals.locking.models import Evidence, LockObservation
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.pipeline.models import LossReason, Renewal
from renewals.pipeline.services import change
from renewals.weekly.facts import Review, review
from renewals.weekly.weeks import Week
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.pipeline.conftest import stage

WEEK = Week.read("2026-W48", "Asia/Shanghai")
ENDS, AFTERWARDS = utc("2026-11-27T16:00"), utc("2026-12-01T01:00")
DAY = timedelta(days=1)


@pytest.fixture
def contract(chen: User) -> Contract:
    """Through Friday for ¥ 86,400, told of on the 20th: it locks on Monday, 30 November, 09:00."""
    found = cast.lan_tu_contract()
    change_sold(found, sold=Sold(seats=40, value=Decimal(86400), currency="CNY"), by="a test", now=T)
    record_evidence(last_term(found), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-20T02:00"), now=T)
    return found


def of(user: User, *, now=AFTERWARDS, team: int | None = None) -> Review:
    return review(user, WEEK, team=team, now=now)


def went(found: Review) -> dict[str, int]:
    return {one.way: one.count for one in found.ended if one.count}


@pytest.mark.parametrize(
    ("renewed_at", "how"),
    [
        (ENDS - timedelta(minutes=1), Way.IN_TIME),
        (ENDS, Way.BUFFER),
        (utc("2026-11-30T00:59"), Way.BUFFER),
        (utc("2026-11-30T01:01"), Way.LATE),
        (None, Way.OPEN),
    ],
    ids=["in the last minute", "at its end", "before the lock", "a minute after the lock", "never"],
)
def test_an_end_went_as_it_was_renewed(contract, chen, renewed_at, how) -> None:
    if renewed_at:
        renew(contract, after=ENDS, term=terms.Term.years(1), by=chen, now=renewed_at)

    found = of(chen)
    assert went(found) == {how: 1}
    assert next(one.amounts for one in found.ended if one.count) == [(Decimal(86400), "CNY")]


def test_who_said_no_is_lost_with_the_reason_and_its_words(contract, chen) -> None:
    lost, reason = stage("lost"), LossReason.objects.get(word="price")
    change(
        Renewal.objects.get(), stage=lost, loss_reason=reason, loss_words="halved", by=chen, now=utc("2026-11-25T01:00")
    )

    found = of(chen)
    assert went(found) == {Way.LOST: 1}
    assert [(one.loss_reason.word, one.loss_words) for one in found.lost] == [("price", "halved")]


def test_a_change_of_stage_is_said_from_which_to_which(contract, chen) -> None:
    change(Renewal.objects.get(), stage=stage("offer_out"), by=chen, now=utc("2026-11-25T01:00"))

    [moved] = of(chen).moved
    assert (moved.before, moved.after) == ("not started", "offer out")


def test_what_moved_before_the_week_is_another_weeks(contract, chen) -> None:
    change(Renewal.objects.get(), stage=stage("offer_out"), by=chen, now=WEEK.starts_at - timedelta(seconds=1))
    assert of(chen).moved == []


def test_what_ends_within_two_weeks_and_is_not_signed_is_ahead(contract, chen) -> None:
    assert [one.contract for one in of(chen, now=ENDS - 14 * DAY + timedelta(seconds=1)).ahead] == [contract]
    assert of(chen, now=ENDS - 14 * DAY).ahead == []


def test_what_is_signed_is_not_ahead_any_more(contract, chen) -> None:
    renew(contract, after=ENDS, term=terms.Term.years(1), by=chen, now=T)
    assert of(chen, now=T).ahead_count == 0


def test_a_lock_that_came_too_early_slipped_with_what_it_took(contract, chen) -> None:
    term = last_term(contract)
    LockObservation.objects.create(
        contract=contract,
        locked_at=ENDS - DAY,
        reported_at=ENDS,
        ends_at=ENDS,
        last_minute=term.last_minute,
        time_zone=term.time_zone,
        earliest_lock_at=ENDS + DAY,
    )

    slips = of(chen).slips
    assert (slips.locks_too_early, slips.taken) == (1, DAY)


def test_an_end_that_nobody_was_told_of_slipped(contract, chen) -> None:
    assert of(chen).slips.untold == 0
    Evidence.objects.all().delete()
    change_details(contract, signed_by="周", by="a test", now=T)  # their clocks follow

    assert of(chen).slips.untold == 1


def promised(contract: Contract, by: User, day: str) -> None:
    said = {"customer": contract.customer, "contract": contract, "what": "an export", "by": by, "made_at": T}
    Promise.objects.create(due_on=day, time_zone="Asia/Shanghai", **said)


def test_what_we_promised_is_late_once_its_day_is_over(contract, chen) -> None:
    promised(contract, chen, "2026-12-01")
    assert of(chen).slips.promises == []

    assert [one.what for one in of(chen, now=AFTERWARDS + DAY).slips.promises] == ["an export"]


def test_another_teams_week_is_theirs(contract, emma) -> None:
    assert went(of(emma)) == {}


def test_an_administrator_asks_for_one_team(contract, chen, emma) -> None:
    ada = User.objects.create_user("ada@vendor.test", name="Ada", role=User.Role.ADMIN)

    assert went(of(ada)) == {Way.OPEN: 1}
    assert went(of(ada, team=chen.team_id)) == {Way.OPEN: 1}
    assert went(of(ada, team=emma.team_id)) == {}


def test_more_contracts_ask_the_database_no_more_often(contract, chen) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            of(chen, now=T)
        return len(queries)

    before = asked()
    for n in range(3):
        cast.contract(contract.customer, number=f"LT-{n}")
    assert asked() == before


def test_what_is_ahead_says_why_it_is_at_risk(contract, chen) -> None:
    [(ahead, why)] = of(chen, now=T).ahead_with_why

    assert ahead.contract == contract
    assert "还没有谈定，只剩 4 天。" in why or "Nothing is agreed, and 4 days are left." in why
