"""What an administrator may write, and what is computed anew when they do."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from renewals.callbacks.services import make_endpoint
from renewals.interventions.models import Channel
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.product.keys import find_key, make_key
from renewals.product.models import ApiKey
from tests.renewals.cast import T, clock_of, utc

OWNED_BY_SERVICES = [
    "accounts_contract",
    "renewals_evidence",
    "renewals_clock",
    "renewals_event",
    "renewals_touch",
    "renewals_delivery",
    "renewals_renewallink",
    "renewals_draftrequest",
    "renewals_intervention",
    "renewals_handover",
    "renewals_phonecall",
    "renewals_absence",
    "renewals_message",
    "renewals_endpoint",
    "renewals_lead",
    "renewals_call",
    "renewals_attempt",
    "renewals_paid",
    "renewals_payment",
    "renewals_paymentterms",
]


@pytest.mark.parametrize("model", OWNED_BY_SERVICES)
def test_what_services_own_is_read_and_not_added(enter, lan_tu, model) -> None:
    ada = enter("ada")

    assert ada.get(reverse(f"admin:{model}_changelist")).status_code == 200
    assert ada.get(reverse(f"admin:{model}_add")).status_code == 403


def test_what_is_secret_is_not_in_the_administration(enter, house) -> None:
    endpoint = make_endpoint(name="CRM", url="https://crm.test/", types=[], lead_days=[], by=house["ada"], now=T)

    page = enter("ada").get(reverse("admin:renewals_endpoint_change", args=[endpoint.pk])).content.decode()

    assert "https://crm.test/" in page
    assert "nonce" not in page
    assert not admin.site.is_registered(Channel)


def test_only_administrators_come_in(enter, house) -> None:
    assert [enter(name).get("/admin/").status_code for name in ("ada", "shen", "chen")] == [200, 302, 302]


@pytest.fixture(autouse=True)
def ada_may_do_everything(house) -> None:
    User.objects.filter(email="ada@vendor.test").update(is_superuser=True)


def calendar_form(calendar, **days: str) -> dict[str, str]:
    empty = {f"days-{name}": "0" for name in ("INITIAL_FORMS", "MIN_NUM_FORMS")}
    said = {"name": calendar.name, "country": calendar.country, "opens": "09:00", "closes": "18:00", "weekend": ""}
    return said | empty | {"days-TOTAL_FORMS": "1", "days-MAX_NUM_FORMS": "1000"} | days


def test_a_changed_day_moves_the_locks_that_wait_by_the_calendar(enter, lan_tu) -> None:
    told_at = utc("2026-11-20T02:00")
    record_evidence(lan_tu.terms.get(), kind=Evidence.Kind.DELIVERED, at=told_at, now=told_at)
    calendar = lan_tu.customer.calendar
    day_off = {"days-0-on": "2026-11-30", "days-0-note": "moving house"}

    url = reverse("admin:accounts_workingcalendar_change", args=[calendar.pk])
    response = enter("ada").post(url, calendar_form(calendar, **day_off))

    assert response.status_code == 302
    assert clock_of(lan_tu).lock_at == utc("2026-12-01T01:00")


def test_a_calendar_without_a_day_of_work_is_refused(enter, lan_tu) -> None:
    calendar = lan_tu.customer.calendar
    url = reverse("admin:accounts_workingcalendar_change", args=[calendar.pk])

    response = enter("ada").post(url, calendar_form(calendar) | {"weekend": "0,1,2,3,4,5,6"})

    assert b"A weekend leaves at least one day of the week." in response.content


def test_who_becomes_an_administrator_may_do_everything_and_who_stops_may_not(enter, house) -> None:
    chen = house["chen"]
    url = reverse("admin:accounts_user_change", args=[chen.pk])
    said = {"email": chen.email, "name": chen.name, "is_active": "on", "time_zone": "Asia/Shanghai", "duty_place": "0"}

    grades = []
    for role in ("admin", "csm"):
        enter("ada").post(url, said | {"role": role})
        chen.refresh_from_db()
        grades.append((chen.role, chen.is_superuser))

    assert grades == [("admin", True), ("csm", False)]


def test_an_administrator_revokes_a_key_and_it_opens_nothing_any_more(enter, house) -> None:
    shown = make_key("the product", ["entitlements:read"], now=T)
    chosen = ApiKey.objects.values_list("pk", flat=True)

    url = reverse("admin:renewals_apikey_changelist")
    response = enter("ada").post(url, {"action": "revoke", "_selected_action": list(chosen)}, follow=True)

    assert "1 key is revoked." in response.content.decode()
    assert find_key(shown) is None


@pytest.mark.parametrize("model", ["schedule", "success", "failure", "ormq"])
def test_nobody_puts_work_on_the_queue_by_hand(enter, model) -> None:
    assert enter("ada").get(f"/admin/django_q/{model}/").status_code == 404
    assert enter("ada").post(f"/admin/django_q/{model}/add/", {"func": "os.system"}).status_code == 404
