"""The terms of payment: everybody here reads them, an administrator sets them, and who did is on record."""

from __future__ import annotations

import pytest

from accounts.services import NotAllowed
from renewals.offers.models import PaymentTerms
from renewals.payments.services import set_terms
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]
TYPED = {"days": 14, "limit": 3, "words_zh": "", "words_en": "IBAN DE89"}


def test_the_usual_terms_are_thirty_days(enter) -> None:
    form = enter("ada").get("/unpaid/terms/").context["form"]

    assert (form["days"].value(), form["limit"].value()) == (30, 7)


def test_an_administrator_sets_them_on_record(enter, house) -> None:
    enter("ada").post("/unpaid/terms/", TYPED)

    kept = PaymentTerms.objects.get()
    assert (kept.days, kept.limit, kept.words_en, kept.by, kept.at) == (14, 3, "IBAN DE89", house["ada"], T)


@pytest.mark.parametrize("name", ["chen", "shen"])
def test_others_read_them_and_change_nothing(enter, name) -> None:
    client = enter(name)

    assert client.get("/unpaid/terms/").status_code == 200
    assert client.post("/unpaid/terms/", TYPED).status_code == 403
    assert not PaymentTerms.objects.exists()


def test_nobody_else_sets_them_by_another_way(house) -> None:
    with pytest.raises(NotAllowed):
        set_terms(by=house["shen"], now=T, **TYPED)


def test_saving_what_holds_already_changes_nothing(enter) -> None:
    client = enter("ada")
    client.post("/unpaid/terms/", TYPED)

    client.post("/unpaid/terms/", TYPED)

    assert PaymentTerms.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"days": 366}, {"days": -1}, {"limit": ""}, {"words_en": "x" * 1001}])
def test_what_makes_no_sense_is_said_beside_its_field(enter, wrong) -> None:
    answer = enter("ada").post("/unpaid/terms/", TYPED | wrong)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == list(wrong)
