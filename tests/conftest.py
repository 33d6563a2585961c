"""For every room: T is the present unless a test says otherwise, and the cast is there to be called by name.

T is Monday 23 November 2026, 12:07 in Shanghai (`tests.renewals.cast`). Chen and He Jing look after customers in China,
Zhou Ning leads their team; Emma is in another one; the admin in none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from accounts.models import Team, User
from tests.renewals import cast
from tests.renewals.cast import T

# A machine that is busy with something else is slow, not wrong: how fast things are is measured in bench/.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """At the end nobody holds the database: a thread of the live server may still be closing its browser's page."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Settings) -> None:
    """Hashing a password is meant to take a third of a second; hundreds of people are made here.

    The portal's own way stays known, for whoever was made before the test began.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def default_language() -> None:
    """Each test begins in the portal's own language: a request before it may have chosen another for this thread."""
    translation.activate(settings.LANGUAGE_CODE)


class Present:
    """The instant that `csportal.clock.now()` gives, and with it `request.now`, to views, tasks and commands alike."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def set(self, now: datetime) -> None:
        self.now = now

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Present:
    """A clock that stands at T until a test sets or moves it. It is the only one: nothing else reads the time."""
    present = Present(T)
    monkeypatch.setattr("csportal.clock.now", lambda: present.now)
    return present


def colleague(email: str, **said: object) -> User:
    return User.objects.create_user(email, **said)


@pytest.fixture
def china(db: None) -> Team:
    return Team.objects.create(name="中国区")


@pytest.fixture
def chen(china: Team) -> User:
    return cast.chen(team=china)


@pytest.fixture
def he_jing(china: Team) -> User:
    """In Chen's team."""
    return colleague("he@vendor.test", name="何静", team=china)


@pytest.fixture
def zhou_ning(china: Team) -> User:
    """Leads Chen's team."""
    return colleague("zhou@vendor.test", name="周宁", team=china, role=User.Role.MANAGER)


@pytest.fixture
def emma(db: None) -> User:
    """In another team, in London."""
    abroad = Team.objects.create(name="International")
    return colleague("emma@vendor.test", name="Emma Clarke", team=abroad, time_zone="Europe/London", language="en")


@pytest.fixture
def admin(db: None) -> User:
    return colleague("admin@vendor.test", name="顾青", role=User.Role.ADMIN)
