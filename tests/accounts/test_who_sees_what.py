"""Who of the vendor's people sees which customers and contracts, and whom a ledger means by a name."""

from __future__ import annotations

import pytest

from accounts.models import Contract, Customer, User
from accounts.models.owners import is_in_sight_of
from accounts.services import find_owner
from tests.renewals.cast import contract, lan_tu

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned(chen: User, emma: User) -> dict[str, Contract]:
    """One contract of Chen's, one of Emma's, one of nobody's."""
    return {
        whose: contract(lan_tu(name=whose, owner=owner), number=whose)
        for whose, owner in {"chen": chen, "emma": emma, "nobody": None}.items()
    }


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("chen", {"chen", "nobody"}),
        ("he_jing", {"chen", "nobody"}),
        ("zhou_ning", {"chen", "nobody"}),
        ("emma", {"emma", "nobody"}),
        ("admin", {"chen", "emma", "nobody"}),
    ],
)
def test_a_team_sees_its_own_and_what_nobody_owns(
    owned: dict[str, Contract], request: pytest.FixtureRequest, who: str, sees: set[str]
) -> None:
    user = request.getfixturevalue(who)

    assert set(Contract.objects.visible_to(user).values_list("number", flat=True)) == sees
    assert set(Customer.objects.visible_to(user).values_list("name", flat=True)) == sees
    assert {one.number for one in owned.values() if is_in_sight_of(user, one.owner)} == sees


def test_who_is_in_no_team_sees_their_own_and_not_those_of_others_without_one(emma: User) -> None:
    alone = User.objects.create_user("alone@vendor.test", name="Alone")
    other = User.objects.create_user("other@vendor.test", name="Other")
    contract(lan_tu(name="theirs", owner=other), number="theirs")
    own = contract(lan_tu(name="own", owner=alone), number="own")

    assert list(Contract.objects.visible_to(alone)) == [own]
    assert (is_in_sight_of(alone, other), is_in_sight_of(alone, alone)) == (False, True)


def test_an_owner_is_found_by_address_or_name_in_any_case(chen: User, emma: User) -> None:
    assert find_owner("CHEN@vendor.test") == chen
    assert find_owner("emma clarke") == emma


def test_a_name_that_two_bear_names_nobody(chen: User) -> None:
    User.objects.create_user("chen.2@vendor.test", name="陈舟")

    assert find_owner("陈舟") is None


def test_who_has_left_owns_nothing_new(chen: User) -> None:
    User.objects.update(is_active=False)

    assert find_owner("陈舟") is None
