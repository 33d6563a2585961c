"""Health follows from what is on record: signals, seats, conversations, tellings and calls."""

from __future__ import annotations

import pytest

from accounts.models import Contract, ContractTerm
from renewals.conversations.services import note_conversation
from renewals.health.reading import NOT_REACHED, facts_of, health_of
from renewals.interventions.models import PhoneCall
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.usage.models import Metric
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.usage.conftest import DAY

pytestmark = pytest.mark.django_db


def known(contract: Contract, *, at=T):
    return facts_of([contract], now=at)[contract.pk]


def talk(contract: Contract, *, days_ago: int, about: Contract | None = None, sentiment: int | None = None) -> None:
    said = {"channel": "call", "time_zone": "UTC", "said": "x", "by": cast.chen(), "now": T, "sentiment": sentiment}
    note_conversation(contract.customer, at=T - days_ago * DAY, contract=about, **said)


def test_use_is_counted_in_four_weeks_and_in_those_before(contract, use) -> None:
    use("reports", 10, since=T - 56 * DAY, until=T - 28 * DAY)
    use("reports", 30, since=T - 27 * DAY)

    found = known(contract).use[0]

    assert (found.now, found.before, found.year_ago) == (120, 40, None)


def test_the_same_weeks_a_year_ago_are_the_same_weekdays(contract, use) -> None:
    use("reports", 10, since=T - (364 + 28) * DAY, until=T - 364 * DAY)
    use("reports", 30, since=T - 27 * DAY)

    assert known(contract).use[0].year_ago == 40


def test_a_product_that_began_to_count_in_the_stretch_before_is_not_compared(contract, use) -> None:
    use("reports", 10, since=T - 40 * DAY)

    assert known(contract).use[0].before is None


def test_people_are_counted_once_each(contract, use) -> None:
    use("reports", 10, since=T - 27 * DAY, people=3)
    use("exports", 10, since=T - 27 * DAY, people=2)

    assert known(contract).people == 3


def test_requests_for_support_are_those_that_the_product_calls_so(contract, use) -> None:
    words = {"one_en": "ticket", "many_en": "tickets", "zh": "张工单"}
    Metric.objects.create(product=contract.product, code="tickets", is_support=True, changed_at=T, **words)
    use("reports", 10, since=T - 27 * DAY)
    assert known(contract).requests == 0

    use("tickets", 2, since=T - 13 * DAY)

    assert known(contract).requests == 4
    assert [one.metric for one in known(contract).use] == ["reports"]


def test_where_the_product_was_never_heard_of_requests_are_not_known(contract) -> None:
    assert known(contract).requests is None


def test_seats_are_those_of_the_term_that_counts(contract) -> None:
    ContractTerm.objects.filter(contract=contract).update(seats=5)
    ContractTerm.objects.filter(pk=contract.terms.latest("ends_at").pk).update(seats=80)

    assert known(contract).seats == 80


@pytest.mark.parametrize("how", ["conversation", "telling", "call"])
def test_contact_is_a_conversation_a_telling_or_a_call(contract, how) -> None:
    at = T - 5 * DAY
    if how == "conversation":
        talk(contract, days_ago=5)
    elif how == "telling":
        term = contract.terms.latest("ends_at")
        record_evidence(term, kind=Evidence.Kind.TOLD, at=at, now=T, by=cast.chen())
    else:
        record_event(contract, Event.Kind.CALLED, key="called:1", occurred_at=at, now=T, outcome="renews")

    assert known(contract).contact_at == at


def test_a_call_that_reached_nobody_and_a_mail_that_arrived_are_no_contact(contract) -> None:
    record_event(contract, Event.Kind.CALLED, key="called:1", occurred_at=T, now=T, outcome="not_reached")
    record_evidence(contract.terms.latest("ends_at"), kind=Evidence.Kind.DELIVERED, at=T, now=T)

    assert known(contract).contact_at is None


def test_a_call_that_reached_nobody_is_on_record_by_the_word_that_is_looked_for() -> None:
    assert PhoneCall.Outcome.NOT_REACHED == NOT_REACHED


def test_moods_are_of_this_contract_or_of_none_in_particular(contract) -> None:
    other = cast.contract(contract.customer, number="LT-2")
    talk(contract, days_ago=3, sentiment=-2, about=other)
    talk(contract, days_ago=2, sentiment=1, about=contract)
    talk(contract, days_ago=1, sentiment=2)

    assert [felt for _at, felt in known(contract).moods] == [1, 2]


def test_at_an_earlier_instant_it_is_what_was_known_then(contract, use) -> None:
    use("reports", 10, since=T - 83 * DAY)
    talk(contract, days_ago=3, sentiment=-2)
    then = T - 10 * DAY

    assert known(contract, at=then).moods == []
    assert known(contract, at=then).used_at < then


def test_many_contracts_take_as_many_queries_as_one(contract, use, django_assert_num_queries) -> None:
    use("reports", 10, since=T - 83 * DAY)
    others = [cast.contract(contract.customer, number=f"LT-{n}") for n in range(5)]

    with django_assert_num_queries(9):
        health_of([contract], now=T)
    with django_assert_num_queries(9):
        health_of([contract, *others], now=T)
