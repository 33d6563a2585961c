"""A conversation is on record with who said what, how they felt, and what was promised."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Contact, Contract
from accounts.services import NotAllowed
from renewals.conversations.models import Conversation, Promise
from renewals.conversations.services import Promised, note_conversation, settle_promise
from tests.renewals import cast
from tests.renewals.cast import T

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def contract() -> Contract:
    return cast.lan_tu_contract()


def talk(contract: Contract, /, **said) -> Conversation:
    known = {
        "channel": Conversation.Channel.CALL,
        "at": T - AN_HOUR,
        "time_zone": "Asia/Shanghai",
        "said": "她问批量导出",
    }
    return note_conversation(contract.customer, **(known | {"by": cast.chen(), "now": T, "contract": contract} | said))


def test_a_conversation_brings_its_promises(contract) -> None:
    talk(contract, promises=[Promised(side=Promise.Side.OURS, what="batch export", due_on=date(2026, 11, 30))])

    promise = Promise.objects.get()

    assert (promise.what, promise.due_on, promise.time_zone) == ("batch export", date(2026, 11, 30), "Asia/Shanghai")
    assert promise.conversation == Conversation.objects.get()


@pytest.mark.parametrize("wrong", [{"at": T + AN_HOUR}, {"said": "  "}])
def test_what_was_not_had_or_says_nothing_is_refused(contract, wrong) -> None:
    with pytest.raises(NotAllowed):
        talk(contract, **wrong)


def test_a_person_of_another_customer_took_no_part(contract) -> None:
    stranger = Contact.objects.create(customer=cast.lan_tu(name="Harbor Labs"), name="Dana")

    with pytest.raises(NotAllowed, match="Dana"):
        talk(contract, contact=stranger)


def test_a_contract_of_another_customer_was_not_talked_about(contract) -> None:
    other = cast.contract(cast.lan_tu(name="Harbor Labs"), number="HL-1")

    with pytest.raises(NotAllowed, match="HL-1"):
        note_conversation(
            contract.customer, contract=other, channel="call", at=T, time_zone="UTC", said="x", by=cast.chen(), now=T
        )


def test_a_promise_that_cannot_be_kept_on_record_takes_its_conversation_with_it(contract) -> None:
    with pytest.raises(NotAllowed):
        talk(contract, promises=[Promised(side=Promise.Side.OURS, what=" ")])

    assert not Conversation.objects.exists()


def test_a_promise_is_settled_once(contract) -> None:
    talk(contract, promises=[Promised(side=Promise.Side.THEIRS, what="a list of users")])
    promise = Promise.objects.get()
    settle_promise(promise, outcome=Promise.Outcome.KEPT, by=cast.chen(), now=T)

    with pytest.raises(NotAllowed):
        settle_promise(promise, outcome=Promise.Outcome.DROPPED, by=cast.chen(), now=T)

    assert Promise.objects.get().outcome == Promise.Outcome.KEPT


def test_open_promises_come_by_their_day_and_those_without_one_last(contract) -> None:
    said = [("some day", None), ("later", date(2026, 12, 9)), ("soon", date(2026, 11, 24))]
    talk(contract, promises=[Promised(side=Promise.Side.OURS, what=what, due_on=on) for what, on in said])

    assert [one.what for one in Promise.objects.open()] == ["soon", "later", "some day"]


def test_a_promise_is_overdue_after_its_day_not_on_it(contract) -> None:
    promise = Promise(due_on=date(2026, 11, 23))

    assert not promise.is_overdue(date(2026, 11, 23))
    assert promise.is_overdue(date(2026, 11, 24))


def test_what_is_about_a_contract_or_about_none_is_about_it_and_not_what_is_about_another(contract) -> None:
    other = cast.contract(contract.customer, number="LT-2")
    for about in (contract, None, other):
        talk(contract, contract=about, said=f"about {about}")

    assert {one.said for one in Conversation.objects.about(contract)} == {"about LT-2026-01", "about None"}


def test_what_was_said_last_comes_first_and_nothing_that_is_still_to_come(contract) -> None:
    talk(contract, said="first", at=T - 3 * AN_HOUR)
    talk(contract, said="last", at=T - AN_HOUR)

    assert [one.said for one in Conversation.objects.until(T)] == ["last", "first"]
    assert [one.said for one in Conversation.objects.until(T - 2 * AN_HOUR)] == ["first"]


@pytest.mark.parametrize("wrong", [{"sentiment": 3}, {"said": ""}, {"at": T + AN_HOUR}])
def test_the_database_holds_what_a_conversation_is(contract, wrong) -> None:
    with pytest.raises(IntegrityError):
        Conversation.objects.filter(pk=talk(contract).pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"what": ""}, {"outcome": "kept"}, {"settled_at": T}])
def test_the_database_holds_what_a_promise_is(contract, wrong) -> None:
    talk(contract, promises=[Promised(side=Promise.Side.OURS, what="batch export")])

    with pytest.raises(IntegrityError):
        Promise.objects.update(**wrong)
