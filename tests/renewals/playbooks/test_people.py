"""Who is written to, who writes, and when they work: what is to come is timed anew as these change (rule 16)."""

from __future__ import annotations

from datetime import time

import pytest
from django.urls import reverse

from accounts.models import Contact, User, WorkingCalendar
from renewals.playbooks.models import ToPlan
from tests.renewals import cast
from tests.renewals.cast import utc
from tests.renewals.playbooks.test_laying import lay_all

pytestmark = pytest.mark.django_db
SAID = {"role": "uses", "channel": "email", "gets_notices": "on"}
"""What a form about a person says besides their name."""


@pytest.fixture
def planned(house, set_clock):
    """Lan Tu's contract through Friday 26 February 2027, with its plan."""
    found = cast.lan_tu_contract(through="2027-02-26")
    lay_all()
    return found


@pytest.fixture
def ada(enter, house):
    """The administrator's browser."""
    User.objects.filter(pk=house["ada"].pk).update(is_superuser=True)
    return enter("ada")


def value(contract):
    return contract.plan_steps.get(purpose="value")


def test_a_person_who_is_added_takes_over_what_nobody_could_be_sent(enter, planned) -> None:
    Contact.objects.all().delete()
    url = reverse("accounts:contact_add", args=[planned.customer_id])

    enter().post(
        url, {"name": "王工", "email": "wang@lantu.test", "role": "uses", "channel": "email", "gets_notices": "on"}
    )
    lay_all()

    assert value(planned).contact.name == "王工"


def test_a_person_who_moves_is_written_to_at_their_own_hours(enter, planned) -> None:
    person = planned.customer.contacts.get()
    said = SAID | {"name": person.name, "email": person.email, "time_zone": "Europe/London"}

    enter().post(reverse("accounts:contact_edit", args=[person.pk]), said)
    lay_all()

    assert value(planned).goes_at == utc("2026-12-28T16:00")


def test_who_is_removed_is_replaced_by_somebody_else_there(enter, planned) -> None:
    other = cast.lin(planned.customer, name="王工", email="wang@lantu.test")
    first = planned.customer.contacts.get(name="林岚")

    enter().post(reverse("desk:remove_contact", args=[first.pk]))
    lay_all()

    assert value(planned).contact == other


def test_a_colleague_with_other_hours_is_asked_at_these(ada, house, planned) -> None:
    late = WorkingCalendar.objects.create(name="Late shift", country="CN", opens=time(13), closes=time(21))
    url = reverse("admin:accounts_user_change", args=[house["chen"].pk])
    form = ada.get(url).context["adminform"].form
    said = {name: form[name].value() for name in form.fields if name != "password"}
    said = {name: text for name, text in said.items() if text is not None and text is not False}

    ada.post(url, said | {"calendar": late.pk})
    lay_all()

    assert value(planned).manager_at == utc("2026-12-28T05:00")


def test_a_calendar_that_changes_puts_whoever_works_by_it_on_the_list(ada, planned) -> None:
    calendar = planned.customer.calendar
    said = {
        "name": calendar.name,
        "country": "CN",
        "opens": "10:00",
        "closes": "18:00",
        "subdivision": "",
        "weekend": "",
    }
    rows = {f"days-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}

    ada.post(reverse("admin:accounts_workingcalendar_change", args=[calendar.pk]), said | rows)

    assert ToPlan.objects.filter(contract=planned).exists()
