"""What the database refuses, whoever writes: each invariant by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import Amendment, CalendarDay, Contract, ContractTerm, Customer, Product, User, WorkingCalendar
from accounts.services import default_calendar
from tests.renewals.cast import T, collab, lan_tu, lan_tu_contract, lin, utc

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """What happens inside breaks this constraint, and not another one."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


@pytest.fixture
def contract() -> Contract:
    """Through Friday 27 November 2026: it ends at 16:00 UTC."""
    return lan_tu_contract()


def term(contract: Contract, **said: object) -> ContractTerm:
    """A year from where the contract ends, unless said."""
    known = {
        "sold_from": "2026-11-28",
        "sold_as": "1 year",
        "time_zone": "Asia/Shanghai",
        "last_minute": datetime(2027, 11, 27, 23, 59),
        "starts_at": utc("2026-11-27T16:00"),
        "ends_at": utc("2027-11-27T16:00"),
        "recorded_at": T,
    }
    return ContractTerm.objects.create(contract=contract, **(known | said))


def test_a_term_that_joins_the_one_before_overlaps_nothing(contract: Contract) -> None:
    term(contract)

    assert contract.terms.count() == 2


@pytest.mark.parametrize("starts_at", ["2026-11-27T15:59", "2026-06-01T00:00", "2020-01-01T00:00"])
def test_two_terms_of_a_contract_never_overlap(contract: Contract, starts_at: str) -> None:
    with refused_by("terms_of_a_contract_never_overlap"):
        term(contract, starts_at=utc(starts_at))


def test_terms_of_two_contracts_may_overlap(contract: Contract) -> None:
    other = Contract.objects.create(number="LT-2", product=collab(), customer=contract.customer)

    term(other, starts_at=utc("2026-06-01T00:00"))

    assert other.terms.count() == 1


@pytest.mark.parametrize("length", [timedelta(0), -DAY])
def test_a_term_starts_before_it_ends(contract: Contract, length: timedelta) -> None:
    ends_at = utc("2027-11-27T16:00")

    # The range of a term that ends before it starts cannot even be built.
    with pytest.raises(Exception, match=r"term_starts_before_it_ends|lower bound"), transaction.atomic():
        term(contract, starts_at=ends_at - length, ends_at=ends_at)


@pytest.mark.parametrize("over", [timedelta(seconds=1), timedelta(microseconds=1)])
@pytest.mark.parametrize("session_zone", ["UTC", "Asia/Kolkata"])
def test_a_term_ends_on_a_whole_minute_in_any_session_zone(contract: Contract, over, session_zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [session_zone])

    with refused_by("term_ends_on_a_whole_minute"):
        term(contract, ends_at=utc("2027-11-27T16:00") + over)
    term(contract, ends_at=utc("2027-11-27T16:00"))


@pytest.mark.parametrize("currency", ["", "cny", "¥", "CN"])
def test_a_value_has_its_currency(contract: Contract, currency: str) -> None:
    with refused_by("term_value_has_its_currency"):
        term(contract, value=Decimal("86400"), currency=currency)


def test_a_value_is_never_negative(contract: Contract) -> None:
    with refused_by("term_value_has_its_currency"):
        term(contract, value=Decimal("-0.01"), currency="CNY")


def test_no_value_needs_no_currency(contract: Contract) -> None:
    assert term(contract, value=None, currency="").pk


def test_a_number_has_one_contract_for_a_product(contract: Contract) -> None:
    with refused_by("contract_once_a_number_and_product"):
        Contract.objects.create(number=contract.number, product=contract.product, customer=contract.customer)


def test_a_contract_that_renews_itself_has_its_notice(contract: Contract) -> None:
    for notice_days in (None, 0):
        with refused_by("contract_that_renews_itself_has_notice"):
            Contract.objects.update(renews_itself=True, notice_days=notice_days)


@pytest.mark.parametrize(("reason", "named"), [("", True), ("merged", False), ("", False)])
def test_shortening_takes_a_person_and_a_reason(contract: Contract, chen: User, reason: str, named: bool) -> None:
    with refused_by("shortening_takes_a_person_and_a_reason"):
        Amendment.objects.create(
            contract=contract, kind=Amendment.Kind.SHORTENED, at=T, by_user=chen if named else None, reason=reason
        )


def test_other_amendments_may_come_from_a_ledger_or_a_rule(contract: Contract) -> None:
    assert Amendment.objects.create(contract=contract, kind=Amendment.Kind.EXTENDED, at=T, by_name="a ledger").pk


def test_two_spellings_of_a_name_are_one_customer(contract: Contract) -> None:
    china = default_calendar("CN")
    Customer.objects.create(name="Harbor Labs", time_zone="UTC", calendar=china)

    with refused_by("key"):
        Customer.objects.create(name="ＨＡＲＢＯＲ  labs", time_zone="UTC", calendar=china)


def test_a_customer_who_is_renamed_goes_by_the_new_name_alone(contract: Contract) -> None:
    customer = contract.customer
    customer.name = "澜图 科技"
    customer.save(update_fields=["name"])

    customer.refresh_from_db()

    assert customer.key == "澜图科技"


def test_an_address_belongs_to_one_person_of_a_customer(contract: Contract) -> None:
    with refused_by("contact_email_once_a_customer"):
        lin(contract.customer, name="somebody else")


def test_any_number_of_people_may_have_no_address() -> None:
    customer = lan_tu()

    lin(customer, email="")

    assert lin(customer, email="", name="方哲").pk


def test_an_address_is_one_colleague_in_any_case(chen: User) -> None:
    with refused_by("user_email_once_in_any_case"):
        User(email="CHEN@vendor.test", name="another").save()


def test_a_colleague_has_a_role_that_is_known(chen: User) -> None:
    with refused_by("user_role_known"):
        User.objects.update(role="owner")


def test_a_calendar_opens_before_it_closes() -> None:
    with refused_by("calendar_opens_before_closing"):
        WorkingCalendar.objects.create(name="night shift", opens=time(18), closes=time(9))


def test_a_day_is_changed_once_in_a_calendar() -> None:
    china = default_calendar("CN")
    CalendarDay.objects.create(calendar=china, on=date(2026, 11, 28), is_working=True)

    with refused_by("calendar_day_once"):
        CalendarDay.objects.create(calendar=china, on=date(2026, 11, 28), is_working=False)


def test_a_form_is_told_of_an_overlap_in_words(contract: Contract) -> None:
    overlapping = term(contract)
    overlapping.starts_at -= MINUTE

    with pytest.raises(ValidationError, match="This term overlaps another term of the same contract"):
        overlapping.full_clean()


def test_a_product_that_locks_at_a_clock_time_names_it() -> None:
    with refused_by("product_that_locks_at_a_clock_time_names_it"):
        Product.objects.create(code="x", name="X", lock_convention=Product.LockConvention.LAST_DAY_AT)
