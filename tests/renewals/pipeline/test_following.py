"""A renewal says what its contract does, in the transaction that did it, and in the name of who did."""

from __future__ import annotations

import json

import pytest

from accounts import terms
from accounts.models import Contract, User
from accounts.services import NotAllowed, Sold, change_details, change_sold, move_end
from renewals.callbacks.models import Call, Type
from renewals.callbacks.services import make_endpoint
from renewals.locking.renewing import renew
from renewals.pipeline.models import LossReason, Renewal, RenewalChange
from renewals.pipeline.services import change
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from tests.renewals.cast import T, utc
from tests.renewals.pipeline.conftest import stage

ENDS = utc("2026-11-27T16:00")


def again(renewal: Renewal) -> Renewal:
    return Renewal.objects.get(pk=renewal.pk)


def who(renewal: Renewal, field: str) -> str:
    return RenewalChange.objects.filter(renewal=renewal, field=field).latest("pk").by_name


def test_a_renewed_contract_is_signed_by_who_renewed_it(renewal: Renewal, chen: User) -> None:
    renew(renewal.contract, after=ENDS, term=terms.Term.years(1), by=chen, now=T)

    assert (again(renewal).outcome, again(renewal).closed_at, who(renewal, "stage")) == ("signed", T, "陈舟")


def test_who_says_no_is_lost_for_a_reason_that_is_not_known_yet(renewal: Renewal) -> None:
    change_details(renewal.contract, declined_at=T, by="林岚", now=T)

    lost = again(renewal)
    assert lost.loss_reason is not None
    assert (lost.outcome, lost.loss_reason.word, who(renewal, "stage")) == ("lost", "not_known", "林岚")


def test_who_said_no_and_renews_after_all_is_signed(renewal: Renewal, chen: User) -> None:
    change_details(renewal.contract, declined_at=T, by="林岚", now=T)

    renew(renewal.contract, after=ENDS, term=terms.Term.years(1), by=chen, now=utc("2026-11-24T02:00"))

    assert (again(renewal).outcome, again(renewal).loss_reason) == ("signed", None)


def test_what_closes_without_a_word_is_lost(renewal: Renewal) -> None:
    at = utc("2026-12-31T01:00")

    record_event(renewal.contract, Event.Kind.CLOSED, key="closed", occurred_at=at, now=at)

    assert (again(renewal).outcome, who(renewal, "stage")) == ("lost", "by itself")


def test_a_moved_end_moves_it_and_the_slip_is_on_record(renewal: Renewal, chen: User) -> None:
    move_end(renewal.contract, term=terms.parse_term("through 2026-12-15"), reason="they asked", by=chen, now=T)

    slip = RenewalChange.objects.get(renewal=renewal, field="ends_at")
    assert (slip.before, slip.after, slip.by_user) == ("2026-11-27T16:00Z", "2026-12-15T16:00Z", chen)
    assert again(renewal).ends_at == utc("2026-12-15T16:00")


def test_another_price_of_today_is_expected_too(renewal: Renewal, chen: User) -> None:
    change_sold(renewal.contract, sold=Sold(seats=40, value=90000, currency="CNY"), by=chen, now=T)  # type: ignore[arg-type]

    assert (again(renewal).amount_now, again(renewal).amount) == (90000, 90000)


def test_an_amount_that_somebody_expects_stays(renewal: Renewal, chen: User) -> None:
    change(renewal, amount=100000, by=chen, now=T)

    change_sold(renewal.contract, sold=Sold(seats=40, value=90000, currency="CNY"), by=chen, now=T)  # type: ignore[arg-type]

    assert (again(renewal).amount_now, again(renewal).amount) == (90000, 100000)


def test_what_somebody_marked_as_signed_stays_as_they_did(renewal: Renewal, chen: User) -> None:
    change(renewal, stage=stage("signed"), by=chen, now=T)

    renew(renewal.contract, after=ENDS, term=terms.Term.years(1), by="林岚", now=utc("2026-11-24T02:00"))

    assert again(renewal).closed_at == T


def test_what_somebody_marked_as_signed_is_lost_with_the_customers_no(renewal: Renewal, chen: User) -> None:
    change(renewal, stage=stage("signed"), by=chen, now=T)

    change_details(renewal.contract, declined_at=utc("2026-11-24T02:00"), by="林岚", now=utc("2026-11-24T02:00"))

    assert (again(renewal).outcome, who(renewal, "stage")) == ("lost", "林岚")


def test_what_somebody_marked_as_signed_is_lost_where_the_contract_closes(renewal: Renewal, chen: User) -> None:
    change(renewal, stage=stage("signed"), by=chen, now=T)
    at = utc("2026-12-31T01:00")

    record_event(renewal.contract, Event.Kind.CLOSED, key="closed", occurred_at=at, now=at)

    assert (again(renewal).outcome, again(renewal).closed_at) == ("lost", at)


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_closed_and_gets_a_later_end_is_on_the_way_again(renewal: Renewal, chen: User, by_hand: bool) -> None:
    at = utc("2026-12-31T01:00")
    record_event(renewal.contract, Event.Kind.CLOSED, key="closed", occurred_at=at, now=at)
    if by_hand:  # somebody brought it back, and lost it for a reason: then it is theirs to say
        change(renewal, stage=stage("in_contact"), by=chen, now=at)
        price = LossReason.objects.get(word="price")
        change(renewal, stage=stage("lost"), loss_reason=price, by=chen, now=utc("2026-12-31T02:00"))

    later = utc("2027-01-04T02:00")
    move_end(renewal.contract, term=terms.parse_term("through 2027-03-31"), reason="a deal", by=chen, now=later)

    assert (again(renewal).outcome, who(renewal, "stage")) == ("lost" if by_hand else "", "陈舟")


@pytest.mark.parametrize("word", ["in_contact", "signed"])
def test_while_the_customers_no_stands_it_is_lost(renewal: Renewal, chen: User, word: str) -> None:
    change_details(renewal.contract, declined_at=T, by="林岚", now=T)
    price = LossReason.objects.get(word="price")
    change(renewal, stage=stage("lost"), loss_reason=price, loss_words="贵了两成", by=chen, now=T)

    with pytest.raises(NotAllowed):
        change(renewal, stage=stage(word), by=chen, now=utc("2026-11-24T02:00"))
    change_sold(renewal.contract, sold=Sold(seats=41), by=chen, now=utc("2026-11-24T03:00"))

    assert (again(renewal).loss_reason, again(renewal).loss_words) == (price, "贵了两成")


def test_the_tick_opens_renewals(db: None) -> None:
    from tests.renewals import cast

    cast.lan_tu_contract()
    tick(now=T)

    assert Renewal.objects.count() == 1


def test_many_are_followed_in_as_many_queries_as_one(renewal: Renewal, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renewals.pipeline.following import follow
    from tests.renewals import cast

    Contract.objects.update(declined_at=T)
    with CaptureQueriesContext(connection) as one:
        follow([renewal.contract_id], now=T)
    others = [cast.contract(renewal.contract.customer, number=f"LT-{n}", now=T).pk for n in range(3)]
    Contract.objects.update(declined_at=T)

    with django_assert_num_queries(len(one)):
        follow(others, now=T)


def test_who_takes_their_no_back_is_on_the_way_again(renewal: Renewal, chen: User) -> None:
    change_details(renewal.contract, declined_at=T, by="林岚", now=T)

    change_details(renewal.contract, declined_at=None, by=chen, now=utc("2026-11-24T02:00"))

    assert (again(renewal).outcome, again(renewal).stage.word) == ("", "not_started")


def test_the_vendors_systems_hear_of_another_stage_once(renewal: Renewal, chen: User, admin: User) -> None:
    make_endpoint(name="CRM", url="https://crm.example/hook", types=[Type.STAGE_CHANGED], lead_days=[], by=admin, now=T)

    change(renewal, stage=stage("offer_out"), by=chen, now=T)
    change(renewal, stage=stage("offer_out"), by=chen, now=T)

    data = json.loads(Call.objects.get().payload)["data"]
    assert (data["stage_before"], data["stage"], data["contract"]) == ("not_started", "offer_out", "LT-2026-01")


def test_the_vendors_systems_hear_that_who_said_no_has_signed_after_all(
    renewal: Renewal, chen: User, admin: User
) -> None:
    change_details(renewal.contract, declined_at=T, by="林岚", now=T)
    make_endpoint(name="CRM", url="https://crm.example/hook", types=[Type.STAGE_CHANGED], lead_days=[], by=admin, now=T)

    renew(renewal.contract, after=ENDS, term=terms.Term.years(1), by=chen, now=utc("2026-11-24T02:00"))

    told = [json.loads(call.payload)["data"] for call in Call.objects.order_by("pk")]
    assert [(data["stage_before"], data["stage"]) for data in told] == [
        ("lost", "not_started"), ("not_started", "signed"),
    ]  # fmt: skip
