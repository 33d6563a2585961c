"""With its next term a renewal is decided: however far its end is, and for what that term costs."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection

from accounts import terms
from accounts.models import Contact, Contract, User
from accounts.services import Sold, change_sold
from renewals.forecast.periods import read
from renewals.forecast.quarter import retentions
from renewals.forecast.reading import visible
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.pipeline.following import follow
from renewals.pipeline.models import Renewal
from renewals.pipeline.rates import rates_now
from renewals.pipeline.services import change
from renewals.pipeline.usual import stages
from renewals.tick import tick
from tests.renewals import cast
from tests.renewals.cast import T, utc

ENDS = utc("2026-11-27T16:00")
put_right = import_module("renewals.migrations.0091_renewals_as_agreed")
YEAR = terms.Term.years(1)


def sold(amount: int | None, currency: str = "CNY") -> Sold:
    return Sold(seats=40, value=None if amount is None else Decimal(amount), currency=currency if amount else "")


def again(renewal: Renewal) -> Renewal:
    return Renewal.objects.get(pk=renewal.pk)


@pytest.fixture
def far(db: None) -> Contract:
    """Through 30 June 2027, 219 days from T, for ¥ 50,000."""
    stages()
    customer = cast.lan_tu(name="Early Bird")
    return cast.contract(customer, number="EB-1", now=T, start="2026-07-01", through="2027-06-30", sold=sold(50000))


@pytest.mark.parametrize(("price", "gross", "net"), [(43200, "0.5", "0.5"), (172800, "1", "2")])
def test_what_is_kept_is_what_the_next_term_costs(renewal: Renewal, admin: User, price, gross, net) -> None:
    renew(renewal.contract, after=ENDS, term=YEAR, by="林岚", now=T, sold=sold(price))

    kept = retentions(visible(admin), read("2026-Q4"), rates_now(now=T))[None]
    assert (kept.gross, kept.net) == (Decimal(gross), Decimal(net))


def test_the_price_of_the_next_term_is_on_record_with_its_currency(renewal: Renewal) -> None:
    renew(renewal.contract, after=ENDS, term=YEAR, by="林岚", now=T, sold=sold(12000, "USD"))

    found = list(renewal.changes.filter(by_name="林岚").order_by("pk").values_list("field", "before", "after"))
    assert found[:2] == [("amount", "86400.00", "12000.00"), ("currency", "CNY", "USD")]
    assert (again(renewal).amount_now, again(renewal).currency_now) == (86400, "CNY")


def test_a_price_of_the_next_term_that_is_put_right_is_put_right_here(renewal: Renewal, chen: User) -> None:
    renew(renewal.contract, after=ENDS, term=YEAR, by="林岚", now=T, sold=sold(40000))

    change_sold(renewal.contract, sold=sold(45000), by=chen, now=utc("2026-11-24T02:00"))

    assert (again(renewal).amount_now, again(renewal).amount) == (86400, 45000)


def test_a_next_term_without_a_price_leaves_what_is_expected(renewal: Renewal, chen: User) -> None:
    change(renewal, amount=Decimal(100000), by=chen, now=T)

    renew(renewal.contract, after=ENDS, term=YEAR, by="林岚", now=T, sold=sold(None))

    assert again(renewal).amount == 100000


def test_who_renews_long_before_the_end_is_signed_for_that_price(far: Contract, admin: User) -> None:
    first = far.terms.get()

    renew(far, after=first.ends_at, term=YEAR, by="林岚", now=T, sold=sold(60000))

    renewal = Renewal.objects.get(term=first)
    assert (renewal.outcome, renewal.closed_at, renewal.amount_now, renewal.amount) == ("signed", T, 50000, 60000)
    assert retentions(visible(admin), read("2027-Q2"), rates_now(now=T))[None].renewed == 60000


def test_it_is_opened_once_and_the_next_terms_own_when_its_time_comes(far: Contract) -> None:
    renew(far, after=far.terms.get().ends_at, term=YEAR, by="林岚", now=T)

    follow([far.pk], now=utc("2027-06-01T02:00"))
    tick(now=utc("2028-04-20T02:00"))

    assert list(Renewal.objects.order_by("ends_at").values_list("outcome", flat=True)) == ["signed", ""]


def test_who_renews_by_itself_long_before_the_end_is_signed_too(db: None, he_jing: User) -> None:
    stages()
    contract = cast.lan_tu_contract(
        now=T, start="2026-07-01", through="2027-06-30", renews_itself=True, notice_days=120, renews_for="1 year"
    )
    said = {"kind": Evidence.Kind.RENEWS, "contact": Contact.objects.get(), "note": "told"}
    record_evidence(contract.terms.get(), by=he_jing, now=T, at=T, **said)

    tick(now=utc("2027-03-03T03:00"))

    assert Renewal.objects.get().outcome == "signed"


def test_what_was_renewed_before_this_was_so_is_put_right(renewal: Renewal, far: Contract) -> None:
    renew(far, after=far.terms.get().ends_at, term=YEAR, by="林岚", now=T, sold=sold(60000))
    renew(renewal.contract, after=ENDS, term=YEAR, by="林岚", now=T, sold=sold(12000, "USD"))
    Renewal.objects.filter(contract=far).delete()
    Renewal.objects.filter(pk=renewal.pk).update(amount=86400, currency="CNY")
    renewal.changes.all().delete()

    with connection.cursor() as cursor:
        for statement in (put_right.OPEN.replace("now()", f"'{T.isoformat()}'"), put_right.PRICE):
            cursor.execute(statement)

    found = Renewal.objects.order_by("ends_at").values_list("outcome", "amount", "currency", "closed_at")
    assert list(found) == [("signed", 12000, "USD", T), ("signed", 60000, "CNY", T)]
    assert list(renewal.changes.order_by("pk").values_list("field", "before", "after")) == [
        ("amount", "86400.00", "12000.00"), ("currency", "CNY", "USD"),
    ]  # fmt: skip
