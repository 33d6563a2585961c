"""The proof of one contract: what stands in it, for whom, and how it is checked (rule 24)."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts.services import last_term
from accounts.terms import parse_term
from renewals.links.services import address_of, fresh_link
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.offers.quoting import quoted
from renewals.offers.services import make_option, withdraw
from renewals.offers.signing import Signature, sign_renewal
from renewals.proof.chain import chained
from renewals.proof.files import proof_file
from renewals.proof.records import Side
from renewals.proof.services import Doubtful, as_json, as_paper, check, head_of, proof_of
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from tests.renewals import cast
from tests.renewals.cast import T, utc

pytestmark = pytest.mark.django_db
TOLD_AT = utc("2026-11-20T02:00")


@pytest.fixture
def contract():
    """Lin was written to on the 20th, with her own link, and told by phone too; who was to do it is on record."""
    found = cast.lan_tu_contract()
    lin, term = found.customer.contacts.get(), last_term(found)
    record_evidence(term, kind=Evidence.Kind.TOLD, at=TOLD_AT, by=cast.chen(), note="by phone, 10:00", now=T)
    touch = Touch.objects.create(
        contract=found,
        term=term,
        contact=lin,
        last_minute=term.last_minute,
        due_at=TOLD_AT,
        planned_at=TOLD_AT,
        lead=timedelta(days=7),
    )
    body = f"可用至2026年11月27日23时59分。{address_of(fresh_link(found, lin, now=TOLD_AT))}"
    sent = {"over_at": TOLD_AT, "next_try_at": TOLD_AT, "outcome": Delivery.Outcome.SENT}
    Delivery.objects.create(touch=touch, recipient=lin.email, subject="到期时间", body=body, **sent)
    step = {"purpose": "care", "title": "", "contact": "林岚", "channel": "mail"}
    Event.objects.create(
        contract=found, kind=Event.Kind.STEP_DROPPED, key="x", occurred_at=TOLD_AT, recorded_at=TOLD_AT, detail=step
    )
    return found


def records(found, kind, *, side=Side.VENDOR):
    return [record for record in proof_of(found, side=side, now=T)["records"] if record["record"] == kind]


def test_the_promise_stands_in_it_to_the_minute(contract) -> None:
    [promise] = records(contract, "promise")
    assert promise["last_minute"] == "2026-11-27T23:59"
    assert promise["ends_at"] == "2026-11-27T16:00:00Z"
    assert promise["text"]["zh-hans"] == "至2026年11月27日23时59分(北京时间)"


def test_who_was_told_stands_in_it_with_who_says_so(contract) -> None:
    [told] = [record for record in records(contract, "event") if record["kind"] == "evidence"]
    assert told["at"] == "2026-11-20T02:00:00Z"
    assert told["by"]["en"] == "陈舟"
    assert told["detail"]["en"] == "by phone, 10:00"


def test_a_letter_stands_in_it_word_for_word_but_opens_nothing(contract) -> None:
    [letter] = records(contract, "letter", side=Side.CUSTOMER)
    assert letter["body"].startswith("可用至2026年11月27日23时59分。")
    assert letter["body"].endswith("/r/…/")


def offered(found, **said):
    known = {"seats": 120, "unit": "700", "currency": "CNY", "tax_rate": "6", "note": "三年价"} | said
    return make_option(last_term(found), term=parse_term("3 years"), by=cast.chen(), now=TOLD_AT, **known)


def test_what_was_offered_stands_in_it_and_whether_it_was_withdrawn(contract) -> None:
    withdraw(offered(contract), by=cast.chen(), now=T)

    [offer] = records(contract, "offer", side=Side.CUSTOMER)
    assert (offer["at"], offer["withdrawn_at"]) == ("2026-11-20T02:00:00Z", "2026-11-23T04:07:00Z")
    assert (offer["sold_as"]["en"], offer["unit"], offer["note"]) == ("3 years", "700.00", "三年价")


def test_what_was_signed_stands_in_it_as_it_was_hashed(contract) -> None:
    option, link = offered(contract), fresh_link(contract, contract.customer.contacts.get(), now=T)
    shown = quoted(contract, key=f"option-{option.pk}", now=T).fingerprint
    sign_renewal(link, Signature(name="林岚"), key=f"option-{option.pk}", shown=shown, now=T)

    [signature] = records(contract, "signature", side=Side.CUSTOMER)
    assert (signature["at"], signature["signer"]) == ("2026-11-23T04:07:00Z", "林岚")
    assert json.loads(signature["agreed"])["last_minute"] == "2029-11-27T23:59"
    assert hashlib.sha256(signature["agreed"].encode()).hexdigest() == signature["agreed_sha256"]


def test_what_was_offered_and_signed_is_on_the_paper_too(contract) -> None:
    option, link = offered(contract), fresh_link(contract, contract.customer.contacts.get(), now=T)
    shown = quoted(contract, key=f"option-{option.pk}", now=T).fingerprint
    agreement = sign_renewal(link, Signature(name="林岚"), key=f"option-{option.pk}", shown=shown, now=T)
    paper = as_paper(proof_of(contract, side=Side.CUSTOMER, now=T), language="zh-hans")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).replace("\n", "")

    assert "三年价" in text
    assert agreement.sha256 in text


def test_what_is_to_come_is_no_proof(contract) -> None:
    assert all(record["at"] <= "2026-11-23T04:07:00Z" for record in records(contract, "event"))


@pytest.mark.parametrize(("side", "stands"), [(Side.VENDOR, True), (Side.CUSTOMER, False)])
def test_who_of_us_was_to_do_what_is_for_us_alone(contract, side, stands) -> None:
    kinds = [record["kind"] for record in records(contract, "event", side=side)]
    assert (Event.Kind.STEP_DROPPED in kinds) is stands


@pytest.mark.parametrize(("side", "why"), [(Side.VENDOR, "they were upset"), (Side.CUSTOMER, "")])
def test_the_customer_reads_that_time_was_given_and_not_our_note_why(contract, side, why) -> None:
    given = {"until": "2026-12-02T01:00:00+00:00", "time_zone": "Asia/Shanghai", "reason": "they were upset"}
    at = {"occurred_at": TOLD_AT, "recorded_at": TOLD_AT}
    Event.objects.create(contract=contract, kind=Event.Kind.EXTENDED, key="given", detail=given, **at)

    [extended] = [record for record in records(contract, "event", side=side) if record["kind"] == "extended"]
    assert "2 December 2026, 09:00" in extended["text"]["en"]
    assert extended["detail"]["en"] == why


def test_a_file_as_it_was_made_is_whole(contract) -> None:
    proof = proof_of(contract, side=Side.CUSTOMER, now=T)
    assert check(as_json(proof)) == proof


def tampered(proof, how):
    """A file that somebody changed, as well as they could."""
    match how:
        case "a word":
            proof["records"][1]["text"]["en"] = "until 26 November"
        case "an end cut off":
            proof["records"].pop()
        case "all reckoned again":
            bare = [{k: v for k, v in record.items() if k != "hash"} for record in proof["records"][:-1]]
            proof["records"] = chained(bare)
            proof["head"] = head_of(proof["records"])
        case "no file":
            return []
    return proof


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("a word", "Record 2 is not as it was written"),
        ("an end cut off", "Records at the end are missing"),
        ("all reckoned again", "this portal did not seal them"),
        ("no file", "no proof file"),
    ],
)
def test_a_file_that_was_changed_is_told_from_a_whole_one(contract, how, why) -> None:
    changed = tampered(proof_of(contract, side=Side.VENDOR, now=T), how)
    with pytest.raises(Doubtful, match=why):
        check(json.dumps(changed).encode())


def test_the_paper_says_the_same_in_its_language(contract) -> None:
    # given the file as a paper in Chinese, when it is read, then the promise, the letter and the last hash are there
    proof = proof_of(contract, side=Side.CUSTOMER, now=T)
    pages = PdfReader(BytesIO(as_paper(proof, language="zh-hans"))).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "")
    assert "至2026年11月27日23时59分(北京时间)" in text
    assert "可用至2026年11月27日23时59分。" in text
    assert proof["head"] in text


def test_more_letters_ask_the_database_no_more_often(contract) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            proof_of(contract, side=Side.VENDOR, now=T)
        return len(queries)

    before = asked()
    first = Touch.objects.get()
    again = Touch.objects.create(
        contract=contract,
        term=first.term,
        contact=first.contact,
        last_minute=first.last_minute,
        due_at=T,
        planned_at=T,
        lead=timedelta(days=1),
    )
    Delivery.objects.create(touch=again, recipient="x@y.test", over_at=T, next_try_at=T, outcome=Delivery.Outcome.SENT)
    assert asked() == before


def test_the_command_tells_a_whole_file_from_another(contract, tmp_path) -> None:
    whole, other, out = tmp_path / "whole.json", tmp_path / "other.json", StringIO()
    whole.write_bytes(b"".join(proof_file(contract, side=Side.VENDOR, kind="json", language="en", now=T)))
    other.write_bytes(whole.read_bytes().replace("澜图".encode(), "蓝图".encode()))

    call_command("verify_proof", str(whole), stdout=out)
    assert out.getvalue().startswith("Whole: ")
    with pytest.raises(CommandError, match="not as it was written"):
        call_command("verify_proof", str(other))
