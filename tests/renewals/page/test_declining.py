"""“We will not go on”: by who may sign, with what happens then, a reason for the vendor, and a way back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Contact, Contract
from accounts.terms import parse_term
from renewals.links.models import RenewalLink
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.pipeline.following import watch
from renewals.pipeline.models import LossReason, Renewal
from renewals.pipeline.opening import open_near
from renewals.pipeline.usual import ensure, stages
from renewals.timeline.models import Event
from tests.renewals.cast import T, clock_of, utc
from tests.renewals.page.conftest import address, known

pytestmark = pytest.mark.django_db

SHOWN = "2026-11-27T23:59 Asia/Shanghai"


@pytest.fixture
def renewal(told: Contract) -> Renewal:
    """The open renewal of the story's contract."""
    ensure()
    open_near([told.pk], among=stages(), now=T)
    return Renewal.objects.get()


@pytest.fixture
def say_no(client: Client, link: RenewalLink, set_clock):
    """Says no at an instant, in a browser that is known."""

    def post(*, now=T, **said: str):
        set_clock(now)
        client.cookies["django_language"] = "en"
        known(client, link)
        return client.post(address(link, "decline"), {"shown": SHOWN, "reason": "price", "words": ""} | said)

    return post


def declined_at(link: RenewalLink):
    return Contract.objects.get(pk=link.contract_id).declined_at


def test_before_it_the_page_says_what_happens_then(client, link, told, set_clock) -> None:
    set_clock(T)
    client.cookies["django_language"] = "en"
    said = " ".join(client.get(address(link, "decline")).content.decode().split())

    assert "Until the last minute everything works as usual, and for another" in said
    assert "your work can be read and exported until" in said


def test_looking_at_it_says_nothing(client, link, told, set_clock) -> None:
    set_clock(T)
    client.get(address(link, "decline"))
    assert declined_at(link) is None


def test_it_is_on_record_with_who_and_why(say_no, link, told) -> None:
    assert say_no(words="Zu teuer für uns.").status_code == 302

    assert declined_at(link) == T
    event = Event.objects.get(kind=Event.Kind.DECLINED)
    assert event.detail == {"contact": "林岚", "reason": "price", "words": "Zu teuer für uns."}


def test_the_renewal_is_lost_for_the_reason_they_gave(say_no, renewal) -> None:
    say_no(reason="unused", words="Three of us left.")

    renewal.refresh_from_db()
    assert renewal.outcome == Renewal.Outcome.LOST
    assert (renewal.loss_reason.word, renewal.loss_words) == ("unused", "Three of us left.")


def test_a_reason_that_the_company_does_not_use_any_more_is_not_known(say_no, renewal) -> None:
    LossReason.objects.filter(word="unused").update(retired_at=T)
    say_no(reason="unused")

    renewal.refresh_from_db()
    assert renewal.loss_reason.word == "not_known"


def test_who_says_no_knows_of_the_end(say_no, link, contract) -> None:
    say_no()
    assert Evidence.objects.get(kind=Evidence.Kind.ACKNOWLEDGED).contact == link.contact


def test_the_buffer_is_theirs_all_the_same(say_no, link, told) -> None:
    before = clock_of(told)
    say_no()
    after = clock_of(told)

    assert (after.ends_at, after.lock_at) == (before.ends_at, before.lock_at)


def test_a_forwarded_link_says_no_for_nobody(client, link, told, set_clock) -> None:
    set_clock(T)
    client.cookies["django_language"] = "en"
    said = {"shown": SHOWN, "reason": "price", "words": "x"}
    answer = client.post(address(link, "decline"), said).content.decode()

    assert "Is it you?" in answer
    assert dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer)).items() >= said.items()
    assert declined_at(link) is None


def test_who_may_not_sign_passes_it_on(say_no, link, told) -> None:
    Contact.objects.update(may_sign=False)
    assert "Pass it on to who signs" in say_no().content.decode()
    assert declined_at(link) is None


def test_without_a_reason_it_is_asked_again_and_the_words_stay(say_no, link, told) -> None:
    answer = say_no(reason="", words="We liked it.")

    assert answer.status_code == 422
    assert "Choose a reason; the last one tells nothing." in answer.content.decode()
    assert "We liked it." in answer.content.decode()
    assert declined_at(link) is None


def test_of_another_minute_than_was_shown_it_is_no_no(say_no, link, told) -> None:
    assert say_no(shown="2026-11-20T23:59 Asia/Shanghai").status_code == 409
    assert declined_at(link) is None


def test_what_is_renewed_is_not_declined(say_no, link, told) -> None:
    renew(told, after=told.terms.get().ends_at, term=parse_term("1 year"), by="林岚", now=T)
    assert say_no().status_code == 409
    assert declined_at(link) is None


def test_one_of_ours_says_it_for_nobody(say_no, client, link, told) -> None:
    client.force_login(told.owner)
    assert say_no().status_code == 403
    assert declined_at(link) is None


def test_they_can_take_it_back(say_no, client, link, renewal) -> None:
    say_no()
    answer = client.post(address(link, "undecline"), {"shown": SHOWN})

    assert answer.status_code == 302
    assert declined_at(link) is None
    renewal.refresh_from_db()
    assert renewal.outcome == ""


def test_after_the_lock_they_can_still_take_it_back(say_no, client, link, told, set_clock) -> None:
    say_no()
    locked = utc("2026-12-01T02:00")
    assert clock_of(told, at=locked).lock_at <= locked
    set_clock(locked)
    client.post(address(link, "undecline"), {"shown": SHOWN})
    assert declined_at(link) is None


def test_after_the_close_there_is_nothing_to_say_no_to(say_no, link, told) -> None:
    closed = clock_of(told).closes_at
    assert say_no(now=closed + timedelta(minutes=1)).status_code == 409


def test_who_said_no_is_asked_no_more_and_finds_the_way_back(say_no, visit, link, told) -> None:
    say_no()
    page = visit().content.decode()

    assert "We may go on after all" in page
    assert address(link, "decline") not in page
    assert "If you change your mind" in page


def renews_itself(contract: Contract, *, notice_days: int) -> None:
    Contract.objects.update(renews_itself=True, notice_days=notice_days)
    told_at = utc("2026-09-01T02:00")
    record_evidence(contract.terms.get(), kind=Evidence.Kind.RENEWS, at=told_at, now=told_at)


def test_what_renews_by_itself_does_not_after_a_no_in_time(say_no, told) -> None:
    renews_itself(told, notice_days=3)
    assert clock_of(told).joins_at is not None

    say_no()
    assert clock_of(told).joins_at is None


def test_a_no_after_its_last_minute_changes_nothing(say_no, link, told) -> None:
    renews_itself(told, notice_days=30)

    assert say_no().status_code == 409
    assert declined_at(link) is None


def test_where_it_would_renew_by_itself_the_page_says_when_it_ends_then(client, link, told, set_clock) -> None:
    renews_itself(told, notice_days=3)
    set_clock(T)
    client.cookies["django_language"] = "en"
    said = " ".join(client.get(address(link, "decline")).content.decode().split())

    assert "another <strong>2 days 9 hours</strong> after it" in said
    assert ">28 February 2027, 09:00 (Asia/Shanghai)</time>; then the contract is closed." in said


def test_who_says_no_there_knows_of_the_end_and_not_of_a_renewal(say_no, told) -> None:
    renews_itself(told, notice_days=3)
    say_no()
    assert Evidence.objects.filter(at=T).get().kind == Evidence.Kind.ACKNOWLEDGED


def test_a_no_long_before_is_heard_when_the_renewal_opens(say_no, link, contract) -> None:
    ensure()
    said_at = utc("2026-07-01T02:00")
    say_no(now=said_at, reason="price", words="too dear")
    assert not Renewal.objects.exists()
    watch(now=said_at)
    watch(now=utc("2026-11-01T02:00"))

    renewal = Renewal.objects.get()
    assert (renewal.outcome, renewal.loss_reason.word, renewal.loss_words) == ("lost", "price", "too dear")


def test_words_are_counted_as_people_count_them(say_no, link, told) -> None:
    assert say_no(words="\r\n".join(["x" * 9] * 50)).status_code == 302


def test_after_a_no_the_question_leads_back_to_the_page(say_no, client, link, told) -> None:
    say_no()
    assert client.get(address(link, "decline"))["Location"] == address(link)
