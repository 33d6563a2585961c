"""Lan Tu's contract, Lin's link, and Chen who looks after it; He Jing stands in for Chen.

T is Monday 23 November 2026, 12:07 in Shanghai; the contract runs through Friday.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Contact, Contract, Team, User
from accounts.services import default_calendar
from renewals.appointments.models import Appointment
from renewals.appointments.services import book
from renewals.links.models import RenewalLink
from renewals.links.services import link_for
from tests.renewals import cast
from tests.renewals.cast import T, utc

TUESDAY_9, TUESDAY_10 = utc("2026-11-24T01:00"), utc("2026-11-24T02:00")


@pytest.fixture
def team(db: None) -> Team:
    default_calendar("CN")
    return Team.objects.create(name="中国区")


@pytest.fixture
def chen(team: Team) -> User:
    return cast.chen(team=team, language="en")


@pytest.fixture
def he_jing(team: Team) -> User:
    return User.objects.create_user("he@vendor.test", name="何静", team=team, duty_place=1, language="en")


@pytest.fixture
def contract(chen: User) -> Contract:
    found = cast.lan_tu_contract()
    Contact.objects.update(language="en")
    return found


@pytest.fixture
def link(contract: Contract) -> RenewalLink:
    return link_for(contract, Contact.objects.get(), now=T)


@pytest.fixture
def booked(link: RenewalLink) -> Appointment:
    """Lin's call on Tuesday at nine."""
    return book(link, at=TUESDAY_9, phone="138 0000 7777", now=T)


@pytest.fixture
def somebody_elses(chen: User) -> Callable[..., RenewalLink]:
    """The link of another customer whom Chen looks after."""

    def make(**said: object) -> RenewalLink:
        customer = cast.lan_tu(name="星河科技", **said)
        person = cast.lin(customer, name="王芳", email="wang@xinghe.test")
        return link_for(cast.contract(customer, number="XH-1"), person, now=T)

    return make
