"""Contracts to measure with: as many as asked for, the same for a seed and a day, and true to the rules."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import terms
from accounts.models import Amendment, Contract, ContractTerm, Customer
from renewals.demo import scale
from renewals.entitlement import State
from renewals.locking.models import Clock
from renewals.locking.services import clocks_that_differ
from renewals.tick import tick
from tests.renewals.cast import utc

pytestmark = pytest.mark.django_db
MIDNIGHT = utc("2026-11-23T00:00")


def seed(contracts: int = 400, *, number: int = 1, day: str = "2026-11-23") -> str:
    said = StringIO()
    arguments = ["--contracts", str(contracts), "--seed", str(number), "--day", day]
    call_command("seed_scale", *arguments, stdout=said)
    return said.getvalue()


def rows() -> list[object]:
    """What was invented, without the keys that the database gave."""
    found = ContractTerm.objects.order_by("contract__number", "starts_at")
    return list(
        found.values_list(
            "contract__number",
            "contract__customer__name",
            "contract__owner__email",
            "last_minute",
            "time_zone",
            "value",
        )
    )


def test_there_are_as_many_as_asked_for_with_their_customers() -> None:
    seed(400)

    assert (Contract.objects.count(), Customer.objects.count()) == (400, 80)


def test_the_same_seed_and_day_give_the_same_contracts() -> None:
    seed()
    first = rows()
    for model in (Contract, Customer):
        model.objects.all().delete()

    seed()

    assert rows() == first


def test_batches_change_nothing_of_what_they_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "AT_ONCE", 100)

    said = seed(250)

    assert [line.split(" contracts")[0] for line in said.splitlines()] == ["100 of 250", "200 of 250", "250 of 250"]
    assert Contract.objects.count() == 250


def test_another_seed_adds_other_contracts() -> None:
    seed(50)
    seed(50, number=2)

    assert (Contract.objects.count(), Customer.objects.count()) == (100, 20)


def test_a_seed_is_not_sown_twice() -> None:
    seed(50)

    with pytest.raises(CommandError, match="here already"):
        seed(50)


@pytest.mark.parametrize("contracts", ["0", "-5", "many"])
def test_a_number_that_is_none_is_refused(contracts: str) -> None:
    with pytest.raises(CommandError, match="number of contracts"):
        call_command("seed_scale", f"--contracts={contracts}")


def test_the_terms_of_a_contract_join_and_end_as_reckoned() -> None:
    seed()

    for term in ContractTerm.objects.all():
        assert term.ends_at == terms.end_instant(term.last_minute, term.time_zone, whole_day=term.whole_day)
    assert Clock.objects.filter(span__startswith__isnull=False).count() == 0
    assert Amendment.objects.count() == ContractTerm.objects.count() > 600


def test_every_contract_is_somewhere_in_its_life() -> None:
    seed()

    states = set(Clock.objects.counting(at=MIDNIGHT).with_state(at=MIDNIGHT).values_list("state", flat=True))

    assert states == set(State)


def test_their_clocks_follow_their_facts() -> None:
    seed()

    assert clocks_that_differ() == []


def test_what_had_come_is_on_record() -> None:
    seed()

    assert tick(now=MIDNIGHT, thorough=False)["events"] == []
