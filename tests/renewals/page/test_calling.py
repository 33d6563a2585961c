"""A customer asks for a call at a time that was offered, moves it and calls it off; or leaves the time open."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import Contact, Customer
from renewals.appointments.models import Appointment, Invitation
from renewals.appointments.services import book
from renewals.interventions.services import be_away
from renewals.links.services import link_for
from renewals.locking.models import Evidence
from renewals.timeline.models import Event
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.page.conftest import address
from tests.renewals.page.test_what_it_says import words

TUESDAY_9, TUESDAY_10 = utc("2026-11-24T01:00"), utc("2026-11-24T02:00")
ISO = TUESDAY_9.isoformat()


@pytest.fixture
def ask(client: Client, link, visit):
    """Posts the form, in English."""

    def post(at: str = "", name: str = "call", **said: str):
        client.cookies["django_language"] = "en"
        return client.post(address(link, name), {"at": at, **said})

    visit()
    return post


@pytest.fixture
def other_link(contract):
    """The link of another customer of Chen's."""
    customer = cast.lan_tu(name="星河科技")
    person = cast.lin(customer, name="王芳", email="wang@xinghe.test")
    return link_for(cast.contract(customer, number="XH-1"), person, now=T)


def offered(response) -> list[str]:
    return re.findall(r'name="at" value="([^"]+)"', response.content.decode())


def test_six_times_are_offered_on_the_readers_clock(visit) -> None:
    response = visit()

    assert len(offered(response)) == 6
    assert "All times by the clocks of Asia/Shanghai" in words(response)
    assert "Today 13:30" in words(response)
    assert "Tomorrow 09:00" in words(response)


def test_who_works_by_other_clocks_reads_ours_beside_theirs(visit, link) -> None:
    Customer.objects.update(time_zone="Europe/London")

    assert "Today 09:00 Mon 17:00 Asia/Shanghai" in words(visit())


def test_a_time_that_is_chosen_is_booked_and_they_are_told_the_minute(ask, visit) -> None:
    response = ask(ISO, phone="138 0000 7777")

    assert (response.status_code, response["Location"][-5:]) == (302, "#call")
    said = words(visit())
    assert "It is booked: 陈舟 calls you 24 November 2026, 09:00 (Asia/Shanghai)." in said
    assert "Your call with 陈舟 24 November 2026, 09:00 (Asia/Shanghai) · 138 0000 7777" in said


def test_a_wish_without_a_time_is_what_it_was(ask) -> None:
    ask("", phone="138 0000 7777")

    assert not Appointment.objects.exists()
    assert Event.objects.get(kind=Event.Kind.CALL_REQUESTED).detail["phone"] == "138 0000 7777"


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-24T09:00", "2026-99-99T01:00+00:00", "x" * 50])
def test_what_names_no_instant_is_a_wish_without_a_time(ask, at) -> None:
    assert ask(at).status_code == 302
    assert not Appointment.objects.exists()


def test_who_comes_second_gets_a_kind_answer_the_times_left_and_nothing_typed_is_lost(ask, other_link) -> None:
    book(other_link, at=TUESDAY_9, now=T)

    response = ask(ISO, phone="138 0000 7777")

    assert response.status_code == 409
    assert "This time has just been taken. These are still free." in words(response)
    assert 'value="138 0000 7777"' in response.content.decode()
    assert '<details class="early" open>' in response.content.decode()
    assert ISO not in offered(response)
    assert len(offered(response)) == 6


def test_a_time_that_was_offered_long_ago_is_refused_as_kindly(ask, set_clock) -> None:
    set_clock(TUESDAY_9)

    assert ask(ISO).status_code == 409
    assert not Appointment.objects.exists()


def test_they_move_it_to_another_time(ask, visit) -> None:
    ask(ISO)
    ask(TUESDAY_10.isoformat())

    assert Appointment.objects.get().starts_at == TUESDAY_10
    assert "24 November 2026, 10:00" in words(visit())


def test_the_time_that_they_have_is_not_offered_again(ask, visit) -> None:
    ask(ISO)

    assert ISO not in offered(visit())


def test_they_call_it_off_and_pressed_twice_it_is_off(ask, visit) -> None:
    ask(ISO)

    assert [ask(name="call_off").status_code for _ in range(2)] == [302, 302]
    assert Appointment.objects.get().off_at == T
    assert "Ask 陈舟 to call me" in words(visit())


def test_nothing_changes_by_fetching(client, link, ask) -> None:
    ask(ISO)

    assert client.get(address(link, "call_off")).status_code == 405
    assert client.get(address(link, "call")).status_code == 405


def test_the_call_is_to_be_had_as_a_file_that_invites_nobody(client, link, ask) -> None:
    ask(ISO)

    entry = Calendar.from_ical(client.get(address(link, "call_entry")).content)

    assert entry["METHOD"] == "PUBLISH"
    assert entry.walk("VEVENT")[0].start == TUESDAY_9
    assert "ATTENDEE" not in entry.walk("VEVENT")[0]


def test_without_a_call_there_is_no_file(client, link, visit) -> None:
    assert client.get(address(link, "call_entry")).status_code == 404


def test_a_call_that_is_over_is_not_shown_and_another_can_be_asked_for(ask, visit) -> None:
    ask(ISO)

    response = visit(now=TUESDAY_9 + timedelta(minutes=30))

    assert "Your call with" not in words(response)
    assert offered(response)


def test_nobody_at_work_for_weeks_leaves_the_wish(visit, contract) -> None:
    be_away(contract.owner, from_at=T, until_at=T + timedelta(days=60), now=T)

    response = visit()

    assert offered(response) == []
    assert "陈舟 has no half hour free in the next three weeks." in words(response)
    assert "Ask 陈舟 to call me" in words(response)


def test_who_shares_no_hours_with_us_is_told_so_and_offered_the_nearest(visit) -> None:
    Customer.objects.update(time_zone="America/New_York")

    response = visit()

    assert "have no half hour in common" in words(response)
    assert offered(response)[0] == "2026-11-24T01:00:00+00:00"  # 20:00 in New York, 09:00 in Shanghai


def test_where_nobody_looks_after_them_the_wish_is_left(visit, contract) -> None:
    type(contract).objects.update(owner=None)

    response = visit()

    assert offered(response) == []
    assert "Please call me" in words(response)


def test_one_of_ours_books_nothing_in_the_customers_name(client, link, ask) -> None:
    client.force_login(cast.chen())

    assert ask(ISO).status_code == 403
    assert ask().status_code == 403
    assert not Appointment.objects.exists()
    assert not Event.objects.filter(kind=Event.Kind.CALL_REQUESTED).exists()


def test_one_of_ours_calls_nothing_off_in_the_customers_name(client, link, ask) -> None:
    ask(ISO)
    client.force_login(cast.chen())

    assert ask(name="call_off").status_code == 403
    assert Appointment.objects.get().off_at is None


def test_booking_is_no_evidence(ask) -> None:
    ask(ISO)

    assert not Evidence.objects.exists()


def test_the_product_shows_the_times_too_and_then_there_is_no_mail_to_write(client, contract, set_clock) -> None:
    link = link_for(contract, None, now=T)

    assert client.post(address(link, "call"), {"at": ISO, "phone": "138"}).status_code == 302
    assert Appointment.objects.get().contact is None
    assert list(Invitation.objects.values_list("recipient", flat=True)) == ["chen@vendor.test"]


def test_another_contracts_link_calls_off_nothing_here(client, ask, other_link) -> None:
    ask(ISO)

    client.post(address(other_link, "call_off"))

    assert Appointment.objects.get().off_at is None


def test_in_chinese_it_is_chinese(visit) -> None:
    said = words(visit(language="zh-hans"))

    assert "没有固定时间" in said
    assert "明天 09:00" in said


def test_a_booked_page_takes_no_more_queries(ask, visit, django_assert_max_num_queries) -> None:
    ask(ISO)
    visit()

    with django_assert_max_num_queries(10):
        visit()


def test_who_asks_in_their_own_zone_is_offered_their_own_clock(visit) -> None:
    Contact.objects.update(time_zone="Asia/Tokyo")

    response = visit()

    assert "All times by the clocks of Asia/Tokyo" in words(response)
    assert "Tomorrow 09:00" not in words(response)  # 08:00 in Shanghai


@pytest.fixture
def colleagues(contract):
    """The link of somebody else at Lan Tu."""
    return link_for(contract, cast.lin(contract.customer, name="秦越", email="qin@lantu.test"), now=T)


def test_somebody_else_there_reads_when_it_is_and_nothing_of_theirs(ask, visit, colleagues) -> None:
    ask(ISO, phone="138 0000 7777")

    response = visit(link=colleagues)

    assert "A colleague of yours has a call with 陈舟: 24 November 2026, 09:00 (Asia/Shanghai)." in words(response)
    assert "138 0000 7777" not in response.content.decode()
    assert offered(response) == []


def test_somebody_else_there_changes_nothing_of_it(client, ask, colleagues) -> None:
    ask(ISO)

    answers = [client.post(address(colleagues, name), {"at": TUESDAY_10.isoformat()}) for name in ("call", "call_off")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert (Appointment.objects.get().starts_at, Appointment.objects.get().off_at) == (TUESDAY_9, None)


def test_somebody_else_there_can_leave_a_wish_of_their_own(client, ask, colleagues) -> None:
    ask(ISO)

    client.post(address(colleagues, "call"), {"phone": "139 0000 8888"})

    assert Event.objects.get(kind=Event.Kind.CALL_REQUESTED).detail["contact"] == "秦越"


def test_the_file_of_somebody_else_names_neither_them_nor_their_number(client, ask, colleagues) -> None:
    ask(ISO, phone="138 0000 7777")

    entry = client.get(address(colleagues, "call_entry")).content.decode()

    assert "7777" not in entry
    assert "林岚" not in entry


def test_the_number_on_record_is_told_to_nobody_who_holds_the_link(ask, visit, client, link) -> None:
    Contact.objects.update(phone="139 1111 2222")
    ask(ISO)

    assert "139 1111 2222" not in visit().content.decode()
    assert "139 1111 2222" not in client.get(address(link, "call_entry")).content.decode()


def test_a_number_that_was_typed_in_the_product_is_not_told_to_the_next_reader_there(ask, visit, contract, client):
    product = link_for(contract, None, now=T)
    client.post(address(product, "call"), {"at": ISO, "phone": "138 0000 7777"})
    assert "138 0000 7777" not in visit(link=product).content.decode()


def test_a_number_that_is_too_long_is_no_reason_to_lose_the_time(ask) -> None:
    ask(ISO, phone="1" * 41)
    assert Appointment.objects.count() == 1


def test_each_of_them_has_their_own_wish(ask, visit, contract, client) -> None:
    ask()
    other = link_for(contract, cast.lin(contract.customer, name="秦越", email="qin@lantu.test"), now=T)
    assert "You asked for a call today" not in words(visit(link=other))
    client.post(address(other, "call"))
    assert Event.objects.filter(kind=Event.Kind.CALL_REQUESTED).count() == 2
