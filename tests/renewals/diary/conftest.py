"""A calendar program that holds somebody's key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from icalendar import Calendar, Event

from accounts.models import User
from renewals.diary.services import key_of, make_key
from tests.renewals.cast import T


def fresh_key(user: User) -> str:
    known = key_of(user)
    return make_key(user, replaces=str(known.pk) if known else "", now=T)


@pytest.fixture
def subscribed(clock) -> Callable[..., list[Event]]:
    """The events of somebody's feed, as a program reads them that has just been given its address."""

    def read(user: User, **query: str) -> list[Event]:
        response = Client().get("/calendar.ics", {"key": fresh_key(user), **query})
        assert response.status_code == 200
        return list(Calendar.from_ical(response.content).walk("VEVENT"))

    return read


def of(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if str(event["UID"]).startswith(kind)]
