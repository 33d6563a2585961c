"""Plans laid as ends come near, timed anew as facts change, each step once (rules 17 and 20)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts import services as accounts
from accounts import terms
from accounts.seam import hours_changed, people_changed
from renewals.locking.renewing import renew
from renewals.playbooks import laying, services
from renewals.playbooks.models import Plan, PlanStep, Playbook, ToPlan
from tests.renewals.cast import T, chen, collab, contract, lan_tu, lan_tu_contract, lin, utc

pytestmark = pytest.mark.django_db


def lay_all(now=T):
    laying.watch(now=now)
    while laying.lay_due(now=now, limit=500):
        pass


def purposes(found):
    return list(found.plan_steps.values_list("purpose", flat=True))


def test_a_contract_whose_end_is_near_has_a_plan_by_the_usual_playbook():
    found = lan_tu_contract(through="2027-02-26")

    lay_all()

    assert purposes(found) == [
        "look_back",
        "value",
        "options",
        "talk_track",
        "care",
        "buffer",
        "intervention",
        "way_back",
    ]


def test_an_end_that_is_far_has_no_plan_yet():
    found = lan_tu_contract(through="2027-06-30")

    lay_all()

    assert not Plan.objects.filter(contract=found).exists()


def test_a_contract_that_has_just_begun_has_the_minute_explained():
    customer = lan_tu()
    lin(customer)
    found = contract(customer, start="2026-11-20", through="2027-11-19", now=T)

    lay_all()

    assert purposes(found)[0] == "explain"


def test_an_end_that_comes_near_is_found_when_somebody_looks():
    found = lan_tu_contract(through="2027-06-30")
    lay_all()

    lay_all(now=utc("2027-04-01T02:00"))

    assert purposes(found)[0] == "look_back"


def test_laid_twice_it_is_one_plan():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()
    before = purposes(found)

    ToPlan.objects.create(contract=found)
    lay_all()

    assert purposes(found) == before


def test_an_end_that_moves_takes_the_steps_with_it():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()
    care = found.plan_steps.get(purpose="care")

    accounts.move_end(found, term=terms.parse_term("through 2027-03-05"), reason="", by=chen(), now=T)
    lay_all()

    care.refresh_from_db()
    assert care.goes_at == utc("2027-03-05T01:00")


def test_a_step_that_a_person_moved_stays_where_it_is():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()
    value = found.plan_steps.get(purpose="value")
    services.move(value, to=utc("2027-01-12T03:00"), by=chen(), now=T)

    ToPlan.objects.create(contract=found)
    lay_all()

    value.refresh_from_db()
    assert value.goes_at == utc("2027-01-12T03:00")


def test_two_letters_to_one_person_on_a_day_become_one():
    customer = lan_tu()
    lin(customer)
    first = contract(customer, through="2027-02-26")
    second = contract(customer, through="2027-02-26", number="LT-2026-02")

    lay_all()

    value = first.plan_steps.get(purpose="value")
    assert second.plan_steps.get(purpose="value").joins == value


def test_what_was_to_go_out_with_a_dropped_letter_goes_out_by_itself():
    customer = lan_tu()
    lin(customer)
    first, second = (contract(customer, through="2027-02-26", number=number) for number in ("LT-1", "LT-2"))
    lay_all()

    services.drop(first.plan_steps.get(purpose="value"), reason="We met them.", by=chen(), now=T)

    assert second.plan_steps.get(purpose="value").joins is None


def test_what_was_to_go_out_with_a_letter_of_a_renewed_contract_goes_out_by_itself():
    customer = lan_tu()
    lin(customer)
    first, second = (contract(customer, through="2027-02-26", number=number) for number in ("LT-1", "LT-2"))
    lay_all()

    renew(first, after=first.terms.get().ends_at, term=terms.parse_term("1 year"), by="Chen", now=T)
    lay_all()

    assert second.plan_steps.get(purpose="value").joins is None


def test_a_renewal_makes_the_steps_before_it_moot():
    found = lan_tu_contract(through="2026-12-11")
    lay_all()
    at = utc("2026-12-04T02:00")
    assert PlanStep.objects.waiting(now=at).filter(contract=found).exists()

    renew(found, after=found.terms.get().ends_at, term=terms.parse_term("1 year"), by="Chen", now=T)

    assert not PlanStep.objects.waiting(now=at).filter(contract=found).exists()


def test_a_running_plan_keeps_its_version_until_somebody_moves_it():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()
    (playbook,) = Playbook.objects.all()
    said = {"anchor": "end", "days": -14, "purpose": "value", "channel": "call", "writer": "owner"}
    version = services.make_version(playbook, steps=[said], by=chen(), now=T)
    ToPlan.objects.create(contract=found)
    lay_all()
    assert len(purposes(found)) == 8

    services.follow(Plan.objects.get(contract=found), version, by=chen(), now=T)

    assert [(step.purpose, step.days) for step in found.plan_steps.all()] == [("value", -14)]


def test_following_another_version_takes_nothing_back_that_was_done():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()
    services.mark_done(found.plan_steps.get(purpose="value"), how="", by=chen(), now=T)
    (playbook,) = Playbook.objects.all()
    said = {"anchor": "end", "days": -60, "purpose": "value", "channel": "letter", "writer": "owner"}
    version = services.make_version(playbook, steps=[said], by=chen(), now=T)

    services.follow(Plan.objects.get(contract=found), version, by=chen(), now=T)

    (value,) = found.plan_steps.all()
    assert value.done_at == T


def test_an_end_that_moves_far_brings_back_what_had_passed():
    found = lan_tu_contract(through="2026-12-11")
    lay_all()
    assert "look_back" not in purposes(found)

    accounts.move_end(found, term=terms.parse_term("through 2027-06-30"), reason="", by=chen(), now=T)
    lay_all()

    assert purposes(found)[0] == "look_back"
    assert found.plan_steps.get(purpose="care").goes_at == utc("2027-06-30T01:00")


def test_an_end_that_moves_near_takes_away_what_would_go_out_after_it():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()

    accounts.move_end(found, term=terms.parse_term("until 2026-11-24T12:00"), reason="merged", by=chen(), now=T)
    lay_all()

    assert all(step.goes_at < utc("2026-11-24T04:01") for step in found.plan_steps.filter(anchor="end", days__lt=0))


def test_a_letter_that_waits_for_monday_is_not_taken_back_on_sunday():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()
    options = found.plan_steps.get(purpose="options")
    assert options.goes_at == utc("2027-01-28T01:00")

    ToPlan.objects.create(contract=found)
    lay_all(now=utc("2027-01-27T23:00"))

    options.refresh_from_db()
    assert options.goes_at == utc("2027-01-28T01:00")


def test_steps_that_had_nobody_to_go_to_go_to_whoever_is_added():
    customer = lan_tu()
    found = contract(customer, through="2027-02-26")
    lay_all()

    people_changed([found.pk], now=T)
    added = lin(customer)
    lay_all()

    assert {step.contact for step in found.plan_steps.all()} == {added}


def test_who_is_not_told_of_ends_any_more_is_replaced():
    found = lan_tu_contract(through="2027-02-26")
    first, second = found.customer.contacts.get(), lin(found.customer, name="王工", email="wang@lantu.test")
    lay_all()

    type(first).objects.filter(pk=first.pk).update(gets_notices=False)
    people_changed([found.pk], now=T)
    lay_all()

    assert {step.contact for step in found.plan_steps.filter(channel="letter")} == {second}


def test_a_customer_who_moves_is_written_to_at_their_new_hours():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()

    type(found.customer).objects.filter(pk=found.customer_id).update(time_zone="Europe/London")
    hours_changed([found.pk], now=T)
    lay_all()

    assert found.plan_steps.get(purpose="value").goes_at == utc("2026-12-28T16:00")  # the last two hours of their day


def test_a_playbook_for_the_product_comes_before_the_usual_one():
    laying.watch(now=T)
    said = {"anchor": "end", "days": -14, "purpose": "value", "channel": "letter", "writer": "owner"}
    services.make_playbook(steps=[said], product=collab(), by=chen(), now=T)
    found = lan_tu_contract(through="2027-02-26")

    lay_all()

    assert purposes(found) == ["value"]


def test_the_cost_of_laying_does_not_grow_with_the_contracts(django_assert_num_queries):
    customer = lan_tu()
    lin(customer)
    for number in range(8):
        contract(customer, through="2027-02-26", number=f"LT-{number}")
    laying.watch(now=T)

    with django_assert_num_queries(20):
        laying.lay_due(now=T, limit=500)


def test_the_database_refuses_a_second_playbook_for_the_same_contracts():
    Playbook.objects.create(segment="Enterprise")

    with pytest.raises(IntegrityError), transaction.atomic():
        Playbook.objects.create(segment="Enterprise", name="Another")


def test_the_database_refuses_a_drop_without_a_reason():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()

    with pytest.raises(IntegrityError), transaction.atomic():
        found.plan_steps.filter(purpose="value").update(dropped_at=T)


def test_a_step_cannot_be_moved_beyond_the_end_that_it_is_about():
    found = lan_tu_contract(through="2027-02-26")
    lay_all()

    with pytest.raises(accounts.NotAllowed):
        services.move(found.plan_steps.get(purpose="care"), to=utc("2027-02-27T03:00"), by=chen(), now=T)
