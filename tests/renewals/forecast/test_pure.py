"""Periods, weights, retention and movement: the rules alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.forecast.movement import Move, Standing, moved, sums
from renewals.forecast.periods import Period, month_of, quarter_of, read
from renewals.forecast.retention import Decided, retention
from renewals.forecast.weights import USUAL, Weights

Q4 = Period(date(2026, 10, 1), 3)


@pytest.mark.parametrize(("text", "period"), [("2026-Q4", Q4), ("2026-12", Period(date(2026, 12, 1)))])
def test_a_period_is_read_as_it_is_written(text, period):
    assert read(text) == period
    assert period.key == text


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "2026-13", "2026-00", "1999-Q1", "２０２６-12", "2026-Q4 "])
def test_anything_else_is_no_period(text):
    assert read(text) is None


@given(st.dates(date(2001, 1, 1), date(2199, 12, 31)))
def test_each_day_is_in_one_month_of_its_quarter(day):
    months = quarter_of(day).each_month

    assert [month for month in months if month.holds(day)] == [month_of(day)]
    assert quarter_of(day).moved(1).moved(-1) == quarter_of(day)


def test_a_quarter_goes_over_the_year():
    assert Q4.moved(1) == Period(date(2027, 1, 1), 3)
    assert Q4.last == date(2026, 12, 31)


def test_the_forecast_is_what_is_signed_and_a_share_of_each_category():
    amounts = {"commit": Decimal(100), "best_case": Decimal(50), "pipeline": Decimal(10), "omitted": Decimal(1000)}

    assert USUAL.expect(amounts, Decimal(7)) == 7 + 90 + 30 + 3
    assert Weights(100, 0, 0).expect(amounts, Decimal(7)) == 107


def decided(customer: int, was: int | None, now: int | None, *, is_signed: bool = True) -> Decided:
    amounts = [None if one is None else Decimal(one) for one in (was, now)]
    return Decided(customer=customer, is_signed=is_signed, was=amounts[0], now=amounts[1])


def test_growth_hides_no_loss():
    found = retention([decided(1, 100, 300), decided(2, 100, None, is_signed=False)])

    assert (found.gross, found.net) == (Decimal("0.5"), Decimal("1.5"))


def test_a_customer_who_went_on_for_less_is_kept_but_not_whole():
    found = retention([decided(1, 100, 80), decided(2, 100, 100)])

    assert (found.gross_customers, found.net_customers) == (Decimal("0.5"), 1)
    assert found.gross == found.net == Decimal("0.9")


def test_a_customer_with_several_contracts_is_one():
    found = retention([decided(1, 100, 100), decided(1, 50, None, is_signed=False)])

    assert (found.customers, found.whole, found.going_on) == (1, 0, 1)


def test_without_an_amount_it_counts_among_the_customers_alone():
    found = retention([decided(1, 100, 100), decided(2, None, 70), decided(3, 50, None)])

    assert (found.ended, found.customers, found.without_amount) == (100, 3, 2)


def test_of_nothing_there_is_no_share():
    assert retention([]).gross is retention([]).net_customers is None


def stands(amount: int = 100, category: str = "pipeline", outcome: str = "", *, in_period: bool = True) -> Standing:
    return Standing(in_period=in_period, outcome=outcome, category=category, amount=Decimal(amount))


@pytest.mark.parametrize(
    ("was", "now", "move", "delta"),
    [
        (None, stands(), Move.CAME_IN, 100),
        (stands(in_period=False), stands(), Move.CAME_IN, 100),
        (stands(), stands(in_period=False), Move.SLIPPED, -100),
        (stands(), stands(outcome="signed"), Move.SIGNED, -100),
        (stands(), stands(outcome="lost"), Move.LOST, -100),
        (stands(outcome="lost"), stands(), Move.REOPENED, 100),
        (stands(), stands(130), Move.MORE, 30),
        (stands(), stands(70, "commit"), Move.LESS, -30),
        (stands(), stands(category="commit"), Move.SURER, 0),
        (stands(), stands(category="omitted"), Move.LESS_SURE, 0),
    ],
)
def test_what_became_of_a_renewal(was, now, move, delta):
    found = moved(1, was, now)

    assert found
    assert (found.move, found.delta) == (move, delta)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (stands(), stands()),
        (None, stands(outcome="signed")),
        (None, stands(in_period=False)),
        (stands(in_period=False), stands(outcome="signed")),
        (stands(outcome="signed"), stands(outcome="signed", in_period=False)),
    ],
)
def test_what_is_in_neither_sum_did_not_move(was, now):
    assert moved(1, was, now) is None


STANDINGS = st.builds(
    Standing,
    in_period=st.booleans(),
    outcome=st.sampled_from(["", "signed", "lost"]),
    category=st.sampled_from(["commit", "best_case", "pipeline", "omitted"]),
    amount=st.integers(0, 1000).map(Decimal),
)


@given(st.lists(st.tuples(st.none() | STANDINGS, STANDINGS), max_size=20))
def test_what_was_open_and_all_moves_make_what_is_open(pairs):
    found = [one for number, (was, now) in enumerate(pairs) if (one := moved(number, was, now))]

    then = sum((was.counts for was, _now in pairs if was), Decimal(0))
    assert then + sum(delta for _count, delta in sums(found).values()) == sum(now.counts for _was, now in pairs)
