"""Playbooks on their pages: read by everybody, written by managers, each change another version (rule 17)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from renewals.playbooks import laying, services
from renewals.playbooks.models import Plan, Playbook
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.playbooks.test_laying import lay_all

pytestmark = pytest.mark.django_db
ROW = {
    "purpose": "value",
    "days": "60",
    "when": "before",
    "channel": "letter",
    "writer": "owner",
    "title": "",
    "aim": "",
}
BLANK = ROW | {"purpose": "", "days": ""}


def typed(*rows: dict[str, str], initial: int = 0, **said: str) -> dict[str, str]:
    """A form as a browser posts it."""
    data = {"name": "Enterprise", "product": "", "segment": "Enterprise", "kind": ""} | said
    data |= {"steps-TOTAL_FORMS": str(len(rows)), "steps-INITIAL_FORMS": str(initial)}
    return data | {f"steps-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()}


@pytest.fixture
def manager(enter):
    laying.ensure_usual(now=T)
    return enter("shen")


@pytest.fixture
def usual(manager) -> Playbook:
    return Playbook.objects.get()


def rows_of(manager, playbook) -> list[dict[str, str]]:
    """The rows as the page shows them, to be posted again."""
    forms = manager.get(f"/playbooks/{playbook.pk}/change/").context["steps"]
    return [{name: str(form[name].value()) for name in ROW} for form in forms if form.initial]


def test_before_the_first_tick_the_list_says_where_the_usual_playbook_comes_from(enter) -> None:
    assert "The usual one is made with the first tick" in enter().get("/playbooks/").content.decode()


def test_the_list_says_for_whom_which_version_and_how_many_plans(manager, usual) -> None:
    cast.lan_tu_contract(through="2027-02-26")
    lay_all()

    (row,) = manager.get("/playbooks/").context["table"].rows

    assert row.get_cell_value("for_whom") == "every contract that no other is meant for"
    assert (row.record.number, row.record.running) == (1, 1)


def test_steps_stand_in_order_of_time_and_in_words(manager, usual) -> None:
    text = manager.get(usual.get_absolute_url()).content.decode()

    assert text.index("3 days after the term begins · letter · the owner") < text.index(
        "90 days before the last minute"
    )
    assert text.index("at the end, as the buffer begins") < text.index("at the soft lock · call · the portal by itself")


def test_a_manager_makes_a_playbook_for_a_segment(manager) -> None:
    later = ROW | {"days": "14", "when": "after", "title": "Ask how it went"}

    manager.post("/playbooks/add/", typed(later, ROW, BLANK))

    made = Playbook.objects.get(segment="Enterprise")
    steps = made.versions.get().steps.all()
    assert [(step.anchor, step.days, step.title) for step in steps] == [
        ("end", -60, ""),
        ("end", 14, "Ask how it went"),
    ]


def test_a_second_spelling_of_a_segment_becomes_the_first(manager) -> None:
    cast.lan_tu(segment="Enterprise")

    manager.post("/playbooks/add/", typed(ROW, segment="ENTERPRISE"))

    assert Playbook.objects.filter(segment="Enterprise").exists()
    assert list(Customer.objects.segments()) == ["Enterprise"]


def test_a_changed_step_makes_the_next_version_that_says_what_changed(manager, usual) -> None:
    rows = rows_of(manager, usual)
    rows[1]["channel"] = "call"

    manager.post(f"/playbooks/{usual.pk}/change/", typed(*rows, initial=len(rows), name="", base="1"))

    text = manager.get(usual.get_absolute_url()).content.decode()
    assert [version.number for version in usual.versions.all()] == [2, 1]
    assert "Changed: 90 days before the last minute · Look back · call · the owner" in text


def test_saved_as_it_was_it_makes_no_other_version(manager, usual) -> None:
    rows = rows_of(manager, usual)

    manager.post(f"/playbooks/{usual.pk}/change/", typed(*rows, initial=len(rows), name="", base="1"))

    assert usual.versions.count() == 1


def test_a_row_is_taken_out_with_its_box_whatever_else_it_says(manager, usual) -> None:
    rows = rows_of(manager, usual)
    rows[0] |= {"DELETE": "on", "days": "nonsense"}

    manager.post(f"/playbooks/{usual.pk}/change/", typed(*rows, initial=len(rows), name="", base="1"))

    assert "explain" not in usual.versions.first().steps.values_list("purpose", flat=True)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"days": "many"}, "Step 2, Days: Enter a whole number."),
        ({"days": "401"}, "Step 2, Days: Ensure this value is less than or equal to 400."),
        ({"purpose": "", "title": "Ask"}, "Step 2, Purpose: This field is required."),
        ({"writer": "portal"}, "Step 2, Who: By itself the portal does the intervention alone."),
        ({"purpose": "intervention"}, "Step 2, Counted: A lock opens the intervention"),
        ({"purpose": "other"}, "Step 2, Title: Say what it is called"),
        ({"days": "60"}, "Step 2, Days: Row 1 says the same already."),
    ],
)
def test_an_error_names_its_row_and_field_and_nothing_typed_is_lost(manager, row, told) -> None:
    response = manager.post(
        "/playbooks/add/", typed(ROW, ROW | {"days": "30", "title": "", "aim": "Their figures"} | row)
    )

    text = response.content.decode()
    assert told in text
    assert "Their figures" in text
    assert Playbook.objects.count() == 1


def test_a_playbook_without_a_step_is_refused(manager) -> None:
    assert "A playbook has one step at least." in manager.post("/playbooks/add/", typed(BLANK)).content.decode()


def test_more_rows_come_without_anything_being_saved(manager) -> None:
    response = manager.post("/playbooks/add/", typed(ROW, BLANK) | {"more": "1"})

    assert len(response.context["steps"].forms) == 5
    assert Playbook.objects.count() == 1


def test_two_playbooks_for_the_same_contracts_are_refused(manager) -> None:
    manager.post("/playbooks/add/", typed(ROW))

    text = manager.post("/playbooks/add/", typed(ROW, name="Another")).content.decode()

    assert "There is a playbook for exactly these contracts already" in text
    assert "Another" in text


def test_what_somebody_else_made_meanwhile_is_not_overwritten_unseen(manager, usual) -> None:
    rows = rows_of(manager, usual)
    services.make_version(usual, steps=[{"anchor": "end", "days": -1, "purpose": "care"}], by=None, now=T)
    rows[1]["channel"] = "call"
    data = typed(*rows, initial=len(rows), name="", base="1")

    text = manager.post(f"/playbooks/{usual.pk}/change/", data).content.decode()

    assert "Somebody made version 2 meanwhile." in text
    assert usual.versions.count() == 2


def test_the_usual_playbook_stays_meant_for_everybody(manager, usual) -> None:
    rows = rows_of(manager, usual)

    manager.post(f"/playbooks/{usual.pk}/change/", typed(*rows, initial=len(rows), segment="Enterprise", base="1"))

    usual.refresh_from_db()
    assert usual.segment == ""


def test_all_running_plans_are_moved_to_the_last_version_at_once(manager, usual) -> None:
    customer = cast.lan_tu()
    cast.lin(customer)
    for number in range(3):
        cast.contract(customer, through="2027-02-26", number=f"LT-{number}")
    lay_all()
    said = {"anchor": "end", "days": -14, "purpose": "value"}
    version = services.make_version(usual, steps=[said], by=None, now=T)
    assert "3 running plans still follow an older version." in manager.get(usual.get_absolute_url()).content.decode()

    text = manager.post(f"/playbooks/{usual.pk}/move-all/", follow=True).content.decode()

    assert "3 plans follow version 2 now." in text
    assert set(Plan.objects.values_list("version", flat=True)) == {version.pk}


def test_a_manager_moves_the_plans_that_they_may_see(manager, usual, house) -> None:
    mine = cast.lan_tu_contract(through="2027-02-26")
    other = cast.contract(cast.lan_tu(name="Other", owner=house["otto"]), through="2027-02-26", number="N-2")
    lay_all()
    services.make_version(usual, steps=[{"anchor": "end", "days": -14, "purpose": "value"}], by=None, now=T)

    manager.post(f"/playbooks/{usual.pk}/move-all/")

    moved = {plan.contract: plan.version.number for plan in Plan.objects.all()}
    assert moved == {mine: 2, other: 1}


def test_moving_plans_costs_no_more_for_more_of_them(manager, usual, django_assert_num_queries) -> None:
    customer = cast.lan_tu()
    cast.lin(customer)
    for number in range(6):
        cast.contract(customer, through="2027-02-26", number=f"LT-{number}")
    lay_all()
    version = services.make_version(usual, steps=[{"anchor": "end", "days": -14, "purpose": "value"}], by=None, now=T)
    ids = list(Plan.objects.values_list("pk", flat=True))

    with django_assert_num_queries(29):
        services.follow_some(ids, version, by=cast.chen(), now=T)


def test_a_playbook_that_no_plan_follows_is_deleted(manager) -> None:
    manager.post("/playbooks/add/", typed(ROW))
    made = Playbook.objects.get(segment="Enterprise")

    manager.post(f"/playbooks/{made.pk}/delete/")

    assert not Playbook.objects.filter(pk=made.pk).exists()


def test_a_playbook_that_plans_follow_stays_and_says_so(manager) -> None:
    manager.post("/playbooks/add/", typed(ROW))
    made = Playbook.objects.get(segment="Enterprise")
    customer = cast.lan_tu(segment="Enterprise")
    cast.contract(customer, through="2027-02-26")
    lay_all()

    text = manager.post(f"/playbooks/{made.pk}/delete/", follow=True).content.decode()

    assert "Plans have followed this playbook, so it stays." in text


def test_the_usual_playbook_cannot_be_deleted(manager, usual) -> None:
    text = manager.post(f"/playbooks/{usual.pk}/delete/", follow=True).content.decode()

    assert "it can be changed, not deleted" in text


@pytest.mark.parametrize("path", ["add/", "{pk}/change/", "{pk}/move-all/", "{pk}/delete/"])
def test_a_csm_reads_and_does_not_write(manager, usual, enter, path) -> None:
    csm = enter("chen")

    assert csm.get(usual.get_absolute_url()).status_code == 200
    assert csm.get("/playbooks/" + path.format(pk=usual.pk)).status_code == 403
    assert csm.post("/playbooks/" + path.format(pk=usual.pk)).status_code == 403


def test_the_list_is_a_file_too(manager, usual) -> None:
    text = manager.get("/playbooks/", {"export": "csv"}).getvalue().decode()

    assert "The usual playbook,,,,1,2026-11-23T04:07:00Z,0" in text


def test_a_longer_list_costs_no_more_queries(manager, usual, django_assert_max_num_queries) -> None:
    manager.get("/playbooks/")  # the first visit marks the session
    with CaptureQueriesContext(connection) as short:
        manager.get("/playbooks/")
    for name in "ABCDE":
        services.make_playbook(
            steps=[{"anchor": "end", "days": -1, "purpose": "care"}], by=None, now=T, name=name, segment=name
        )

    assert len(short) <= 8
    with django_assert_max_num_queries(len(short)):
        manager.get("/playbooks/")
