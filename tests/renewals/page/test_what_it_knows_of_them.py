"""What they achieved, when their own work peaks, and when the person to talk to is there: facts, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Contact, Contract, Peak, User
from accounts.peaks import note_peak
from accounts.rhythm import Stretch
from accounts.services import last_term
from accounts.terms import Term
from renewals.interventions.models import Absence
from renewals.locking.renewing import renew
from renewals.page.rhythm import Lies, foremost
from renewals.usage.models import Metric
from renewals.usage.services import Signal, take_signals
from tests.renewals.cast import T, chen, utc
from tests.renewals.page.test_what_it_says import words

DAY = timedelta(days=1)
ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")


def uses(contract: Contract, metric: str, value: float, *, at: datetime = T - DAY, user: str = "") -> None:
    take_signals([Signal(contract_id=contract.pk, at=at, metric=metric, value=value, user=user)], now=T)


@pytest.fixture
def reports(contract: Contract) -> None:
    called = {"one_en": "report", "many_en": "reports", "zh": "份报表"}
    Metric.objects.create(product=contract.product, code="reports", changed_at=T, **called)


def test_what_was_done_in_the_term_is_shown_in_its_words(visit, contract: Contract, reports) -> None:
    uses(contract, "reports", 3418)

    assert "This year with us reports 3,418" in words(visit())
    assert "份报表 3,418" in words(visit(language="zh-hans"))


def test_who_works_with_it_is_counted_once_each(visit, contract: Contract, reports) -> None:
    for user in ("a", "b", "a"):
        uses(contract, "reports", 1, user=user)

    assert "colleagues in the last 4 weeks 2" in words(visit())


def test_what_was_done_before_the_term_is_not_its_doing(visit, contract: Contract, reports) -> None:
    uses(contract, "reports", 3418, at=utc("2025-11-20T02:00"))

    assert "with us" not in words(visit())


@pytest.mark.parametrize("said", [{"is_shown": False}, {"is_support": True}])
def test_what_is_not_to_be_shown_is_not(visit, contract: Contract, reports, said) -> None:
    Metric.objects.update(**said)
    uses(contract, "reports", 3418)

    assert "3,418" not in words(visit())


def test_a_metric_that_nobody_gave_words_to_is_not_shown(visit, contract: Contract) -> None:
    uses(contract, "api_calls_v2", 3418)

    assert "3,418" not in words(visit())


def test_after_the_renewal_it_is_still_the_term_that_runs(visit, contract: Contract, reports) -> None:
    uses(contract, "reports", 3418)
    renew(contract, after=last_term(contract).ends_at, term=Term.years(1), by="林岚", now=T)

    assert "This year with us reports 3,418" in words(visit())


def test_with_figures_and_a_peak_it_takes_one_query_more(
    visit, contract: Contract, reports, django_assert_max_num_queries
) -> None:
    uses(contract, "reports", 3418, user="a")
    note_peak(contract.customer, by=chen(), now=T, name="月结", kind=Peak.Kind.MONTH_END, count=3)
    visit()

    with django_assert_max_num_queries(11):
        visit()


def peak(begins: str, ends: str) -> Stretch:
    begins_at, ends_at = utc(begins), utc(ends)
    return Stretch(
        begins_at=begins_at, ends_at=ends_at, first_day=begins_at.date(), last_day=ends_at.date(), name="月结"
    )


@pytest.mark.parametrize(
    ("begins", "ends", "lies"),
    [
        ("2026-11-29T16:00", "2026-11-30T16:00", Lies.ON_THE_LOCK),
        ("2026-12-01T00:59", "2026-12-02T16:00", Lies.ON_THE_LOCK),
        ("2026-12-01T01:00", "2026-12-02T16:00", Lies.SOON_AFTER),
        ("2026-11-28T16:00", "2026-11-30T01:00", Lies.IN_THE_BUFFER),
        ("2026-11-25T16:00", "2026-11-27T16:01", Lies.IN_THE_BUFFER),
        ("2026-11-25T16:00", "2026-11-27T16:00", Lies.BEFORE_THE_END),
    ],
)
def test_a_peak_lies_to_the_minute_somewhere(begins, ends, lies) -> None:
    told = foremost([peak(begins, ends)], ends_at=ENDS_AT, lock_at=LOCK_AT, now=T)

    assert told is not None
    assert told[0] is lies


def test_what_matters_most_is_told_first() -> None:
    before, lock = peak("2026-11-24T16:00", "2026-11-25T16:00"), peak("2026-11-29T16:00", "2026-11-30T16:00")

    assert foremost([before, lock], ends_at=ENDS_AT, lock_at=LOCK_AT, now=T) == (Lies.ON_THE_LOCK, lock)


def test_of_a_peak_that_is_over_nothing_is_told() -> None:
    over = peak("2026-11-20T16:00", "2026-11-23T04:07")

    assert foremost([over], ends_at=ENDS_AT, lock_at=LOCK_AT, now=T) is None


def test_a_peak_on_the_lock_is_told_with_its_days_and_drawn(visit, contract: Contract) -> None:
    note_peak(contract.customer, by=chen(), now=T, name="月结", kind=Peak.Kind.MONTH_END, count=3)

    said = visit().content.decode()

    assert "Your busy time, 月结 (28–30 Nov 2026), falls on just these days." in said
    assert "Your work peaks: 月结" in said
    assert 'class="peak"' in said


def test_months_ahead_no_peak_is_told(visit, contract: Contract) -> None:
    note_peak(contract.customer, by=chen(), now=T, name="月结", kind=Peak.Kind.MONTH_END, count=3)

    assert "Your busy time" not in words(visit(now=ENDS_AT - 61 * DAY))


def test_the_person_to_talk_to_is_there_now(visit) -> None:
    assert "At work on working days, 09:00–18:00 (Asia/Shanghai) · there now" in words(visit())


def test_at_ten_to_midnight_it_is_told_when_they_are_back(visit) -> None:
    said = words(visit(now=utc("2026-11-27T15:50")))

    assert "09:00–18:00 (Asia/Shanghai) · back 30 November 2026, 09:00 (Asia/Shanghai)" in said


def test_who_is_away_is_back_after_that(visit, contract: Contract) -> None:
    away = {"from_at": T - DAY, "until_at": utc("2026-11-25T03:00")}
    Absence.objects.create(user=chen(), **away)

    assert "back 25 November 2026, 11:00 (Asia/Shanghai)" in words(visit())


def test_a_reader_elsewhere_sees_their_hours_on_their_own_clocks(visit, contract: Contract) -> None:
    Contact.objects.update(time_zone="Europe/London")

    assert "09:00–18:00 (Asia/Shanghai); by your clocks 01:00–10:00" in words(visit())


def test_a_day_of_theirs_that_ends_at_midnight_ends_at_24(visit, contract: Contract) -> None:
    User.objects.update(time_zone="Europe/London")
    Contact.objects.update(time_zone="Asia/Tbilisi")  # four hours ahead; Lan Tu's calendar is not London's
    said = words(visit())

    assert "; by your clocks 13:00–22:00" in said


def test_the_last_day_has_words_of_its_own(visit, contract: Contract) -> None:
    assert "nothing is cut off when they are over" not in words(visit(now=ENDS_AT - DAY - timedelta(seconds=1)))
    assert "nothing is cut off when they are over" in words(visit(now=ENDS_AT - DAY))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            "2026-11-23T04:07",
            "Until the last minute everything works as usual, and for another 2 days 9 hours after it: the extra time",
        ),
        ("2026-11-28T03:00", "Everything works on until 30 November 2026, 09:00 (Asia/Shanghai)"),
        ("2026-11-30T01:00", "Your work can still be read and exported until 28 February 2027, 09:00 (Asia/Shanghai)"),
    ],
)
def test_who_said_no_is_told_what_is_left_to_them(visit, told: Contract, now, said) -> None:
    Contract.objects.update(declined_at=T - DAY)

    page = words(visit(now=utc(now)))

    assert f"You have told us that you will not go on. {said}" in page


def test_the_countdown_goes_on_from_the_servers_instant(visit) -> None:
    """So many seconds as the product's API says, and until the same instant."""
    said = visit(now=utc("2026-11-27T15:50")).content.decode()

    assert f'data-countdown="600" data-until="{ENDS_AT.isoformat()}"' in said


def test_who_looks_after_nobody_is_no_hindrance(visit, contract: Contract) -> None:
    Contract.objects.update(owner=None)

    assert "mailto:" in visit().content.decode()
