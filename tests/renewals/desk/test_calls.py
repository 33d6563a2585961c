"""A call that a customer chose a time for is a touch of ours: on the first page, in lists, moved, called off, noted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Contact
from renewals.appointments.models import Appointment, Invitation
from renewals.appointments.services import book, call_off, settle
from renewals.links.services import link_for
from renewals.locking.models import Evidence
from renewals.page.services import ask_for_call
from tests.renewals import cast
from tests.renewals.cast import T, utc

TUESDAY_9, TUESDAY_10 = utc("2026-11-24T01:00"), utc("2026-11-24T02:00")
HALF, DAY = timedelta(minutes=30), timedelta(days=1)
HELD, MISSED = Appointment.Outcome.HELD, Appointment.Outcome.MISSED


@pytest.fixture
def link(lan_tu):
    Contact.objects.update(phone="138 0000 2201")
    return link_for(lan_tu, Contact.objects.get(), now=T)


@pytest.fixture
def booked(link) -> Appointment:
    return book(link, at=TUESDAY_9, phone="138 0000 7777", now=T)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def today(client, **said) -> list[str]:
    """When and with whom, as the first page names them."""
    return [f"{line.when} {line.call.asked_by}" for line in client.get("/", said).context["calls"]]


def test_the_first_page_names_the_call_its_minute_and_the_number(enter, booked) -> None:
    client = enter()

    assert today(client) == ["Tomorrow 09:00 林岚"]
    assert 'href="tel:13800007777"' in text(client.get("/"))


def test_it_counts_among_what_waits(enter, booked) -> None:
    assert enter().get("/").context["count"] == 2  # the call, and that nobody was told yet


@pytest.mark.parametrize(("now", "named"), [("2026-11-21T00:59", False), ("2026-11-21T01:00", True)])
def test_it_is_named_from_three_days_ahead(enter, set_clock, booked, now, named) -> None:
    set_clock(utc(now))

    assert bool(today(enter())) is named


def test_one_of_another_zone_has_their_own_time_beside(enter, house, booked) -> None:
    type(house["chen"]).objects.filter(pk=house["chen"].pk).update(time_zone="Europe/London")

    assert today(enter()) == ["Tomorrow 01:00 (Tue 09:00 Asia/Shanghai) 林岚"]


def test_it_waits_until_somebody_notes_what_came_of_it(enter, set_clock, booked, house) -> None:
    set_clock(booked.ends_at + DAY)
    before = today(enter())

    settle(booked, outcome=HELD, by=house["chen"], now=booked.ends_at + DAY)

    assert (len(before), today(enter())) == (1, [])


def test_the_wish_that_came_before_it_waits_no_more(enter, link) -> None:
    ask_for_call(link, now=T)
    book(link, at=TUESDAY_9, now=T)

    assert "asks for a call" not in text(enter().get("/"))


def test_the_wish_waits_again_where_nobody_was_reached(enter, set_clock, link, house) -> None:
    ask_for_call(link, now=T)
    call = book(link, at=TUESDAY_9, now=T)
    settle(call, outcome=MISSED, by=house["chen"], now=TUESDAY_9)
    set_clock(TUESDAY_9 + HALF)

    assert "asks for a call" in text(enter().get("/"))


def test_a_call_that_is_off_waits_for_nobody(enter, booked, link) -> None:
    call_off(booked, by=link.contact, now=T)

    assert today(enter()) == []


def test_a_manager_sees_the_teams_and_another_team_sees_none(enter, booked) -> None:
    assert [len(today(enter(name), whose="team")) for name in ("shen", "otto")] == [1, 0]


def test_touches_name_it_too(enter, booked) -> None:
    assert "林岚" in text(enter().get(reverse("desk:touches")))


def test_the_contracts_page_names_it_with_its_zone(enter, booked, lan_tu) -> None:
    said = text(enter().get(lan_tu.get_absolute_url()))

    assert f'href="{reverse("desk:call", args=[booked.pk])}"' in said
    assert "24 November 2026, 09:00 (Asia/Shanghai)" in said


def test_the_timeline_tells_what_happened_and_what_is_to_come(enter, booked, lan_tu) -> None:
    said = text(enter().get(lan_tu.get_absolute_url()))

    assert "林岚 chose a time to be called" in said
    assert "陈舟 calls 林岚" in said


def test_ours_move_it_to_another_time_of_both(enter, booked) -> None:
    client = enter()
    other = client.get(reverse("desk:call", args=[booked.pk])).context["offered"].starts[-1]

    client.post(reverse("desk:call_move", args=[booked.pk]), {"at": other.isoformat()})

    assert Appointment.objects.get().starts_at == other
    assert Invitation.objects.filter(sequence=1).count() == 2


def test_the_time_that_it_has_is_not_offered_again(enter, booked) -> None:
    page = enter().get(reverse("desk:call", args=[booked.pk]))

    assert TUESDAY_9 not in page.context["offered"].starts


@pytest.mark.parametrize("at", ["", "noon", "2026-11-24T10:00", utc("2026-11-24T18:00").isoformat()])
def test_what_is_no_time_of_both_is_refused_and_said(enter, booked, at) -> None:
    response = enter().post(reverse("desk:call_move", args=[booked.pk]), {"at": at})

    assert response.status_code == 409
    assert Appointment.objects.get().starts_at == TUESDAY_9


def test_ours_call_it_off(enter, booked) -> None:
    enter().post(reverse("desk:call_off", args=[booked.pk]))

    assert Appointment.objects.get().off_at == T
    assert set(Invitation.objects.filter(sequence=1).values_list("method", flat=True)) == {"CANCEL"}


def test_what_came_of_it_can_be_noted_once_it_has_begun(enter, set_clock, booked, house) -> None:
    url = reverse("desk:call", args=[booked.pk])
    set_clock(TUESDAY_9 - HALF)
    before = text(enter().get(url))
    set_clock(TUESDAY_9)

    assert ("What came of it?" in before, "What came of it?" in text(enter().get(url))) == (False, True)


def test_held_it_is_evidence_and_the_note_stays_among_us(enter, set_clock, booked) -> None:
    set_clock(booked.ends_at)

    enter().post(reverse("desk:call_settle", args=[booked.pk]), {"note": "They renew"})

    assert (Evidence.objects.get().kind, Evidence.objects.get().note) == (Evidence.Kind.TOLD, "")
    assert Appointment.objects.get().note == "They renew"


def test_not_reached_it_is_none(enter, set_clock, booked) -> None:
    set_clock(booked.ends_at)

    enter().post(reverse("desk:call_settle", args=[booked.pk]), {"missed": "1"})

    assert not Evidence.objects.exists()
    assert Appointment.objects.get().outcome == MISSED


@pytest.mark.parametrize("name", ["call_move", "call_off", "call_settle"])
def test_nothing_is_done_by_fetching(enter, booked, name) -> None:
    assert enter().get(reverse(f"desk:{name}", args=[booked.pk])).status_code == 405


@pytest.mark.parametrize("name", ["call_move", "call_off", "call_settle"])
def test_another_team_does_nothing_to_it(enter, booked, name) -> None:
    client = enter("otto")

    assert client.post(reverse(f"desk:{name}", args=[booked.pk])).status_code == 404
    assert client.get(reverse("desk:call", args=[booked.pk])).status_code == 404


def test_who_stands_in_sees_the_call_that_is_theirs_to_make(enter, booked, house) -> None:
    Appointment.objects.update(user=house["otto"])

    assert enter("otto").get(reverse("desk:call", args=[booked.pk])).status_code == 200


def test_more_calls_cost_the_first_page_no_more_queries(enter, booked) -> None:
    client = enter()
    client.get("/")
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    customer = cast.lan_tu(name="星河科技")
    book(link_for(cast.contract(customer, number="XH-1"), None, now=T), at=TUESDAY_10, now=T)

    with CaptureQueriesContext(connection) as two:
        client.get("/")

    calls = [sum("renewals_appointment" in query["sql"] for query in found) for found in (one, two)]
    assert calls[0] == calls[1]
