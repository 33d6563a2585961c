"""A login that nobody uses any more ends by itself, and so does one that lasts for longer than a day's work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch, client):
    """Asks for a page, so long after the first."""
    client.force_login(User.objects.create_user("chen@vendor.test", name="Chen"))

    def ask(**later):
        headers = later.pop("headers", None)
        monkeypatch.setattr("csportal.clock.now", lambda: MORNING + timedelta(**later))
        return client.get("/customers/", headers=headers)

    ask()
    return ask


def test_a_login_in_use_goes_on(at):
    answers = [at(hours=hours).status_code for hours in (3, 6, 9, 11)]

    assert answers == [200, 200, 200, 200]


def test_a_login_unused_for_four_hours_asks_for_the_password_and_leads_back(at):
    answer = at(hours=4)

    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/customers/")


def test_a_login_ends_after_twelve_hours_however_busy(at):
    for hours in (3, 6, 9, 11):
        at(hours=hours)

    assert at(hours=12).status_code == 302


def test_what_ended_stays_ended(at):
    at(hours=4)

    assert at(hours=1).status_code == 302


def test_a_part_of_a_page_has_the_whole_page_ask_for_the_password(at):
    answer = at(hours=4, headers={"HX-Request": "true"})

    assert (answer.headers["HX-Refresh"], answer.content) == ("true", b"")


def test_use_is_noted_every_few_minutes_not_with_each_page(at, client):
    at(minutes=1)
    assert client.session["used"] == MORNING.isoformat()

    at(minutes=5)
    assert client.session["used"] == (MORNING + timedelta(minutes=5)).isoformat()
