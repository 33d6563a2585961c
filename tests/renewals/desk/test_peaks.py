"""An end that meets a peak of its customer's work: said weeks ahead, with what takes the lock past it (rule 18).

Lan Tu's contract runs through Friday 27 November 2026; told, it locks on Monday the 30th at 09:00. The close, their
3 last working days, is from Thursday the 26th to Monday the 30th.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.peaks import note_peak
from renewals.locking.models import Evidence, Grant, PeakLeft
from renewals.locking.telling import record_evidence
from tests.renewals import cast
from tests.renewals.cast import T, clock_of, utc

CLOSE = {"name": "month-end close", "kind": "month_end", "count": 3, "working": True}


def tell(contract) -> None:
    at = utc("2026-11-20T02:00")
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=at, now=T)


def peak(customer, **said):
    return note_peak(customer, by=cast.chen(), now=T, **(CLOSE | said))


def once(customer, first: str, last: str):
    days = {"begins_on": date.fromisoformat(first), "ends_on": date.fromisoformat(last)}
    return peak(customer, kind="once", count=None, working=False, **days)


@pytest.fixture
def closing(lan_tu):
    """Lan Tu's contract, of which somebody was told, with their close."""
    tell(lan_tu)
    peak(lan_tu.customer)
    return lan_tu


def said(client, contract) -> str:
    found = client.get(contract.get_absolute_url()).context["stories"][0].peak
    return found.said if found else ""


def leave(client, contract, reason: str):
    """Open the page, say why, send it."""
    url = f"/contract/peak/{contract.pk}/"
    form = (client.get(url).context or {}).get("form")
    about = form["about"].value() if form else ""
    return client.post(url, {"reason": reason, "about": about})


def cards(client) -> list[tuple[str, str]]:
    return [(card.reason, card.action.label) for card in client.get("/").context["cards"]]


def test_the_page_says_that_the_last_minute_falls_in_a_peak_and_what_takes_the_lock_past_it(enter, closing) -> None:
    assert said(enter(), closing) == (
        "The last minute falls in their month-end close (26–30 Nov). "
        "With 1 day more, the soft lock waits until it is over: 1 December 2026, 09:00 (Asia/Shanghai)."
    )


@pytest.mark.parametrize(("now", "is_said"), [("2026-09-28T15:59:59", False), ("2026-09-28T16:00", True)])
def test_it_is_said_from_sixty_days_before_the_end(enter, set_clock, lan_tu, now, is_said) -> None:
    peak(lan_tu.customer)
    set_clock(utc(now))

    assert bool(said(enter(), lan_tu)) is is_said


def test_the_form_to_give_time_comes_filled_in_and_once_given_the_line_says_so(enter, closing) -> None:
    client = enter()
    proposed = client.get(closing.get_absolute_url()).context["stories"][0].peak
    form = client.get(proposed.give_url).context["form"]

    client.post(proposed.give_url, {name: form[name].value() for name in form.fields})

    given = Grant.objects.get()
    assert (proposed.give, given.gives) == ("Give 1 day", timedelta(days=1))
    assert given.reason == "So that the soft lock comes after their month-end close (26–30 Nov)."
    assert clock_of(closing).lock_at == utc("2026-12-01T01:00")
    assert said(client, closing).endswith(
        "The soft lock waits until it is over: 1 December 2026, 09:00 (Asia/Shanghai)."
    )


@pytest.mark.parametrize(
    ("query", "days", "reason"),
    [
        ("days=3&reason=close", 3, "close"),
        ("days=0&reason=close", 1, "close"),
        ("days=99", 1, None),
        ("days=many&reason=%00", 1, None),
        ("", 1, None),
    ],
)
def test_an_address_fills_in_what_the_form_would_take(enter, lan_tu, query, days, reason) -> None:
    form = enter().get(f"/contract/more/{lan_tu.pk}/?{query}").context["form"]

    assert (form["days"].value(), form["reason"].value()) == (days, reason)
    assert not form.errors


def test_where_nobody_was_told_yet_the_lock_is_the_one_that_would_come(enter, lan_tu) -> None:
    once(lan_tu.customer, "2026-11-30", "2026-11-30")

    assert said(enter(), lan_tu).startswith(
        "The soft lock would begin in their month-end close (30 Nov). With 1 day more"
    )


def test_a_lock_that_comes_after_the_peak_as_it_is_asks_for_nothing(enter, closing) -> None:
    closing.customer.peaks.all().delete()
    once(closing.customer, "2026-11-27", "2026-11-29")
    client = enter()

    assert said(client, closing).endswith(
        "The soft lock waits until it is over: 30 November 2026, 09:00 (Asia/Shanghai)."
    )
    assert cards(client) == []


@pytest.mark.parametrize(
    ("who", "proposed", "text"),
    [
        ("chen", "", "It takes 17 days more, and that is more than you can give: ask your manager, or move the end."),
        ("shen", "Give 17 days", "With 17 days more, the soft lock waits until it is over: 17 December 2026, 09:00"),
    ],
)
def test_what_a_role_may_not_give_is_not_offered_to_it(enter, lan_tu, who, proposed, text) -> None:
    tell(lan_tu)
    once(lan_tu.customer, "2026-11-27", "2026-12-16")

    story = enter(who).get(lan_tu.get_absolute_url()).context["stories"][0]

    assert (story.peak.give, bool(story.peak.give_url)) == (proposed, bool(proposed))
    assert text in story.peak.said


def test_it_waits_on_today_until_the_time_is_given(enter, closing) -> None:
    client = enter()
    before = cards(client)
    client.post(f"/contract/more/{closing.pk}/", {"days": 1, "reason": "close"})

    assert (before, cards(client)) == ([("meets a peak", "Give 1 day")], [])


def test_it_waits_on_today_until_somebody_leaves_it_with_a_reason(enter, closing) -> None:
    client = enter()
    before = cards(client)
    leave(client, closing, "They close in another system.")

    assert (before, cards(client)) == ([("meets a peak", "Give 1 day")], [])
    assert said(client, closing).endswith("陈舟 left it as it is: They close in another system.")
    page = client.get(closing.get_absolute_url()).content.decode()
    assert "The end stays as it is, though it meets a peak: month-end close" in page


def test_more_pressing_reasons_come_first(enter, lan_tu) -> None:
    peak(lan_tu.customer)

    assert [reason for reason, _label in cards(enter())] == ["nobody was told"]


def test_a_peak_is_left_with_a_reason_and_once(enter, closing) -> None:
    client = enter()

    refused = leave(client, closing, " ")
    for reason in ("first", "second"):
        leave(client, closing, reason)

    assert list(refused.context["form"].errors) == ["reason"]
    assert [left.reason for left in PeakLeft.objects.all()] == ["first"]


def test_a_peak_that_has_changed_since_the_page_was_opened_is_looked_at_once_more(enter, closing) -> None:
    client, url = enter(), f"/contract/peak/{closing.pk}/"
    about = client.get(url).context["form"]["about"].value()
    closing.customer.peaks.all().delete()
    once(closing.customer, "2026-11-27", "2026-12-02")

    refused = client.post(url, {"reason": "fine", "about": about})
    form = refused.context["form"]

    assert "Look once more." in refused.content.decode()
    assert (form["reason"].value(), PeakLeft.objects.count()) == ("fine", 0)
    client.post(url, {"reason": "fine", "about": form["about"].value()})
    assert PeakLeft.objects.get().last_day == date(2026, 12, 2)


def test_where_there_is_nothing_to_decide_the_page_says_so(enter, lan_tu) -> None:
    page = enter().get(f"/contract/peak/{lan_tu.pk}/", follow=True).content.decode()

    assert "There is nothing to decide about a peak of their work." in page


def test_a_decision_is_about_its_days_and_its_minute(enter, closing) -> None:
    client = enter()
    leave(client, closing, "fine")
    client.post(f"/contract/end/{closing.pk}/", {"term": "2026-11-26", "reason": "they asked"})
    tell_again = utc("2026-11-23T04:07")
    record_evidence(closing.terms.get(), kind=Evidence.Kind.TOLD, at=tell_again, now=T, by=cast.chen())

    assert [reason for reason, _label in cards(client)] == ["meets a peak"]


def left(term, **more) -> PeakLeft:
    known = {"last_minute": term.last_minute, "name": "close", "reason": "fine", "by": cast.chen(), "at": T}
    days = {"first_day": date(2026, 11, 26), "last_day": date(2026, 11, 30)}
    return PeakLeft.objects.create(term=term, **(known | days | more))


@pytest.mark.parametrize(
    ("said", "constraint"),
    [
        ({"reason": ""}, "peak_left_with_a_reason"),
        ({"first_day": date(2026, 12, 1)}, "peak_left_in_order"),
        ({}, "peak_left_once_a_promise"),
    ],
)
def test_the_database_refuses_a_decision_without_reason_out_of_order_or_made_twice(lan_tu, said, constraint) -> None:
    term = lan_tu.terms.get()
    left(term)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        left(term, **said)


@pytest.mark.parametrize(
    ("now", "is_said"),
    [("2026-11-30T00:59:59", True), ("2026-11-30T01:00", False)],
)
def test_after_the_lock_there_is_an_intervention_and_no_more_talk_of_the_peak(
    enter, set_clock, closing, now, is_said
) -> None:
    set_clock(utc(now))

    assert bool(said(enter(), closing)) is is_said


def test_a_contract_that_goes_on_meets_nothing(enter, closing) -> None:
    client = enter()
    ends_at = closing.terms.get().ends_at.isoformat()
    client.post(f"/contract/renew/{closing.pk}/", {"after": ends_at, "term": "1 year", "value": "9", "currency": "CNY"})

    assert said(client, closing) == ""
    assert cards(client) == []


def test_a_page_draws_the_peaks_and_says_them_to_who_cannot_see_them(enter, closing) -> None:
    page = enter().get(closing.get_absolute_url()).content.decode()

    assert 'class="peak"' in page
    assert page.count("Their work peaks: month-end close (26–30 Nov).") == 2  # the sentence, and the line below


def test_the_rows_of_today_draw_them_too(enter, closing) -> None:
    page = enter().get("/").content.decode()

    assert 'class="peak"' in page
    assert "Their work peaks: month-end close (26–30 Nov)." in page


def test_the_customer_sees_their_own_peak_and_nothing_of_what_is_to_be_decided_about_it(enter, closing) -> None:
    page = enter().get(f"/contracts/{closing.number}/as-customer/page/").content.decode()

    assert "month-end" in page
    assert "/contract/peak/" not in page
    assert "/contract/more/" not in page


def test_another_teams_peak_is_neither_seen_nor_left(enter, closing) -> None:
    otto = enter("otto")

    assert cards(otto) == []
    assert otto.post(f"/contract/peak/{closing.pk}/", {"reason": "fine"}).status_code == 404
    assert not PeakLeft.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_peaks(enter, house) -> None:
    client = enter()
    client.get("/")
    counts = []
    for more in (2, 12):
        for place in range(more):
            customer = cast.lan_tu(name=f"Customer {more} {place}")
            contract = cast.contract(customer, number=f"P-{more}-{place}")
            tell(contract)
            peak(customer)
        with CaptureQueriesContext(connection) as queries:
            assert {reason for reason, _label in cards(client)} == {"meets a peak"}
        counts.append(len(queries))

    assert abs(counts[0] - counts[1]) <= 1  # the count of more cards than fit


def test_a_manager_sees_their_teams(enter, closing) -> None:
    assert User.objects.get(email="shen@vendor.test").role == User.Role.MANAGER
    assert cards(enter("shen")) == [("meets a peak", "Give 1 day")]
