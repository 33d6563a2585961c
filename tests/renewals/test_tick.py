"""What one tick does (rules 7, 15, 19 and 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from accounts import terms
from accounts.services import NotAllowed, change_details, last_term, move_end
from renewals import tick as ticking
from renewals.entitlement import Moment
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew, renew_by_itself, renewing_by_itself
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches.by_itself import plan_by_themselves
from renewals.touches.models import Delivery, Touch
from tests.renewals.cast import T, chen, clock_of, contract, lan_tu, lan_tu_contract, lin, utc

pytestmark = pytest.mark.django_db

WEEK_BEFORE = utc("2026-11-20T16:00")


def test_a_week_before_the_end_it_announces_it_and_plans_both_notices():
    lan_tu_contract()

    done = tick(now=WEEK_BEFORE)

    assert done["events"] == [
        {
            "contract": "LT-2026-01",
            "product": "collab",
            "kind": "ending",
            "lead_days": 7,
            "occurred_at": "2026-11-20T16:00:00Z",
        }
    ]
    assert list(Touch.objects.values_list("lead", "due_at")) == [
        (timedelta(days=7), utc("2026-11-23T01:00")),
        (timedelta(days=1), utc("2026-11-27T01:00")),
    ]


def test_a_minute_earlier_nothing_is_due():
    lan_tu_contract()

    done = tick(now=WEEK_BEFORE - timedelta(minutes=1))

    assert (done["events"], done["touches"], done["deliveries"]) == ([], 0, 0)


def test_with_nothing_due_it_asks_one_question(django_assert_num_queries):
    lan_tu_contract()
    tick(now=WEEK_BEFORE - timedelta(minutes=2))

    with django_assert_num_queries(1):
        tick(now=WEEK_BEFORE - timedelta(minutes=1), thorough=False)


def test_two_ticks_at_one_instant_do_everything_once():
    lan_tu_contract()

    tick(now=T)
    again = tick(now=T)

    assert again["events"] == []
    assert (Event.objects.count(), Touch.objects.count(), Delivery.objects.count(), OrmQ.objects.count()) == (
        1,
        2,
        1,
        1,
    )


def test_down_for_days_it_catches_up_with_the_computed_instants():
    found = lan_tu_contract()

    tick(now=utc("2026-11-28T05:00"))

    assert [(event.kind, event.occurred_at) for event in Event.objects.all()] == [
        ("ending", utc("2026-11-20T16:00")),
        ("ending", utc("2026-11-26T16:00")),
        ("buffer_started", utc("2026-11-27T16:00")),
    ]
    assert [(touch.lead, touch.due_at) for touch in Touch.objects.all()] == [(timedelta(0), utc("2026-11-30T01:00"))]
    assert clock_of(found).next_event_at is None


def planned():
    return [
        (touch.contact.name, touch.lead.days, touch.due_at) for touch in Touch.objects.order_by("contact_id", "due_at")
    ]


def test_with_nothing_due_it_asks_few_questions_even_when_thorough(django_assert_max_num_queries):
    lan_tu_contract()
    tick(now=WEEK_BEFORE - timedelta(minutes=2))

    with django_assert_max_num_queries(46):  # savepoints of the test's own transaction included
        tick(now=WEEK_BEFORE - timedelta(minutes=1))


def test_a_batch_takes_the_same_number_of_queries_for_one_contract_and_for_many(django_assert_num_queries):
    customer = lan_tu()
    lin(customer)
    contract(customer, number="LT-0")
    with CaptureQueriesContext(connection) as one:
        tick(now=T, thorough=False)
    for number in range(1, 31):
        contract(customer, number=f"LT-{number}")

    with django_assert_num_queries(len(one)):
        tick(now=T, thorough=False)


def test_every_contact_is_told_in_their_own_hours_and_only_who_wants_to_be():
    customer = lan_tu()
    lin(customer)
    lin(customer, name="Ada", email="ada@lantu.test", time_zone="Europe/Berlin")
    lin(customer, name="No mail", email="")
    lin(customer, name="No notices", email="no@lantu.test", gets_notices=False)
    contract(customer)

    tick(now=WEEK_BEFORE)

    assert planned() == [
        ("林岚", 7, utc("2026-11-23T01:00")),
        ("林岚", 1, utc("2026-11-27T01:00")),
        ("Ada", 7, utc("2026-11-20T16:00")),
        ("Ada", 1, utc("2026-11-26T16:00")),
    ]


def test_a_contact_who_joins_later_is_told_the_day_ahead():
    found = lan_tu_contract()
    tick(now=WEEK_BEFORE)
    lin(found.customer, name="Ada", email="ada@lantu.test")

    tick(now=utc("2026-11-26T16:00"))

    assert planned()[2:] == [("Ada", 1, utc("2026-11-27T01:00"))]


def test_renewed_in_between_there_is_nothing_to_tell():
    found = lan_tu_contract()
    renew(found, after=last_term(found).ends_at, term=terms.parse_term("1 year"), by="Lin", now=T)

    done = tick(now=utc("2026-11-30T05:00"))

    assert (done["events"], done["touches"]) == ([], 0)


def test_a_moved_end_is_announced_anew():
    found = lan_tu_contract()
    tick(now=T)
    move_end(found, term=terms.parse_term("through 2026-11-28"), reason="", by=chen(), now=T)

    done = tick(now=T)

    assert [(event["kind"], event["occurred_at"]) for event in done["events"]] == [("ending", "2026-11-21T16:00:00Z")]
    assert done["touches"] == 2


def test_in_the_buffer_nobody_is_told_again_who_was_told():
    found = lan_tu_contract()
    record_evidence(found.terms.get(), kind=Evidence.Kind.OPENED, at=T, now=T)

    done = tick(now=utc("2026-11-28T05:00"))

    assert [event["kind"] for event in done["events"]] == ["ending", "ending", "buffer_started"]
    assert done["touches"] == 0


def test_in_the_buffer_a_notice_that_is_still_on_its_way_is_enough():
    lan_tu_contract()
    tick(now=T)

    assert tick(now=utc("2026-11-27T16:00"))["touches"] == 0


def test_with_evidence_the_lock_is_recorded_at_its_computed_instant():
    found = lan_tu_contract()
    record_evidence(found.terms.get(), kind=Evidence.Kind.OPENED, at=T, now=T)

    done = tick(now=utc("2026-11-30T05:00"))

    assert (done["events"][-1]["kind"], done["events"][-1]["occurred_at"]) == ("soft_locked", "2026-11-30T01:00:00Z")


def test_what_had_been_over_for_long_when_it_was_imported_is_not_told():
    lan_tu_contract(start="2019-01-01", through="2020-01-01", now=T)

    done = tick(now=T)

    assert (done["events"], done["touches"]) == ([], 0)


def test_more_than_one_tick_takes_is_left_for_the_next(monkeypatch):
    monkeypatch.setattr(ticking, "BATCH", 2)
    monkeypatch.setattr(ticking, "MOST", 2)
    customer = lan_tu()
    lin(customer)
    for number in range(5):
        contract(customer, number=f"LT-{number}")

    done, rest = tick(now=T), tick(now=T)

    assert (len(done["events"]), done["more"]) == (4, True)
    assert (len(rest["events"]), rest["more"]) == (1, False)


def by_itself(**said):
    customer = lan_tu()
    lin(customer)
    return contract(customer, renews_itself=True, notice_days=30, **said)


def test_who_renews_by_itself_is_told_more_than_thirty_days_before_the_last_no(mailbox):
    by_itself(through="2027-03-31", start="2026-04-01", now=utc("2026-04-01T02:00"))

    assert tick(now=utc("2027-01-22T15:59"), in_process=True)["touches"] == 0
    assert tick(now=utc("2027-01-25T02:00"), in_process=True)["touches"] == 1

    assert "until 1 March 2027, 23:59" in mailbox.text() or "2027年3月1日23时59分" in mailbox.text()


def test_it_joins_the_next_term_once_the_last_no_has_passed(mailbox):
    found = by_itself(through="2027-03-31", start="2026-04-01", now=utc("2026-04-01T02:00"))
    tick(now=utc("2027-01-25T02:00"), in_process=True)

    assert tick(now=utc("2027-03-01T15:59"))["renewed"] == []
    assert tick(now=utc("2027-03-01T16:00"))["renewed"] == ["LT-2026-01"]

    assert [term.last_minute.isoformat() for term in found.terms.all()] == [
        "2027-03-31T23:59:00",
        "2028-03-31T23:59:00",
    ]


def test_found_too_late_to_be_told_it_ends_like_any_other(mailbox):
    by_itself()

    done = tick(now=T, in_process=True)

    assert (done["touches"], done["renewed"]) == (2, [])


def test_those_whom_nobody_can_tell_stand_in_nobodys_way(mailbox):
    customer = lan_tu(name="No mail")
    said = {"start": "2026-04-01", "now": utc("2026-04-01T02:00"), "renews_itself": True, "notice_days": 30}
    for place in range(3):
        contract(customer, number=f"NO-{place}", through="2027-03-30", **said)
    by_itself(through="2027-03-31", start="2026-04-01", now=utc("2026-04-01T02:00"))

    assert plan_by_themselves(now=utc("2027-01-25T02:00"), limit=2) == 1


def test_who_was_told_only_that_it_ends_is_not_renewed_in_the_dark(mailbox):
    found = by_itself(through="2027-03-31", start="2026-04-01", now=utc("2026-04-01T02:00"))
    record_evidence(found.terms.get(), kind=Evidence.Kind.TOLD, at=T, by=chen(), now=T)

    assert tick(now=utc("2027-03-02T02:00"))["renewed"] == []


def test_a_next_term_that_cannot_be_read_stops_no_other(mailbox, caplog):
    found = by_itself(through="2027-03-31", start="2026-04-01", now=utc("2026-04-01T02:00"), renews_for="for ever")
    record_evidence(found.terms.get(), kind=Evidence.Kind.RENEWS, at=T, by=chen(), now=T)

    assert tick(now=utc("2027-03-02T02:00"))["renewed"] == []

    assert "LT-2026-01 did not renew by itself" in caplog.text


def told_in_time(**said):
    """A contract that renews by itself, whose customer was told; the last “no” counts until 2 March 2027, 00:00."""
    found = by_itself(through="2027-03-31", start="2026-04-01", now=utc("2026-04-01T02:00"), **said)
    record_evidence(found.terms.get(), kind=Evidence.Kind.RENEWS, at=T, by=chen(), now=T)
    return found


def test_whose_moment_came_while_nothing_ran_renews_all_the_same():
    found = told_in_time()

    tick(now=utc("2027-04-01T02:00"))

    first, second = found.terms.all()
    assert second.starts_at == first.ends_at


def test_a_renewal_by_itself_is_dated_by_the_last_minute_to_say_no():
    found = told_in_time()

    tick(now=utc("2027-03-05T02:00"))

    assert Event.objects.get(contract=found, kind=Event.Kind.RENEWED).occurred_at == utc("2027-03-01T16:00")


@pytest.mark.parametrize("change", [{"declined_at": utc("2027-03-02T01:00")}, {"renews_itself": False}])
def test_a_no_that_comes_while_the_tick_is_under_way_counts(change):
    found = told_in_time()
    [joining] = renewing_by_itself(now=utc("2027-03-02T02:00"))
    change_details(found, **change, by=chen(), now=utc("2027-03-02T01:00"))

    with pytest.raises(NotAllowed):
        renew_by_itself(joining, now=utc("2027-03-02T02:00"))

    found.refresh_from_db()
    assert (found.terms.count(), found.declined_at) == (1, change.get("declined_at"))


HISTORY = {"start": "2025-06-01", "through": "2026-05-15", "now": T}


def test_what_was_over_long_before_it_was_recorded_has_nothing_to_tell():
    found = contract(lan_tu(), **HISTORY)

    tick(now=T)

    assert not Event.objects.filter(contract=found).exists()


def test_a_simulated_instant_is_lived_as_it_would_have_been(mailbox):
    customer = lan_tu()
    lin(customer)
    found = contract(customer, **HISTORY)

    for at in ("2026-05-08T16:00", "2026-05-11T02:00", "2026-05-15T02:00", "2026-05-15T16:00", "2026-05-18T01:00"):
        tick(now=utc(at), in_process=True)

    events = Event.objects.filter(contract=found, kind__in=list(Moment)).values_list("kind", "occurred_at")
    assert list(events) == [
        ("ending", utc("2026-05-08T16:00")),
        ("ending", utc("2026-05-14T16:00")),
        ("buffer_started", utc("2026-05-15T16:00")),
        ("soft_locked", utc("2026-05-18T01:00")),
    ]
    assert [to for [to] in mailbox.recipients] == ["lin@lantu.test", "lin@lantu.test", "chen@vendor.test"]
