"""What staff do to one contract: renew, move the end, note who was told, hand out links, take people off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Amendment, Contact
from accounts.services import move_end
from accounts.terms import parse_term
from renewals.links.models import RenewalLink
from renewals.links.services import Refused, fresh_link, open_link, token_of
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.timeline.models import Event
from renewals.touches.models import Touch
from tests.renewals import cast
from tests.renewals.cast import T, clock_of, utc

LOCKED = utc("2026-11-30T03:00")
ABOUT = "2026-11-27T23:59 Asia/Shanghai"
SOLD = {"seats": "10", "value": "", "currency": "", "after": "2026-11-27T16:00:00+00:00"}


@pytest.fixture
def do(enter):
    """Posts an action's form on a contract, as Chen; follows to the page that answers."""

    def post(action: str, contract, **said: str):
        return enter().post(f"/contract/{action}/{contract.pk}/", said, follow=True)

    return post


def minutes(contract) -> list[str]:
    return [f"{term.last_minute:%Y-%m-%dT%H:%M}" for term in contract.terms.all()]


def errors(response) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


def tell(contract) -> None:
    at = utc("2026-11-20T02:00")
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=at, now=at)


def test_renewed_by_staff_the_next_term_joins_and_who_did_it_is_on_record(do, lan_tu, house) -> None:
    do("renew", lan_tu, term="1 year", reason="PO 77", **SOLD)

    assert minutes(lan_tu) == ["2026-11-27T23:59", "2027-11-27T23:59"]
    amendment = lan_tu.amendments.get(kind=Amendment.Kind.RENEWED)
    assert (amendment.by_user, amendment.reason) == (house["chen"], "PO 77")
    assert lan_tu.events.filter(kind=Event.Kind.RENEWED).exists()


def test_renewed_by_staff_after_the_lock_it_starts_at_that_moment(do, lan_tu, set_clock) -> None:
    tell(lan_tu)
    set_clock(LOCKED)

    do("renew", lan_tu, term="30 days", **SOLD)

    assert lan_tu.terms.last().starts_at == LOCKED
    assert minutes(lan_tu)[1] == "2026-12-30T23:59"


def test_after_the_lock_the_minute_is_explained_at_any_second(do, lan_tu, set_clock) -> None:
    tell(lan_tu)
    set_clock(LOCKED + timedelta(seconds=27.5))

    response = do("renew", lan_tu, term="30 days", preview="1", **SOLD)

    assert response.context["explained"].reckoned.last_minute.isoformat() == "2026-12-30T23:59:00"


def test_a_second_click_renews_nothing(do, lan_tu) -> None:
    do("renew", lan_tu, term="1 year", **SOLD)

    response = do("renew", lan_tu, term="1 year", **SOLD)

    assert "renewed already" in response.content.decode()
    assert len(minutes(lan_tu)) == 2


def test_a_renewal_that_does_not_say_which_end_it_is_about_is_refused(do, lan_tu) -> None:
    response = do("renew", lan_tu, term="1 year", **SOLD | {"after": "yesterday"})

    assert list(errors(response)) == ["after"]
    assert len(minutes(lan_tu)) == 1


def test_the_next_terms_minute_is_explained_before_it_is_promised(do, lan_tu) -> None:
    response = do("renew", lan_tu, term="2 years", preview="1", **SOLD)

    assert response.context["explained"].reckoned.last_minute.isoformat() == "2028-11-27T23:59:00"
    assert len(minutes(lan_tu)) == 1


def test_a_term_that_is_none_is_refused_beside_its_field_and_nothing_typed_is_lost(do, lan_tu) -> None:
    response = do("renew", lan_tu, term="soon", reason="PO 77", **SOLD)

    assert list(errors(response)) == ["term"]
    assert 'value="soon"' in response.content.decode()
    assert 'value="PO 77"' in response.content.decode()


@pytest.mark.parametrize("term", ["2026-12-31", "through 2026-12-31", "至2026年12月31日", "2026-12-31 24:00"])
def test_a_later_end_is_given_without_a_reason_and_without_a_notice(do, lan_tu, term) -> None:
    do("end", lan_tu, term=term, reason="")

    assert minutes(lan_tu) == ["2026-12-31T23:59"]
    assert not Touch.objects.exists()


def test_an_earlier_end_without_a_reason_is_refused_beside_the_reason(do, lan_tu) -> None:
    response = do("end", lan_tu, term="2026-11-26", reason=" ")

    assert list(errors(response)) == ["reason"]
    assert minutes(lan_tu) == ["2026-11-27T23:59"]


def test_an_earlier_end_takes_a_reason_and_plans_its_notice_in_working_hours(do, lan_tu, house, set_clock) -> None:
    set_clock(utc("2026-11-22T15:00"))  # Sunday, 23:00 in Shanghai

    do("end", lan_tu, term="2026-11-26", reason="They moved to another product")

    touch = Touch.objects.get()
    assert (touch.kind, touch.contact.name) == (Touch.Kind.SHORTENED, "林岚")
    assert (touch.due_at, f"{touch.last_minute:%d %H:%M}") == (utc("2026-11-23T01:00"), "26 23:59")
    assert lan_tu.amendments.get(kind=Amendment.Kind.SHORTENED).by_user == house["chen"]


def test_an_earlier_end_of_which_nobody_can_be_told_is_refused_and_changes_nothing(do, lan_tu) -> None:
    Contact.objects.update(gets_notices=False)

    response = do("end", lan_tu, term="2026-11-26", reason="because")

    assert "Nobody at 澜图设计 can be sent the notice." in response.content.decode()
    assert minutes(lan_tu) == ["2026-11-27T23:59"]


def test_an_end_in_the_past_is_refused(do, lan_tu) -> None:
    response = do("end", lan_tu, term="2026-11-01", reason="because")

    assert "A contract cannot be ended in the past." in response.content.decode()


def test_the_page_says_how_much_is_taken_while_typing(enter, lan_tu) -> None:
    term = lan_tu.terms.get()
    typed = {"term": "2026-11-26", "start": term.starts_at.isoformat(), "time_zone": term.time_zone}

    answer = enter().post("/contract/explain/", typed | {"was": term.ends_at.isoformat()})

    assert "That is 1 day earlier than promised." in answer.content.decode()


def test_who_was_told_by_phone_counts_from_then_on(do, lan_tu, house) -> None:
    contact = Contact.objects.get()

    do("told", lan_tu, about=ABOUT, contact=str(contact.pk), at="2026-11-23T10:40", note="by phone")

    evidence = Evidence.objects.get()
    assert (evidence.at, evidence.by, evidence.contact) == (utc("2026-11-23T02:40"), house["chen"], contact)
    assert clock_of(lan_tu).lock_at == utc("2026-11-30T01:00")


def test_who_was_told_before_the_end_moved_was_told_of_another_minute(do, lan_tu, house) -> None:
    move_end(lan_tu, term=parse_term("through 2026-12-04"), reason="A gift", by=house["chen"], now=T)

    about = "2026-12-04T23:59 Asia/Shanghai"
    response = do("told", lan_tu, about=about, contact="", at="2026-11-23T10:40", note="by phone")

    assert "so they were told of another minute" in errors(response)["at"][0]
    assert not Evidence.objects.exists()


def test_a_call_about_an_end_that_was_renewed_meanwhile_is_asked_about_and_nothing_is_lost(do, lan_tu, house) -> None:
    renew(lan_tu, after=utc("2026-11-27T16:00"), term=parse_term("1 year"), by=house["chen"], now=T)

    response = do("told", lan_tu, about=ABOUT, contact="", at="2026-11-23T12:07", note="by phone, 10:40")

    page = response.content.decode()
    assert "The end has changed since this page was opened." in page
    assert "by phone, 10:40" in page
    assert 'value="2027-11-27T23:59 Asia/Shanghai"' in page


def test_nobody_can_have_been_told_in_the_future(do, lan_tu) -> None:
    response = do("told", lan_tu, about=ABOUT, contact="", at="2026-11-23T12:08", note="by phone")

    assert errors(response) == {"at": ["Nobody can have been told in the future."]}
    assert not Evidence.objects.exists()


def test_a_year_typed_wrongly_is_asked_about(do, lan_tu) -> None:
    response = do("told", lan_tu, about=ABOUT, contact="", at="0001-01-01T00:00", note="by phone")

    assert errors(response) == {"at": ["That is too long ago. Check the year."]}


def test_who_of_another_customer_was_told_is_no_evidence(do, lan_tu, house) -> None:
    stranger = cast.lin(cast.lan_tu(name="Somebody else"))

    response = do("told", lan_tu, about=ABOUT, contact=str(stranger.pk), at="2026-11-23T10:40", note="by phone")

    assert list(errors(response)) == ["contact"]


def test_a_no_is_on_record_until_they_go_on_after_all(do, lan_tu) -> None:
    said = []
    for answer in ({}, {"goes_on": "1"}):
        do("no", lan_tu, **answer)
        lan_tu.refresh_from_db()
        said.append(lan_tu.declined_at)

    assert said == [T, None]
    assert lan_tu.amendments.filter(kind=Amendment.Kind.CHANGED).count() == 2


def test_a_fresh_link_opens_the_page_until_it_is_revoked(enter, do, lan_tu) -> None:
    do("link", lan_tu, contact=str(Contact.objects.get().pk))
    link = RenewalLink.objects.get()
    opened = open_link(token_of(link), now=T)

    do("unlink", link)

    assert opened == link
    assert open_link(token_of(link), now=T) == Refused.REVOKED


def test_a_link_is_made_only_for_somebody_there(do, lan_tu, house) -> None:
    stranger = cast.lin(cast.lan_tu(name="Somebody else"))

    assert do("link", lan_tu, contact=str(stranger.pk)).status_code == 404


def test_who_was_never_written_to_is_gone_when_removed(enter, lan_tu) -> None:
    enter().post(f"/contacts/{Contact.objects.get().pk}/remove/")

    assert not Contact.objects.exists()


def test_who_was_told_by_a_person_stays_on_record(enter, lan_tu, house) -> None:
    contact = Contact.objects.get()
    at = utc("2026-11-20T02:00")
    record_evidence(lan_tu.terms.get(), kind=Evidence.Kind.TOLD, at=at, now=at, contact=contact, by=house["chen"])

    enter().post(f"/contacts/{contact.pk}/remove/")

    assert Evidence.objects.get().contact == contact


def test_whom_something_was_sent_to_stays_on_record_and_is_written_to_no_more(enter, lan_tu) -> None:
    contact, term = Contact.objects.get(), lan_tu.terms.get()
    promise = {"term": term, "last_minute": term.last_minute, "lead": timedelta(days=7)}
    Touch.objects.create(contract=lan_tu, contact=contact, due_at=T, planned_at=T, **promise)
    link = fresh_link(lan_tu, contact, now=T)

    enter().post(f"/contacts/{contact.pk}/remove/")

    contact.refresh_from_db()
    assert contact.gets_notices is False
    assert open_link(token_of(link), now=T) == Refused.REVOKED


def test_an_end_that_is_moved_to_where_it_is_says_that_nothing_changed(do, lan_tu) -> None:
    response = do("end", lan_tu, term="through 2026-11-27")

    assert "Nothing has changed: it runs until 27 November 2026, 23:59 (Asia/Shanghai)." in response.content.decode()
