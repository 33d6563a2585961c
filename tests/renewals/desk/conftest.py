"""Two teams at T: Chen and their manager Shen; Otto of another team; Ada, the administrator. All read English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Contract, Team, User
from tests.renewals import cast


def person(name: str, role: str, team: Team | None) -> User:
    return User.objects.create_user(f"{name}@vendor.test", name=name.title(), role=role, team=team, language="en")


@pytest.fixture
def house(db: None) -> dict[str, User]:
    """The people by name."""
    east, west = Team.objects.create(name="East"), Team.objects.create(name="West")
    chen = cast.chen(team=east, language="en")
    others = [("shen", "manager", east), ("otto", "csm", west), ("ada", "admin", None)]
    return {"chen": chen} | {name: person(name, role, team) for name, role, team in others}


@pytest.fixture
def enter(house: dict[str, User], set_clock) -> Callable[[str], Client]:
    """A client that has logged in as somebody."""

    def as_somebody(name: str = "chen") -> Client:
        client = Client()
        client.force_login(house[name])
        return client

    return as_somebody


@pytest.fixture
def lan_tu(house: dict[str, User]) -> Contract:
    """Lan Tu's contract, Chen's, through Friday 27 November 2026, with Lin there."""
    return cast.lan_tu_contract()
