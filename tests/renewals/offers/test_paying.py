"""By which day what is signed is to be paid: as it stood before the signer, kept with the signature (rule 12)."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from renewals.locking.models import Clock
from renewals.offers.models import Agreement, PaymentTerms
from renewals.offers.paper import confirmation
from renewals.offers.paying import due_day
from renewals.payments.services import set_terms
from tests.renewals.cast import T, utc
from tests.renewals.offers.test_paper import text_of
from tests.renewals.offers.test_signing import look, sign
from tests.renewals.page.conftest import fingerprint

__all__ = ["look", "sign"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(db: None):
    """An administrator sets the terms at an instant."""
    ada = User.objects.create_user("ada@vendor.test", name="Ada", role=User.Role.ADMIN)

    def ask(*, now: datetime | None = None, **said: object) -> None:
        usual = {"days": 30, "limit": 7, "words_zh": "", "words_en": ""}
        set_terms(by=ada, now=now or utc("2026-11-01T00:00"), **(usual | said))

    return ask


@pytest.mark.parametrize(
    ("signed_at", "zone", "days", "day", "over_at"),
    [
        ("2026-11-23T04:07", "Asia/Shanghai", 30, date(2026, 12, 23), "2026-12-23T16:00"),
        ("2026-11-23T16:30", "Asia/Shanghai", 30, date(2026, 12, 24), "2026-12-24T16:00"),
        ("2026-11-23T04:07", "America/New_York", 0, date(2026, 11, 22), "2026-11-23T05:00"),
        ("2026-03-28T12:00", "Africa/Cairo", 26, date(2026, 4, 23), "2026-04-23T22:00"),
    ],
)
def test_the_day_is_counted_on_the_customers_calendar_and_good_through_its_end(
    signed_at, zone, days, day, over_at
) -> None:
    assert due_day(utc(signed_at), days=days, zone=zone) == (day, utc(over_at))


def test_who_is_about_to_sign_reads_until_when_it_is_to_be_paid(look, contract) -> None:
    assert "By invoice, to be paid within 30 days of your signature." in look(choice="12")


def test_the_companys_own_days_and_words_stand_there_in_the_readers_language(look, contract, ask) -> None:
    ask(days=14, words_en="IBAN DE89 3704", words_zh="开户行:招商银行")

    said = look(choice="12")

    assert "within 14 days" in said
    assert "IBAN DE89 3704" in said
    assert "招商银行" not in said


def test_words_in_one_language_alone_are_shown_to_everybody(look, contract, ask) -> None:
    ask(words_zh="开户行:招商银行")

    assert "招商银行" in look(choice="12")


def test_the_words_are_text_and_nothing_else(look, contract, ask) -> None:
    ask(words_en="<script>alert(1)</script>")

    assert "alert(1)" in look(choice="12")


def test_the_day_is_signed_with_the_rest(sign, contract) -> None:
    sign()

    kept = Agreement.objects.get()
    assert json.loads(kept.text)["payment"] == {"days": 30, "due_on": "2026-12-23", "words": {"en": "", "zh-hans": ""}}
    assert (kept.due_on, kept.due_ends_at) == (date(2026, 12, 23), utc("2026-12-23T16:00"))


def test_what_was_signed_keeps_its_day_when_the_terms_change(sign, contract, ask) -> None:
    sign()

    ask(days=5, now=utc("2026-11-24T00:00"))

    assert Agreement.objects.get().due_on == date(2026, 12, 23)


def test_terms_that_changed_since_they_were_shown_are_not_signed(sign, link, contract, ask) -> None:
    shown = fingerprint(link, "12", T)
    ask(days=5, now=T)

    response = sign(shown=shown)

    assert (response.status_code, contract.terms.count()) == (409, 1)


def test_how_long_the_house_waits_is_not_the_customers_to_read(sign, link, contract, ask) -> None:
    shown = fingerprint(link, "12", T)
    ask(limit=60)

    assert fingerprint(link, "12", T) == shown


def test_what_costs_nothing_is_not_to_be_paid(sign, look, contract, offer) -> None:
    gift = offer(unit="0")
    assert "By invoice" not in look(choice=f"option-{gift.pk}")

    sign(key=f"option-{gift.pk}")

    assert Agreement.objects.get().due_on is None


def test_the_confirmation_says_the_day_and_the_words(sign, contract, ask) -> None:
    ask(words_en="IBAN DE89 3704")
    sign()

    english = text_of(confirmation(Agreement.objects.get(), language="en"))

    assert "to be paid by 23 Dec 2026" in english
    assert "IBAN DE89 3704" in english


def test_a_confirmation_from_before_there_were_terms_is_made_as_it_was(sign, contract, monkeypatch) -> None:
    monkeypatch.setattr("renewals.offers.signing.to_be_paid", lambda quote, *, now: None)
    sign()

    assert "to be paid by" not in text_of(confirmation(Agreement.objects.get(), language="en"))


def test_money_that_never_comes_moves_no_end(sign, contract) -> None:
    """Rule 12: the renewal counts from the signature. A year later it has run as it was signed."""
    sign()

    last = utc("2027-11-27T15:59")

    clock = Clock.objects.counting(at=last).get(contract=contract)
    assert (clock.ends_at, clock.lock_at) == (utc("2027-11-27T16:00"), None)


def test_the_database_refuses_a_day_without_its_end(sign, contract) -> None:
    sign()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE renewals_agreement DISABLE TRIGGER agreement_stays_as_signed")

    with pytest.raises(IntegrityError, match="agreement_is_due_after_it_was_signed"), transaction.atomic():
        Agreement.objects.update(due_ends_at=None)


def test_the_database_refuses_terms_of_more_than_a_year(ask) -> None:
    ask(days=14)

    with pytest.raises(IntegrityError, match="payment_terms_in_bounds"), transaction.atomic():
        PaymentTerms.objects.update(days=366)
