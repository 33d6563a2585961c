"""“I know until when”: one tap, evidence once, and nothing of a minute that has moved (rules 10 and 17)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.services import move_end
from accounts.terms import parse_term
from renewals.links.services import fresh_link, token_of
from renewals.locking.models import Evidence
from renewals.playbooks.laying import ensure_usual, lay
from renewals.timeline.models import Event
from tests.renewals.cast import T, chen, lan_tu, lin
from tests.renewals.cast import contract as signed

pytestmark = pytest.mark.django_db
SHOWN = "2026-11-27T23:59 Asia/Shanghai"


def linked(**said):
    customer = lan_tu()
    person = lin(customer)
    found = signed(customer, **said)
    return found, token_of(fresh_link(found, person, now=T))


def tap(client, token, shown=SHOWN):
    return client.post(reverse("page:know", args=[token]), {"shown": shown}, follow=True)


def known():
    return Evidence.objects.filter(kind=Evidence.Kind.ACKNOWLEDGED).count()


@pytest.fixture(autouse=True)
def present(set_clock):
    set_clock(T)


def test_one_tap_is_evidence(client):
    _found, token = linked()

    tap(client, token)

    assert known() == 1


def test_the_page_says_that_it_is_noted(client):
    _found, token = linked()

    page = tap(client, token).content.decode()

    assert "您已告诉我们，您知道这一分钟" in page


def test_tapped_twice_it_is_noted_once(client):
    _found, token = linked()

    tap(client, token)
    tap(client, token)

    assert known() == 1


def test_of_a_minute_that_has_moved_nothing_is_noted(client):
    found, token = linked()
    move_end(found, term=parse_term("through 2026-12-04"), reason="", by=chen(), now=T)

    answer = tap(client, token)

    assert answer.status_code == 409
    assert known() == 0


def test_at_onboarding_it_stands_on_the_timeline_and_is_no_evidence_yet(client):
    found, token = linked(start="2026-11-20", through="2027-11-19")

    tap(client, token, shown="2027-11-19T23:59 Asia/Shanghai")

    assert found.events.filter(kind=Event.Kind.ACKNOWLEDGED).exists()
    assert known() == 0


def test_one_of_the_vendors_people_does_not_know_it_for_them(client):
    _found, token = linked()
    client.force_login(chen())

    assert tap(client, token).status_code == 403
    assert known() == 0


def test_at_onboarding_it_is_the_end_of_the_explanation(client):
    """What was planned to explain the minute is done, with who said so; the rest of the plan stays."""
    found, token = linked(start="2026-11-20", through="2027-11-19")
    ensure_usual(now=T)
    lay([found.pk], now=T)

    tap(client, token, shown="2027-11-19T23:59 Asia/Shanghai")

    done = found.plan_steps.exclude(done_at=None).get()
    assert (done.purpose, done.done_at, done.done_how) == ("explain", T, "林岚: “我知道能用到何时”")
    assert found.plan_steps.open().exists()
