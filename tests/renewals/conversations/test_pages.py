"""From the customer's page or the contract's: note a conversation, see what was said, settle what was promised."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Contact, Contract
from renewals.conversations.models import Conversation, Promise
from renewals.conversations.services import Promised, note_conversation
from renewals.desk.services import part_with
from renewals.history import timeline_of
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house, lan_tu

__all__ = ["enter", "house", "lan_tu"]


def typed(contract: Contract, **said) -> dict[str, str]:
    person = Contact.objects.get(customer=contract.customer_id).pk
    known = {"contact": person, "contract": contract.pk, "channel": "call", "at": "2026-11-23T11:30"}
    return known | {"said": "She asked for the batch export.", "sentiment": "1"} | said


def talk(contract: Contract, /, **said) -> Conversation:
    known = {"channel": "call", "at": T - timedelta(hours=1), "time_zone": "Asia/Shanghai", "said": "batch export"}
    return note_conversation(contract.customer, **(known | {"by": cast.chen(), "now": T} | said))


def test_a_conversation_is_noted_from_the_contract_on_the_clock_of_who_notes_it(enter, lan_tu) -> None:
    response = enter().post(reverse("conversations:about_contract", args=[lan_tu.pk]), typed(lan_tu))

    assert response.url == lan_tu.get_absolute_url()
    found = Conversation.objects.get()
    assert (found.at, found.time_zone) == (T - timedelta(minutes=37), "Asia/Shanghai")
    assert (found.contract, found.sentiment, found.by) == (lan_tu, 1, cast.chen())


def test_what_each_side_promised_comes_with_it(enter, lan_tu) -> None:
    promised = {"ours": "batch export", "ours_by": "2026-11-30", "theirs": "a list of users"}
    enter().post(reverse("conversations:with_customer", args=[lan_tu.customer_id]), typed(lan_tu, **promised))

    assert [(one.side, one.what) for one in Promise.objects.open()] == [
        ("ours", "batch export"),
        ("theirs", "a list of users"),
    ]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"at": "2026-11-24T09:00"}, "still to come"),
        ({"at": "1026-11-23T11:30"}, "Check the year"),
        ({"said": " "}, "This field is required."),
        ({"ours_by": "2026-11-30"}, "take the day away"),
        ({"ours": "x", "ours_by": "2926-11-30"}, "Check the year"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_typed_is_lost(enter, lan_tu, wrong, why) -> None:
    url = reverse("conversations:about_contract", args=[lan_tu.pk])

    shown = enter().post(url, typed(lan_tu, **({"theirs": "a list of users"} | wrong))).content.decode()

    assert why in shown
    assert "a list of users" in shown
    assert not Conversation.objects.exists()


def test_both_pages_show_what_was_said_and_what_is_open(enter, lan_tu) -> None:
    promised = [Promised(side=Promise.Side.OURS, what="a batch export")]
    talk(lan_tu, said="She asked for it twice.", sentiment=-1, contract=lan_tu, promises=promised)

    for url in (lan_tu.get_absolute_url(), reverse("desk:customer", args=[lan_tu.customer_id])):
        shown = enter().get(url).content.decode()
        assert "She asked for it twice." in shown
        assert "dissatisfied" in shown
        assert "a batch export" in shown


def test_a_promise_is_kept_by_one_click_and_is_gone_from_the_list(enter, lan_tu) -> None:
    talk(lan_tu, promises=[Promised(side=Promise.Side.OURS, what="a batch export")])
    promise = Promise.objects.get()
    here = reverse("desk:customer", args=[lan_tu.customer_id])

    response = enter().post(reverse("conversations:settle", args=[promise.pk]), {"next": here})

    assert response.url == here
    promise.refresh_from_db()
    assert (promise.outcome, promise.settled_by) == ("kept", cast.chen())
    assert "a batch export" not in enter().get(here).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)"])
def test_after_a_promise_nobody_is_sent_elsewhere(enter, lan_tu, elsewhere) -> None:
    talk(lan_tu, promises=[Promised(side=Promise.Side.OURS, what="a batch export")])

    response = enter().post(reverse("conversations:settle", args=[Promise.objects.get().pk]), {"next": elsewhere})

    assert response.url == reverse("desk:customer", args=[lan_tu.customer_id])


def test_the_contracts_page_takes_as_many_queries_for_many_conversations_as_for_one(
    enter, lan_tu, django_assert_num_queries
) -> None:
    talk(lan_tu, promises=[Promised(side=Promise.Side.OURS, what="a batch export")])
    client = enter()
    client.get(lan_tu.get_absolute_url())
    with CaptureQueriesContext(connection) as one:
        client.get(lan_tu.get_absolute_url())
    for _more in range(9):
        talk(lan_tu, contract=lan_tu, promises=[Promised(side=Promise.Side.OURS, what="a batch export")])

    with django_assert_num_queries(len(one)):
        client.get(lan_tu.get_absolute_url())


def test_the_story_of_a_contract_tells_that_we_spoke_and_not_what_was_said(lan_tu) -> None:
    talk(lan_tu, contract=lan_tu, contact=Contact.objects.get(), said="a secret")

    told = [entry for entry in timeline_of(lan_tu, now=T) if entry.kind == "talked"]

    assert [(str(entry.title), str(entry.detail)) for entry in told] == [("Spoke with 林岚: call", "")]


def test_a_person_we_spoke_with_stays_on_record(lan_tu) -> None:
    talk(lan_tu, contact=Contact.objects.get())

    assert not part_with(Contact.objects.get(), now=T)
    assert Conversation.objects.get().contact == Contact.objects.get()
