"""The callbacks' pages: administrators write, managers read, for everybody else they are not there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from renewals.callbacks.keys import secret_from
from renewals.callbacks.models import Attempt, Call, Endpoint, Type
from renewals.callbacks.sending import send_some
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from tests.renewals import cast
from tests.renewals.callbacks.conftest import listening
from tests.renewals.cast import T

pytestmark = pytest.mark.django_db

ADDRESS = "https://crm.example/hooks"
SAID = {"name": "CRM", "url": ADDRESS, "types": ["contract.ending", "contract.renewed"], "lead_days": ["30", "7"]}
PASSWORD = "a long enough password"


@pytest.fixture
def house(db: None) -> dict[str, User]:
    """Chen and their manager Shen; a manager of another team, Moss; Ada, the administrator."""
    east, west = Team.objects.create(name="East"), Team.objects.create(name="West")
    grades = [("shen", "manager", east), ("moss", "manager", west), ("ada", "admin", None)]
    made = {
        name: User.objects.create_user(f"{name}@vendor.test", PASSWORD, name=name, role=role, team=team, language="en")
        for name, role, team in grades
    }
    return {"chen": cast.chen(team=east, language="en")} | made


@pytest.fixture
def enter(house, set_clock):
    def as_somebody(name: str = "ada") -> Client:
        client = Client()
        client.force_login(house[name])
        return client

    return as_somebody


@pytest.fixture
def set_clock(monkeypatch):
    def be(now):
        monkeypatch.setattr("csportal.clock.now", lambda: now)

    be(T)
    return be


@pytest.fixture
def call(house) -> Call:
    """One that waits, about Lan Tu's contract, which is Chen's."""
    listening(ADDRESS)
    contract = cast.lan_tu_contract()
    record_event(contract, Event.Kind.RENEWED, key="renewed:1", occurred_at=T, now=T, term="1 year")
    return Call.objects.get()


def read_pages(call: Call) -> list[str]:
    return [reverse("callbacks:endpoints"), call.endpoint.get_absolute_url(), call.get_absolute_url()]


def write_pages(call: Call) -> list[str]:
    named = [reverse(f"callbacks:{name}", args=[call.endpoint_id]) for name in ("edit", "rotate", "remove")]
    return [reverse("callbacks:add"), *named]


def deeds(call: Call) -> list[str]:
    named = [reverse(f"callbacks:{name}", args=[call.endpoint_id]) for name in ("pause", "go_on", "test")]
    return [*named, reverse("callbacks:again", args=[call.uid])]


@pytest.mark.parametrize(("who", "reads", "writes"), [("ada", 200, 200), ("shen", 200, 403), ("chen", 404, 404)])
def test_who_sees_which_page(enter, call, who, reads, writes):
    client = enter(who)

    assert {client.get(url).status_code for url in read_pages(call)} == {reads}
    assert {client.get(url).status_code for url in write_pages(call)} == {writes}


@pytest.mark.parametrize(("who", "expected"), [("ada", 302), ("shen", 403), ("chen", 404)])
def test_who_may_do_what(enter, call, who, expected):
    client = enter(who)

    assert {url: client.post(url).status_code for url in deeds(call)} == dict.fromkeys(deeds(call), expected)
    assert {client.get(url).status_code for url in deeds(call)} == {405}


def test_nobody_sees_them_before_they_log_in(client, call):
    answers = [client.get(url) for url in [*read_pages(call), *write_pages(call)]]

    assert all(answer.url.startswith("/accounts/login/") for answer in answers)


def test_a_manager_of_another_team_sees_the_endpoint_and_not_the_call(enter, call):
    moss = enter("moss")

    assert "澜图" not in moss.get(call.endpoint.get_absolute_url()).content.decode()
    assert "澜图" not in moss.get(call.endpoint.get_absolute_url(), {"export": "csv"}).getvalue().decode()
    assert moss.get(call.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("who", "offered"), [("ada", True), ("shen", True), ("chen", False)])
def test_the_menu_leads_there_for_whoever_may_see_it(enter, who, offered):
    assert ('href="/callbacks/"' in enter(who).get("/").content.decode()) is offered


def test_a_new_endpoint_shows_its_secret_once(enter):
    ada = enter()

    response = ada.post(reverse("callbacks:add"), SAID, follow=True)

    made = Endpoint.objects.get()
    assert secret_from(made.nonce) in response.content.decode()
    assert secret_from(made.nonce) not in ada.get(made.get_absolute_url()).content.decode()
    assert [lead.before.days for lead in made.leads.all()] == [30, 7]
    assert (made.made_at, made.made_by.name) == (T, "ada")


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"url": "http://crm.example/"}, "url", "Only addresses that begin with https:// are called."),
        ({"url": "https://10.0.0.1/"}, "url", "Addresses inside private networks are not called."),
        ({"lead_days": []}, "lead_days", "Choose how long before the end it is to hear of it."),
        ({"types": []}, "types", "This field is required."),
        ({"types": ["portal.test"]}, "types", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(enter, said, field, why):
    response = enter().post(reverse("callbacks:add"), SAID | said)

    assert why in str(response.context["form"].errors[field])
    assert 'value="CRM"' in response.content.decode()
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_changed(enter, call):
    said = SAID | {"name": "Billing", "types": ["contract.closed"], "lead_days": []}

    enter().post(reverse("callbacks:edit", args=[call.endpoint_id]), said)

    changed = Endpoint.objects.get()
    assert (changed.name, changed.types, changed.leads.count()) == ("Billing", ["contract.closed"], 0)


def test_a_new_secret_takes_the_readers_password(enter, call):
    ada, url = enter(), reverse("callbacks:rotate", args=[call.endpoint_id])

    refused = ada.post(url, {"password": "a guess"})
    assert "That is not your password." in refused.content.decode()
    assert Endpoint.objects.get().nonce_before is None

    shown = ada.post(url, {"password": PASSWORD}, follow=True)
    assert secret_from(Endpoint.objects.get().nonce) in shown.content.decode()


def test_pause_and_go_on(enter, call):
    ada, endpoint = enter(), call.endpoint

    ada.post(reverse("callbacks:pause", args=[endpoint.pk]))
    assert "Paused since" in ada.get(endpoint.get_absolute_url()).content.decode()
    refused = ada.post(reverse("callbacks:again", args=[call.uid]), follow=True)
    assert "This endpoint is paused. Let it go on first." in refused.content.decode()

    ada.post(reverse("callbacks:go_on", args=[endpoint.pk]))
    assert Endpoint.objects.get().paused_at is None


def test_who_did_what_to_an_endpoint_stays_on_record(enter, call):
    ada, pk = enter(), call.endpoint_id

    for name in ("pause", "go_on", "remove"):
        ada.post(reverse(f"callbacks:{name}", args=[pk]))

    said = LogEntry.objects.filter(object_id=str(pk), user__name="ada").order_by("pk")
    assert list(said.values_list("change_message", flat=True)) == ["paused", "goes on", ADDRESS]


def test_passwords_cannot_be_guessed_one_after_the_other(enter, call):
    ada, url = enter(), reverse("callbacks:rotate", args=[call.endpoint_id])
    cache.clear()

    answers = [ada.post(url, {"password": "a guess"}).status_code for _guess in range(11)]

    assert answers == [200] * 10 + [429]


def test_an_endpoint_is_deleted_with_its_calls_once_it_is_confirmed(enter, call):
    ada, url = enter(), reverse("callbacks:remove", args=[call.endpoint_id])
    assert "1 call that waits is never sent." in ada.get(url).content.decode()

    ada.post(url)

    assert not Endpoint.objects.exists()
    assert not Call.objects.exists()


def test_a_test_leads_to_its_own_page_which_looks_again_until_there_is_an_answer(enter, receiver, house):
    endpoint = listening(receiver.url)
    ada = enter()

    page = ada.post(reverse("callbacks:test", args=[endpoint.pk]), follow=True).content.decode()
    assert ('hx-trigger="every 2s"' in page, "It is on its way" in page) == (True, True)

    send_some(endpoint.pk, now=T)
    page = ada.get(Call.objects.get(type=Type.TEST).get_absolute_url()).content.decode()
    assert ('hx-trigger="every 2s"' in page, "accepted" in page) == (False, True)


def test_what_was_answered_is_shown_as_text(enter, call):
    Attempt.objects.create(call=call, at=T, status=500, took=0.2, answer="<script>alert(1)</script>")

    page = enter().get(call.get_absolute_url()).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 1),
        ({"stands": "waiting"}, 1),
        ({"stands": "accepted"}, 0),
        ({"type": "contract.renewed"}, 1),
        ({"type": "contract.closed"}, 0),
        ({"q": "LT-2026"}, 1),
        ({"q": "nobody"}, 0),
    ],
)
def test_calls_are_narrowed_from_the_address(enter, call, asked, found):
    page = enter().get(call.endpoint.get_absolute_url(), asked).content.decode()

    assert page.count(str(call.uid)) == found


def test_a_call_is_found_by_its_webhook_id(enter, call):
    page = enter().get(call.endpoint.get_absolute_url(), {"q": str(call.uid)}).content.decode()

    assert call.get_absolute_url() in page


def test_calls_are_exported_with_their_ids(enter, call):
    lines = enter().get(call.endpoint.get_absolute_url(), {"export": "csv"}).getvalue().decode().splitlines()

    assert lines[1].startswith(f"{call.uid},contract.renewed,LT-2026-01,澜图设计,2026-11-23T04:07:00Z,waiting,0,,")


def test_lists_take_as_many_queries_for_many_rows_as_for_one(enter, call, django_assert_num_queries):
    ada = enter()
    pages = [reverse("callbacks:endpoints"), call.endpoint.get_absolute_url()]
    ada.get("/callbacks/")
    before = [queries_of(ada, page) for page in pages]

    for number in range(2, 20):
        record_event(call.contract, Event.Kind.RENEWED, key=f"renewed:{number}", occurred_at=T, now=T, term="1 year")
        listening(ADDRESS, name=f"System {number}", now=T + timedelta(days=1))

    assert [queries_of(ada, page) for page in pages] == before


def queries_of(client: Client, page: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert re.search("<h1>", client.get(page).content.decode())
    return len(asked)
