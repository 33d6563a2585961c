"""What is held about them, as files: for who has shown by a code who they are, signing right or none."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact, Contract
from renewals.answers.models import Answer
from renewals.appointments.services import book
from renewals.door.models import DoorMail
from renewals.door.services import code_of
from renewals.links.models import RenewalLink
from renewals.links.services import address_of, link_for, token_of
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.usage.models import UsageSignal
from tests.renewals.cast import T, lin, utc
from tests.renewals.page.conftest import address, known

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(client: Client, link: RenewalLink, set_clock):
    """What is in the file for Lin."""

    def get() -> dict:
        set_clock(T)
        known(client, link)
        answer = client.get(address(link, "files"), {"as": "json"})
        assert answer.headers["Cache-Control"] == "no-store"
        return json.loads(b"".join(answer.streaming_content))

    return get


def test_a_forwarded_link_shows_no_file_and_the_way_to_one(client, link, set_clock) -> None:
    set_clock(T)
    client.cookies["django_language"] = "en"
    answer = client.get(address(link, "files"), {"as": "json"})

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Send me a code" in answer.content.decode()


def test_with_the_code_who_may_not_sign_comes_to_the_files_too(client, link, set_clock) -> None:
    set_clock(T)
    Contact.objects.update(may_sign=False)
    client.post(address(link, "files"), {"errand": "files"})
    code = code_of(DoorMail.objects.get())

    passed = client.post(address(link, "code"), {"errand": "files", "code": code})
    assert (passed.status_code, passed["Location"]) == (307, address(link, "files"))
    assert client.post(passed["Location"], {"errand": "files"}).status_code == 302
    assert b"?as=json" in client.get(address(link, "files")).content


def test_the_reader_is_in_it_whole(held, link) -> None:
    you = held()["you"]
    assert (you["name"], you["email"], you["time_zone"]) == ("林岚", "lin@lantu.test", "Asia/Shanghai")


def test_colleagues_are_in_it_by_name_and_not_by_how_they_are_reached(held, contract) -> None:
    Contact.objects.create(customer=contract.customer, name="秦越", email="qin@lantu.test", phone="123456")
    said = held()

    assert {"name": "秦越", "role": "uses"} in said["people"]
    assert "qin@lantu.test" not in json.dumps(said)
    assert "123456" not in json.dumps(said)


def test_promises_letters_and_figures_are_in_it(held, contract) -> None:
    UsageSignal.objects.create(contract=contract, at=T, metric="reports", value=3, received_at=T)
    said = held()

    assert said["record"][0]["last_minute"] == "2026-11-27T23:59"
    assert said["use"] == [{"at": "2026-11-23T04:07:00Z", "metric": "reports", "value": 3.0}]


def test_what_ours_note_among_themselves_is_not_in_it(held, contract) -> None:
    contract.customer.note = "knausert"
    contract.customer.save()
    assert "knausert" not in json.dumps(held())


def test_what_opens_a_door_is_not_in_it(held, link) -> None:
    assert token_of(link) not in json.dumps(held())


def test_ten_colleagues_cost_no_query_more(held, contract: Contract) -> None:
    with CaptureQueriesContext(connection) as one:
        held()
    Contact.objects.bulk_create(Contact(customer=contract.customer, name=f"p{n}") for n in range(10))
    with CaptureQueriesContext(connection) as ten:
        held()
    assert len(ten) == len(one)


def test_a_call_that_they_chose_a_time_for_is_in_it_with_the_number_they_left(held, link) -> None:
    book(link, at=utc("2026-11-24T01:00"), phone="138 0000 7777", now=T)

    call = held()["calls"][0]

    assert (call["starts_at"], call["time_zone"]) == ("2026-11-24T01:00:00Z", "Asia/Shanghai")
    assert (call["asked_for_by"], call["with"], call["phone"]) == ("林岚", "陈舟", "138 0000 7777")


def test_the_number_that_a_colleague_left_is_not_in_it(held, link, contract) -> None:
    other = link_for(contract, lin(contract.customer, name="秦越", email="qin@lantu.test"), now=T)
    book(other, at=utc("2026-11-24T01:00"), phone="139 0000 8888", now=T)

    assert held()["calls"][0]["phone"] is None


def test_a_note_of_ours_beside_a_call_is_not_in_it(held, contract) -> None:
    told = {"kind": Evidence.Kind.TOLD, "at": T, "now": T, "by": contract.owner, "note": "she was furious"}
    record_evidence(contract.terms.get(), contact=Contact.objects.get(), **told)
    assert "furious" not in json.dumps(held(), ensure_ascii=False)


def test_a_colleagues_mail_is_the_colleagues_and_ones_own_opens_nothing(held, contract, link) -> None:
    qin = Contact.objects.create(customer=contract.customer, name="秦越", email="qin@lantu.test")
    for n, (who, text) in enumerate(((qin, "between us"), (link.contact, f"see {address_of(link)}"))):
        said = {"message_id": f"<{n}>", "received_at": T, "recorded_at": T, "sender": who.name, "address": who.email}
        Answer.objects.create(contract=contract, customer=contract.customer, contact=who, text=text, **said)
    said = held()

    assert [one["from"] for one in said["answers"]] == ["林岚"]
    assert "between us" not in json.dumps(said)
    assert token_of(link) not in json.dumps(said)
