"""A contract's own plan on its page, and what staff do to it (rules 15, 16 and 17)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import terms
from accounts.models import Contact
from renewals.desk.plans import write_url
from renewals.locking.renewing import renew
from renewals.playbooks import laying, services
from renewals.playbooks.models import Playbook
from renewals.timeline.models import Event
from tests.renewals import cast
from tests.renewals.cast import T, utc


def lay_all(now=T) -> None:
    laying.watch(now=now)
    while laying.lay_due(now=now, limit=500):
        pass


@pytest.fixture
def planned(house, set_clock):
    """Lan Tu's contract through Friday 26 February 2027, with its plan."""
    found = cast.lan_tu_contract(through="2027-02-26")
    lay_all()
    return found


@pytest.fixture
def staff(enter):
    return enter()


def page(staff, contract) -> str:
    return staff.get(contract.get_absolute_url()).content.decode()


def step(contract, purpose):
    return contract.plan_steps.get(purpose=purpose)


def test_each_step_stands_there_with_its_minute_and_its_ladder(staff, planned) -> None:
    text = page(staff, planned)

    assert "22 February 2027, 09:00 (Asia/Shanghai)</time></span>" in text
    assert "letter to 林岚 · the owner" in text
    assert (
        "Can be written from 17 Feb 2027 09:00. If nobody has written by 19 Feb 2027 09:00, the manager is told. "
        "A plain notice goes out 22 Feb 2027 09:00."
    ) in text


def test_the_readers_own_time_stands_beside_where_it_differs(enter, house, planned) -> None:
    house["chen"].time_zone = "Europe/London"
    house["chen"].save()

    assert "(Asia/Shanghai; Fri 01:00 Europe/London)" in page(enter(), planned)


def test_a_contract_whose_end_is_far_says_when_its_plan_is_laid(staff, house) -> None:
    found = cast.lan_tu_contract(through="2027-06-30", start="2025-07-01")
    lay_all()

    assert "The plan is laid 97 days before the end:" in page(staff, found)
    assert "26 March 2027, 00:00 (Asia/Shanghai)" in page(staff, found)


def test_a_step_moved_within_their_hours_goes_out_then(staff, planned) -> None:
    value = step(planned, "value")

    text = staff.post(f"/plan/{value.pk}/move/", {"goes_at": "2027-01-12T11:00"}, follow=True).content.decode()

    assert "goes out 12 January 2027, 11:00 (Asia/Shanghai)" in text
    assert "Moved by 陈舟." in text
    value.refresh_from_db()
    assert value.goes_at == utc("2027-01-12T03:00")


def test_outside_their_hours_the_next_minute_of_work_is_proposed_and_nothing_moves(staff, planned) -> None:
    value = step(planned, "value")

    response = staff.post(f"/plan/{value.pk}/move/", {"goes_at": "2027-01-16T11:00"})  # a Saturday

    assert 'value="2027-01-18T09:00"' in response.content.decode()
    assert "16 January 2027, 11:00 (Asia/Shanghai)" in response.context["form"].errors["goes_at"][0]
    assert step(planned, "value").moved_at is None


@pytest.mark.parametrize("goes_at", ["2026-11-20T11:00", "2027-03-01T11:00", "someday", ""])
def test_a_minute_that_cannot_be_is_told_beside_its_field(staff, planned, goes_at) -> None:
    response = staff.post(f"/plan/{step(planned, 'value').pk}/move/", {"goes_at": goes_at})

    assert response.context["form"].errors["goes_at"]
    assert step(planned, "value").moved_at is None


def test_a_dropped_step_says_who_and_why_and_can_be_taken_up_again(staff, planned) -> None:
    value = step(planned, "value")

    text = staff.post(f"/plan/{value.pk}/drop/", {"reason": "We met them"}, follow=True).content.decode()
    again = staff.post(f"/plan/{value.pk}/again/", follow=True).content.decode()

    assert "陈舟 left it out, today 12:07 · We met them" in text
    assert "is taken up again" in again
    assert step(planned, "value").dropped_at is None


def test_a_drop_takes_a_reason(staff, planned) -> None:
    response = staff.post(f"/plan/{step(planned, 'value').pk}/drop/", {"reason": "  "})

    assert response.context["form"].errors["reason"]


def test_a_done_step_says_what_came_of_it(staff, planned) -> None:
    url = f"/plan/{step(planned, 'look_back').pk}/done/"

    text = staff.post(url, {"how": "They reached their goal"}, follow=True).content.decode()

    assert "陈舟, today 12:07 · They reached their goal" in text


def test_a_settled_step_is_not_settled_a_second_time(staff, planned) -> None:
    value = step(planned, "value")
    services.mark_done(value, how="", by=planned.owner, now=T)

    response = staff.post(f"/plan/{value.pk}/drop/", {"reason": "twice"})

    assert "Somebody has settled this step already." in response.context["form"].errors["reason"]


def test_a_step_can_go_to_another_person_there(staff, planned) -> None:
    other = Contact.objects.create(customer=planned.customer, name="王工", email="wang@lantu.test")

    staff.post(f"/plan/{step(planned, 'value').pk}/to/", {"contact": other.pk})

    assert step(planned, "value").contact == other


def test_somebody_who_rests_when_it_goes_out_is_not_chosen(staff, planned) -> None:
    away = cast.lin(planned.customer, name="Ann", email="ann@lantu.test", time_zone="America/New_York")

    response = staff.post(f"/plan/{step(planned, 'value').pk}/to/", {"contact": away.pk})

    assert "Ann does not work when it goes out." in response.context["form"].errors["contact"][0]


ADDED = {"purpose": "other", "title": "Invite them", "aim": "", "channel": "call", "writer": "owner"}


def test_a_step_of_ones_own_is_added(staff, planned) -> None:
    said = ADDED | {"contact": planned.customer.contacts.get().pk, "goes_at": "2027-01-12T15:00"}

    text = staff.post(f"/plan/{planned.pk}/add/", said, follow=True).content.decode()

    assert "Invite them" in text
    assert "Added by 陈舟." in text
    assert step(planned, "other").goes_at == utc("2027-01-12T07:00")


def test_what_is_missing_from_an_added_step_is_told_and_nothing_typed_is_lost(staff, planned) -> None:
    said = ADDED | {"title": "", "aim": "Our spring event", "goes_at": "2027-01-16T15:00"}

    response = staff.post(f"/plan/{planned.pk}/add/", said)

    assert response.context["form"].errors["title"]
    assert "Our spring event" in response.content.decode()
    assert not planned.plan_steps.filter(purpose="other").exists()


def test_a_plan_follows_another_version_and_keeps_what_was_touched(staff, planned) -> None:
    services.mark_done(step(planned, "look_back"), how="", by=planned.owner, now=T)
    said = {"anchor": "end", "purpose": "look_back", "channel": "letter", "writer": "owner"}
    steps = [said | {"days": -90}, said | {"days": -14, "purpose": "value", "channel": "call"}]
    version = services.make_version(Playbook.objects.get(), steps=steps, by=planned.owner, now=T)

    staff.post(f"/plan/{planned.pk}/version/", {"version": version.pk})

    assert [(one.purpose, one.days) for one in planned.plan_steps.all()] == [("look_back", -90), ("value", -14)]
    assert "The plan follows another version: The usual playbook, version 2" in page(staff, planned)


def test_the_plan_of_a_renewed_contract_is_over_and_the_next_comes_with_the_next_end(staff, planned) -> None:
    before = step(planned, "value")
    renew(planned, after=planned.terms.get().ends_at, term=terms.parse_term("1 year"), by="Chen", now=T)

    response = staff.post(f"/plan/{before.pk}/move/", {"goes_at": "2027-01-12T11:00"})

    assert "this plan is over" in response.context["form"].errors["goes_at"][0]
    assert "The plan is laid 97 days before the end:" in page(staff, planned)


def test_what_happened_to_the_plan_is_part_of_the_story(staff, planned) -> None:
    staff.post(f"/plan/{step(planned, 'value').pk}/move/", {"goes_at": "2027-01-12T11:00"})
    staff.post(f"/plan/{step(planned, 'options').pk}/drop/", {"reason": "They know them"})

    text = page(staff, planned)

    assert "Moved within the plan: Value" in text
    assert "Left out of the plan: Options" in text
    assert set(Event.objects.values_list("kind", flat=True)) >= {"step_moved", "step_dropped"}


def test_a_letter_that_goes_out_with_another_names_it(staff, planned) -> None:
    second = cast.contract(planned.customer, through="2027-02-26", number="LT-2026-02")
    lay_all()

    assert "Goes out in one letter with “Value” of LT-2026-01." in page(staff, second)


def test_a_letter_of_another_teams_contract_is_not_named(enter, house, planned) -> None:
    second = cast.contract(planned.customer, through="2027-02-26", number="LT-2026-02", owner=house["otto"])
    lay_all()

    text = page(enter("otto"), second)

    assert "Goes out in one letter with another one to them that day." in text
    assert "LT-2026-01" not in text


def test_nobody_to_write_to_is_said_with_the_way_out(staff, planned) -> None:
    Contact.objects.all().delete()

    assert "the steps wait for a person with an e-mail address" in page(staff, planned)


def test_a_letter_of_the_plan_leads_to_where_it_is_written(planned) -> None:
    value = step(planned, "value")

    assert write_url(value) == f"/touch/{value.pk}/"


def test_more_steps_cost_the_page_no_more_queries(staff, planned, django_assert_max_num_queries) -> None:
    page(staff, planned)
    with CaptureQueriesContext(connection) as before:
        page(staff, planned)
    for day in range(4, 9):
        said = {"purpose": "other", "channel": "call", "contact": None, "title": "More"}
        plan = planned.plans.get()
        services.add(plan, goes_at=utc(f"2027-01-0{day}T03:00"), by=planned.owner, now=T, **said)

    with django_assert_max_num_queries(len(before)):
        page(staff, planned)
