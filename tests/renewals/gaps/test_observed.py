"""Observed locks against the promise of then, and giving back what they took."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import terms
from renewals.gaps.observing import Answer, Verdict, by_month, observed
from renewals.gaps.services import accept
from renewals.locking.models import Grant, LockObservation
from renewals.locking.renewing import renew
from renewals.timeline.models import Event
from tests.renewals import cast
from tests.renewals.cast import T, clock_of, utc
from tests.renewals.gaps.conftest import locked, tell

DAY = timedelta(days=1)


def seen(house, *, now=T):
    return observed(house["ada"], now=now).order_by("locked_at")


@pytest.mark.parametrize(
    ("at", "verdict", "minutes"),
    [
        ("2026-11-19T16:00", Verdict.PAID, 1440),
        ("2026-11-20T15:59", Verdict.PAID, 1),
        ("2026-11-20T16:00", Verdict.BUFFER, 0),
        ("2026-11-22T16:00", Verdict.BUFFER, 0),
        ("2026-11-23T01:00", Verdict.RIGHT, 0),
    ],
)
def test_a_lock_is_held_against_what_was_promised_then(house, learning, at, verdict, minutes) -> None:
    found = cast.contract(cast.lan_tu(), through="2026-11-20", product=learning)
    tell(found, utc("2026-11-16T02:00"))

    locked(found, utc(at))

    one = seen(house).get()
    assert (one.verdict, one.taken // timedelta(minutes=1)) == (verdict, minutes)


def test_a_lock_of_which_nobody_was_told_was_silent(house, learning) -> None:
    found = cast.contract(cast.lan_tu(), through="2026-11-20", product=learning)

    locked(found, utc("2026-11-23T01:00"))

    assert seen(house).get().verdict == Verdict.SILENT


def test_what_is_renewed_afterwards_does_not_change_what_was_taken(house, early) -> None:
    renew(early, after=clock_of(early).ends_at, term=terms.parse_term("1 year"), by=house["chen"], now=T)

    one = seen(house).get()

    assert (one.verdict, one.taken, one.answer) == (Verdict.PAID, DAY, Answer.RENEWED)


def test_a_product_that_overlooks_a_renewal_takes_what_is_left_of_the_old_term(house, learning) -> None:
    found = cast.contract(cast.lan_tu(), through="2026-11-22", product=learning)
    early_on = utc("2026-11-10T02:00")
    renew(found, after=clock_of(found, at=early_on).ends_at, term=terms.parse_term("1 year"), by="a test", now=early_on)

    locked(found, utc("2026-11-21T16:00"))

    assert seen(house).get().taken == DAY


def test_the_first_lock_of_an_end_counts_and_the_others_take_nothing_more(house, early) -> None:
    locked(early, utc("2026-11-22T03:00"))

    assert [(one.taken, one.answer) for one in seen(house)] == [
        (DAY, Answer.PROPOSED),
        (timedelta(0), Answer.AGAIN),
    ]


def test_a_lock_that_is_reported_after_a_later_one_was_given_back_gives_nothing_more(house, early) -> None:
    accept(seen(house).get(), by=house["chen"], now=T)

    locked(early, utc("2026-11-21T15:00"))

    assert [one.answer for one in seen(house)] == [Answer.AGAIN, Answer.GIVEN]


def test_minutes_are_counted_in_the_month_that_was_promised(house, learning) -> None:
    """At the customer's in New York it is still 30 November; in UTC and in Shanghai it is December."""
    harbor = cast.lan_tu(zone="America/New_York", country="US")
    found = cast.contract(harbor, through="2026-11-30", product=learning)
    locked(found, utc("2026-12-01T01:00"))

    [cell] = by_month(seen(house, now=utc("2026-12-02T00:00")))

    assert (cell.product, f"{cell.month:%Y-%m}", cell.locks, cell.minutes) == ("Learning", "2026-11", 1, 240)


def test_given_back_it_is_a_rules_time_that_a_person_accepted(enter, house, early) -> None:
    page = enter().post(f"/gaps/observed/{LockObservation.objects.get().pk}/give-back/", follow=True)

    grant = Grant.objects.get()
    assert (grant.source, grant.by, grant.gives) == (Grant.Source.RULE, house["chen"], DAY)
    assert grant.reason == "The product locked 1 day too early (rule 21)."
    assert "Given back to 澜图设计: 1 day." in page.content.decode()
    assert Event.objects.get(kind=Event.Kind.EXTENDED).contract == early


def test_minutes_are_rounded_up_to_the_day(house, learning) -> None:
    found = cast.contract(cast.lan_tu(), through="2026-11-22", product=learning)
    locked(found, utc("2026-11-21T15:00"))

    assert accept(seen(house).get(), by=house["chen"], now=T).gives == 2 * DAY


def test_the_lock_comes_so_much_later(house, early) -> None:
    before = clock_of(early).lock_at

    accept(seen(house).get(), by=house["chen"], now=T)

    assert clock_of(early).lock_at == before + DAY


def test_a_second_click_gives_nothing_and_says_so(enter, early) -> None:
    address = f"/gaps/observed/{LockObservation.objects.get().pk}/give-back/"
    enter().post(address)

    page = enter("shen").post(address, follow=True).content.decode()

    assert Grant.objects.count() == 1
    assert "This is not given back: given back." not in page
    assert "It is given back already." in page


def test_the_database_gives_a_lock_back_once(house, early) -> None:
    accept(seen(house).get(), by=house["chen"], now=T)
    first = Grant.objects.get()

    first.pk = None
    with pytest.raises(IntegrityError, match="gives_back"), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.parametrize("said", [{"by": None}, {"source": "customer"}, {"reason": ""}])
def test_the_database_wants_a_person_and_a_reason_for_what_is_given_back(house, early, said) -> None:
    accept(seen(house).get(), by=house["chen"], now=T)

    with pytest.raises(IntegrityError, match="grant_that_gives_back"), transaction.atomic():
        Grant.objects.update(**said)


def test_taken_back_again_it_is_not_proposed_a_second_time(house, early) -> None:
    grant = accept(seen(house).get(), by=house["chen"], now=T)
    Grant.objects.filter(pk=grant.pk).update(undone_at=T, undone_by=house["shen"], undone_because="a mistake")

    assert seen(house).get().answer == Answer.GIVEN


def test_what_is_closed_since_is_not_given_back(house, early) -> None:
    assert seen(house, now=utc("2027-11-01T00:00")).get().answer == Answer.CLOSED


def test_more_than_a_role_can_give_is_for_the_manager(enter, house, learning) -> None:
    found = cast.contract(cast.lan_tu(), through="2026-12-05", product=learning)
    one = locked(found, utc("2026-11-22T16:00"))
    address = f"/gaps/observed/{one.pk}/give-back/"

    page = enter("chen").post(address, follow=True).content.decode()
    assert "more than the 7 days that you can give" in page
    enter("shen").post(address)

    assert Grant.objects.get().gives == 13 * DAY


def test_a_mere_look_gives_nothing(enter, early) -> None:
    assert enter().get(f"/gaps/observed/{LockObservation.objects.get().pk}/give-back/").status_code == 405


def test_all_at_once_is_confirmed_first_and_says_how_many_and_what(enter, house, early, learning) -> None:
    other = cast.contract(cast.lan_tu(name="Two"), number="TWO", through="2026-11-22", product=learning)
    locked(other, utc("2026-11-21T15:00"))
    gone = cast.contract(cast.lan_tu(name="Three"), number="GONE", through="2026-11-22", product=learning)
    locked(gone, utc("2026-11-21T16:00"))
    renew(gone, after=clock_of(gone).ends_at, term=terms.parse_term("1 year"), by="a test", now=T)
    client = enter("shen")

    asked = client.get("/gaps/observed/give-back/").content.decode()
    assert "2 locks took paid time that can be given back." in asked
    assert "that is 3 days in all." in asked
    assert "1 is left out: renewed or moved since." in asked
    assert not Grant.objects.exists()
    last = max(LockObservation.objects.values_list("pk", flat=True))
    page = client.post("/gaps/observed/give-back/", {"last": last}, follow=True).content.decode()

    assert "2 locks are given back." in page
    assert {grant.term.contract.number for grant in Grant.objects.all()} == {"EARLY", "TWO"}


def test_more_than_one_click_gives_is_said(enter, early, learning, monkeypatch) -> None:
    other = cast.contract(cast.lan_tu(name="Two"), number="TWO", through="2026-11-22", product=learning)
    locked(other, utc("2026-11-21T15:00"))
    monkeypatch.setattr("renewals.gaps.views.AT_ONCE", 1)

    assert "1 more waits behind these" in enter("shen").get("/gaps/observed/give-back/").content.decode()


def test_what_was_reported_after_the_page_was_shown_waits_for_another_look(enter, early, learning) -> None:
    shown = LockObservation.objects.get().pk
    other = cast.contract(cast.lan_tu(name="Two"), number="TWO", through="2026-11-22", product=learning)
    locked(other, utc("2026-11-21T15:00"))

    enter("shen").post("/gaps/observed/give-back/", {"last": shown})

    assert Grant.objects.get().term.contract == early


def test_a_filter_narrows_what_is_given_at_once(enter, early) -> None:
    last = LockObservation.objects.get().pk

    enter("shen").post("/gaps/observed/give-back/?q=nobody", {"last": last})

    assert not Grant.objects.exists()


@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_csm_gives_back_one_by_one(enter, early, verb) -> None:
    assert getattr(enter("chen"), verb)("/gaps/observed/give-back/").status_code == 403


@pytest.mark.parametrize(
    ("query", "count"), [("", 1), ("?verdict=paid", 1), ("?verdict=right", 0), ("?answer=given", 0)]
)
def test_the_address_narrows_the_list(enter, early, query, count) -> None:
    assert len(enter().get(f"/gaps/observed/{query}").context["table"].page.object_list) == count


def test_the_file_has_the_promise_of_then(enter, early) -> None:
    lines = enter().get("/gaps/observed/?export=csv").getvalue().decode().splitlines()

    assert "2026-11-21T16:00:00Z,2026-11-22 23:59,Asia/Shanghai,2026-11-22T16:00:00Z" in lines[1]


def test_the_number_of_queries_does_not_grow_with_the_rows(enter, house, learning) -> None:
    client = enter("shen")
    client.get("/gaps/observed/")
    counts = []
    for first, more in ((0, 3), (3, 20)):
        for place in range(first, first + more):
            found = cast.contract(cast.lan_tu(name=f"C {place}"), number=f"N-{place}", product=learning)
            locked(found, utc("2026-11-22T16:00"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/gaps/observed/")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


SEES = {"chen": {"chen", None}, "shen": {"chen", None}, "otto": {"otto", None}, "ada": {"chen", "otto", None}}


@pytest.mark.parametrize("reader", SEES)
def test_everybody_sees_and_gives_back_what_is_theirs(enter, house, learning, reader) -> None:
    for owner in ("chen", "otto", None):
        customer = cast.lan_tu(name=f"Customer of {owner}", owner=house.get(owner))
        found = cast.contract(customer, number=f"N-{owner}", through="2026-11-22", product=learning)
        locked(found, utc("2026-11-21T16:00"))
    client = enter(reader)

    pages = [client.get(address).content.decode() for address in ("/gaps/", "/gaps/observed/")]
    shown = [{owner for owner in ("chen", "otto", None) if f"Customer of {owner}" in page} for page in pages]
    given = {
        owner: client.post(f"/gaps/observed/{pk}/give-back/").status_code
        for pk, owner in (
            (LockObservation.objects.get(contract__number=f"N-{owner}").pk, owner) for owner in ("chen", "otto", None)
        )
    }

    assert shown == [SEES[reader], SEES[reader]]
    assert given == {owner: 302 if owner in SEES[reader] else 404 for owner in given}


@pytest.mark.parametrize("address", ["/gaps/", "/gaps/observed/", "/gaps/observed/give-back/"])
def test_nobody_sees_a_page_before_they_log_in(client, db, address) -> None:
    assert client.get(address).url.startswith("/accounts/login/")
