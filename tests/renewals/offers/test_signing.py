"""Signing: seats and price as they were shown, the customer's own order, and what was agreed kept for good."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import Amendment
from renewals.offers.models import Agreement, OrderFile
from renewals.offers.quoting import ChangedMeanwhile, quoted
from renewals.offers.services import withdraw
from renewals.offers.signing import Signature, sign_renewal
from tests.renewals.cast import T, chen, utc
from tests.renewals.page.conftest import address, fingerprint, known
from tests.renewals.page.test_what_it_says import words

PDF = b"%PDF-1.7 an order"


@pytest.fixture
def sign(client: Client, link, set_clock):
    """Lin signs on her page, what it shows her."""

    def post(*, key: str = "12", seats: int | None = None, now=T, **said: object):
        set_clock(now)
        known(client, link)
        client.cookies["django_language"] = "en"
        typed = {"choice": key, "signer": "Lin Lan", "shown": fingerprint(link, key, now, seats=seats)}
        return client.post(address(link, "order"), typed | ({"seats": seats} if seats else {}) | said)

    return post


@pytest.fixture
def look(client: Client, link, set_clock):
    """Lin looks at one choice, for so many seats."""

    def get(**asked: object) -> str:
        client.cookies["django_language"] = "en"
        return words(client.get(address(link, "order"), asked))

    return get


def test_seats_that_make_no_sense_stay_as_they_were_typed(client, link, contract, offer, set_clock) -> None:
    set_clock(T)
    asked = {"choice": f"option-{offer().pk}", "seats": "12O"}

    assert 'value="12O"' in client.get(address(link, "order"), asked).content.decode()


def test_other_seats_have_another_price_before_anybody_signs(look, contract, offer) -> None:
    made = offer()

    said = look(choice=f"option-{made.pk}", seats=10)

    assert "Before tax ¥ 7,000 Tax (6 %) ¥ 420 To be paid ¥ 7,420" in said
    assert "27 November 2029, 23:59" in said


@pytest.mark.parametrize("seats", ["0", "-5", "ten", "99999999999"])
def test_seats_that_cannot_be_had_are_said_so_beside_the_field(look, contract, seats) -> None:
    assert "So many seats are agreed in person." in look(choice="12", seats=seats)


def test_an_offer_for_just_so_many_seats_is_for_no_others(look, contract, offer) -> None:
    made = offer(seats_are_fixed=True)

    assert "To be paid ¥ 89,040" in look(choice=f"option-{made.pk}", seats=1)


def test_what_was_signed_is_the_next_term(sign, contract, offer) -> None:
    made = offer()

    sign(key=f"option-{made.pk}", seats=150)

    new = contract.terms.last()
    assert (f"{new.last_minute:%Y-%m-%dT%H:%M}", new.seats, new.value) == ("2029-11-27T23:59", 150, Decimal(105000))


def test_it_is_kept_word_for_word_with_its_hash(sign, contract) -> None:
    sign(order_number="PO-77")

    kept = Agreement.objects.get()
    said = json.loads(kept.text)
    assert kept.sha256 == hashlib.sha256(kept.text.encode()).hexdigest()
    assert (said["contract"], said["last_minute"], said["gross"]) == ("LT-2026-01", "2027-11-27T23:59", "86400.00")
    assert (said["signature"]["name"], said["signature"]["at"]) == ("Lin Lan", "2026-11-23T04:07:00Z")
    assert said["order"] == {"number": "PO-77", "file": None}
    assert kept.sha256 in Amendment.objects.get(kind=Amendment.Kind.RENEWED).reason


def test_the_database_changes_and_deletes_nothing_that_was_signed(sign, contract) -> None:
    sign(order_file=SimpleUploadedFile("order.pdf", PDF))

    for change in (
        lambda: Agreement.objects.update(signer="Somebody"),
        lambda: Agreement.objects.all()._raw_delete("default"),
        lambda: OrderFile.objects.update(name="other.pdf"),
        lambda: OrderFile.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
            change()


def test_the_database_keeps_no_text_under_another_hash(sign, contract) -> None:
    sign()
    kept = Agreement.objects.get()

    with pytest.raises(DatabaseError, match="agreement_is_what_was_hashed"), transaction.atomic():
        Agreement.objects.create(
            contract=contract, after=kept.term, term=kept.after, text="{}", sha256="0" * 64, signer="x", signed_at=T
        )


def test_a_purchase_order_is_kept_with_its_hash_in_what_was_signed(sign, contract) -> None:
    sign(order_file=SimpleUploadedFile("采购单.pdf", PDF))

    kept = Agreement.objects.get()
    assert bytes(kept.file.content) == PDF
    assert json.loads(kept.text)["order"]["file"] == {
        "name": "采购单.pdf",
        "bytes": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"MZ a program", "This is no PDF, PNG or JPEG."),
        (b"%PDF-" + b"x" * 5_000_000, "The file is larger than 5 MB."),
    ],
)
def test_another_file_is_refused_and_what_was_typed_stays(sign, contract, content, said) -> None:
    response = sign(order_number="PO-77", order_file=SimpleUploadedFile("order.pdf", content))

    assert response.status_code == 422
    assert said in words(response)
    assert "PO-77" in response.content.decode()
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("name", ["", "L", "   "])
def test_nobody_renews_without_a_name(sign, contract, name) -> None:
    response = sign(signer=name)

    assert (response.status_code, contract.terms.count()) == (422, 1)


def test_a_price_that_changed_meanwhile_is_shown_and_not_signed(sign, contract, offer) -> None:
    seen = offer()
    withdraw(seen, by=chen(), now=T)
    offer(unit="750")

    response = sign(key=f"option-{seen.pk}")

    assert (response.status_code, contract.terms.count()) == (409, 1)


def test_other_seats_than_were_shown_are_not_signed(sign, link, contract) -> None:
    response = sign(seats=121, shown=fingerprint(link, "12", T))

    assert (response.status_code, contract.terms.count()) == (409, 1)


def test_after_the_lock_it_begins_at_the_signature(sign, contract) -> None:
    from renewals.locking.models import Evidence
    from renewals.locking.telling import record_evidence

    at = utc("2026-11-20T02:00")
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=at, now=at)

    sign(now=utc("2026-11-30T03:00"))

    assert json.loads(Agreement.objects.get().text)["starts_at"] == "2026-11-30T03:00:00Z"


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_different_choices_at_once_are_one_renewal(contract, link, offer) -> None:
    made = [offer("1 year"), offer("2 years")]
    keys = [f"option-{one.pk}" for one in made]
    shown = {key: quoted(contract, key=key, now=T).fingerprint for key in keys}

    def press(key: str) -> str:
        try:
            sign_renewal(link, Signature(name="Lin"), key=key, shown=shown[key], now=T)
        except ChangedMeanwhile:
            return "refused"
        finally:
            connection.close()
        return "renewed"

    with ThreadPoolExecutor(2) as together:
        outcomes = sorted(together.map(press, keys))

    assert outcomes == ["refused", "renewed"]
    assert Agreement.objects.count() == 1
    assert contract.terms.count() == 2
