"""Whatever is changed in a renewal is on record with who and when; a loss has its reason."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError

from accounts import terms
from accounts.models import Contract, User
from accounts.services import NotAllowed
from renewals.locking.renewing import renew
from renewals.pipeline.models import LossReason, Renewal, RenewalChange, Stage
from renewals.pipeline.services import change, change_some, set_deciders
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.pipeline.conftest import stage

LATER = utc("2026-11-24T02:00")


def again(renewal: Renewal) -> Renewal:
    return Renewal.objects.get(pk=renewal.pk)


def record(renewal: Renewal) -> list[tuple[str, str, str, str]]:
    return list(renewal.changes.order_by("pk").values_list("field", "before", "after", "by_name"))


@pytest.fixture
def price(db: None) -> LossReason:
    stage("lost")
    return LossReason.objects.get(word="price")


@pytest.fixture
def clean(renewal: Renewal) -> Renewal:
    renewal.changes.all().delete()
    return renewal


def test_each_changed_field_is_on_record_with_who_and_from_what_to_what(clean: Renewal, chen: User) -> None:
    change(clean, amount=90000, competitor="别家", category="pipeline", by=chen, now=T)

    assert record(clean) == [("amount", "86400.00", "90000.00", "陈舟"), ("competitor", "", "别家", "陈舟")]


def test_what_stays_the_same_leaves_no_record(clean: Renewal, chen: User) -> None:
    assert change(clean, amount=clean.amount, by=chen, now=T) is False
    assert record(clean) == []


def test_another_stage_brings_its_forecast_along(clean: Renewal, chen: User) -> None:
    change(clean, stage=stage("verbal_yes"), by=chen, now=T)

    assert (again(clean).category, again(clean).probability) == ("commit", 90)


def test_a_forecast_that_somebody_set_stays_with_another_stage(clean: Renewal, chen: User) -> None:
    change(clean, probability=55, by=chen, now=T)
    change(clean, stage=stage("verbal_yes"), by=chen, now=T)

    assert again(clean).probability == 55


def test_a_loss_asks_its_reason(renewal: Renewal, chen: User) -> None:
    with pytest.raises(NotAllowed):
        change(renewal, stage=stage("lost"), by=chen, now=T)


def test_a_loss_is_closed_with_its_reason_in_words_too(renewal: Renewal, chen: User, price: LossReason) -> None:
    change(renewal, stage=stage("lost"), loss_reason=price, loss_words="贵了三成", by=chen, now=LATER)

    lost = again(renewal)
    assert (lost.outcome, lost.closed_at, lost.loss_reason, lost.loss_words, lost.category) == (
        "lost", LATER, price, "贵了三成", "omitted",
    )  # fmt: skip


def test_who_is_won_back_is_on_the_way_again(renewal: Renewal, chen: User, price: LossReason) -> None:
    change(renewal, stage=stage("lost"), loss_reason=price, by=chen, now=T)

    change(renewal, stage=stage("in_contact"), by=chen, now=LATER)

    back = again(renewal)
    assert (back.outcome, back.closed_at, back.loss_reason, back.probability) == ("", None, None, 40)


def test_who_has_renewed_cannot_be_lost(renewal: Renewal, chen: User, price: LossReason) -> None:
    renew(renewal.contract, after=utc("2026-11-27T16:00"), term=terms.Term.years(1), by=chen, now=T)

    with pytest.raises(NotAllowed):
        change(renewal, stage=stage("lost"), loss_reason=price, by=chen, now=LATER)


def test_a_stage_that_is_not_used_any_more_takes_nobody(renewal: Renewal, chen: User) -> None:
    Stage.objects.filter(word="offer_out").update(retired_at=T)

    with pytest.raises(NotAllowed):
        change(renewal, stage=stage("offer_out"), by=chen, now=T)


def test_a_step_that_is_taken_away_takes_its_day_along(renewal: Renewal, chen: User) -> None:
    change(renewal, next_step="寄报价", next_step_on=date(2026, 11, 25), by=chen, now=T)
    change(renewal, next_step="", by=chen, now=LATER)

    assert again(renewal).next_step_on is None


def test_an_amount_needs_its_currency(renewal: Renewal, chen: User) -> None:
    with pytest.raises(NotAllowed):
        change(renewal, currency="", by=chen, now=T)


def test_who_decides_is_on_record(clean: Renewal, chen: User) -> None:
    lin = clean.contract.customer.contacts.get()

    set_deciders(clean, [lin], by=chen, now=T)

    assert (list(clean.deciders.all()), record(clean)) == ([lin], [("deciders", "", str(lin.pk), "陈舟")])


def test_many_are_changed_in_as_many_queries_as_one(renewal: Renewal, chen: User, django_assert_num_queries) -> None:
    others = [cast.contract(renewal.contract.customer, number=f"LT-{n}", now=T) for n in range(3)]
    ids = list(Renewal.objects.filter(contract__in=others).values_list("pk", flat=True))
    to = stage("in_contact")

    with django_assert_num_queries(7):
        assert change_some([renewal.pk], stage=to, by=chen, now=T) == 1
    with django_assert_num_queries(7):
        assert change_some(ids, stage=to, by=chen, now=T) == 3


def test_the_database_wants_a_reason_for_a_loss(renewal: Renewal) -> None:
    with pytest.raises(IntegrityError, match="renewal_is_lost_for_a_reason"):
        Renewal.objects.filter(pk=renewal.pk).update(outcome="lost", closed_at=T)


def test_the_database_wants_one_stage_for_what_is_signed(contract: Contract) -> None:
    with pytest.raises(IntegrityError, match="stage_that_ends_it_is_one"):
        Stage.objects.create(name="again", place=9, ends="signed", probability=100)


def test_a_change_leaves_the_record_when_its_author_is_gone(clean: Renewal, he_jing: User) -> None:
    change(clean, risks="换了负责人", by=he_jing, now=T)
    he_jing.delete()

    assert RenewalChange.objects.get().by_name == "何静"
