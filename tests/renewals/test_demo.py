"""The demo data: each story holds on whatever day and at whatever hour it is loaded, and none of its past is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from accounts import wording
from accounts.models import Contact, Contract, Customer, User
from accounts.peaks import rhythms_of
from accounts.rhythm import How
from accounts.worktime import is_working_moment
from renewals import demo
from renewals.answers.models import Answer
from renewals.callbacks.models import Endpoint
from renewals.conversations.models import Promise
from renewals.conversations.reading import opened
from renewals.demo.every import STORIES
from renewals.entitlement import State, state_at
from renewals.health.reading import health_of
from renewals.locking.models import Clock, Evidence
from renewals.locking.peaks import met_by
from renewals.locking.services import clocks_that_differ
from renewals.offers.models import Agreement
from renewals.payments.models import overdue
from renewals.pipeline.models import Renewal
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches.models import Delivery
from tests.renewals.cast import T

pytestmark = pytest.mark.django_db

SHANGHAI = "Asia/Shanghai"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
INSTANTS = {
    "a Monday at noon": T,
    "a Sunday": datetime(2026, 11, 22, 12, 7),
    "National Day week": datetime(2026, 10, 3, 10),
    "Spring Festival": datetime(2026, 2, 19, 9),
    "five past midnight on 29 February": datetime(2028, 2, 29, 0, 5),
    "two to midnight on 31 December": datetime(2026, 12, 31, 23, 58),
    "a minute before work": datetime(2026, 1, 5, 8, 59),
}


def instant(wall: datetime) -> datetime:
    return wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(SHANGHAI)).astimezone(T.tzinfo)


@pytest.fixture(scope="module", params=INSTANTS.values(), ids=INSTANTS.keys())
def loaded_at(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """The demo data as loaded at an instant: once for all the questions that are asked about it."""
    now = instant(request.param)
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(now=now)
        yield now
        transaction.set_rollback(True)


def clock_of(number: str, *, at: datetime) -> Clock:
    found = Clock.objects.counting(at=at).select_related("contract", "term")
    return found.get(contract__number=number)


def last_days(at: datetime) -> set[int]:
    """In how many days from today contracts end in Shanghai, at the end of the day."""
    today = wording.local(at, SHANGHAI).date()
    running = Clock.objects.counting(at=at).filter(term__time_zone=SHANGHAI, term__whole_day=True, ends_at__gt=at)
    return {(clock.term.last_minute.date() - today).days for clock in running.select_related("term")}


def evidence_of(number: str) -> set[str]:
    return set(Evidence.objects.filter(term__contract__number=number).values_list("kind", flat=True))


def events_of(number: str) -> list[str]:
    return list(Event.objects.filter(contract__number=number).values_list("kind", flat=True))


def test_each_contract_is_in_the_state_that_its_story_says(loaded_at: datetime) -> None:
    clocks = Clock.objects.counting(at=loaded_at).select_related("contract__product")
    states = {
        (clock.contract.number, clock.contract.product.code): state_at(clock.windows, loaded_at) for clock in clocks
    }

    assert states == {(story.number, story.product): story.state for story in STORIES}


def test_something_ends_today_tomorrow_and_next_week(loaded_at: datetime) -> None:
    assert {0, 1, 7} <= last_days(loaded_at)


def test_all_states_are_there(loaded_at: datetime) -> None:
    clocks = Clock.objects.counting(at=loaded_at)

    assert {state_at(clock.windows, loaded_at) for clock in clocks} == set(State)


def test_the_lock_came_as_the_last_working_day_began_and_not_in_silence(loaded_at: datetime) -> None:
    clock = clock_of("QM-0391", at=loaded_at)
    assert clock.lock_at is not None

    assert wording.local(clock.lock_at, SHANGHAI).hour == 9
    assert loaded_at - clock.lock_at < 12 * DAY
    assert clock.term.evidence.earliest("at").at <= clock.lock_at - DAY
    assert "soft_locked" in events_of("QM-0391")


@pytest.mark.parametrize("number", ["YF-0045", "HL-0042"])
def test_nobody_was_told_of_these(loaded_at: datetime, number: str) -> None:
    assert evidence_of(number) == set()
    assert clock_of(number, at=loaded_at).lock_at is None


def test_a_mail_came_back(loaded_at: datetime) -> None:
    assert "notice_failed" in events_of("HL-0042")


def test_an_end_weeks_ahead_meets_a_peak_and_a_few_days_more_take_the_lock_past_it(loaded_at: datetime) -> None:
    clock = Clock.objects.counting(at=loaded_at).get(contract__number="QH-0290", contract__product__code="vault")

    met = met_by([clock], rhythms=rhythms_of([clock.contract.customer_id]), now=loaded_at)[clock.pk]

    assert [(how, stretch.name) for how, stretch in met.collision.met] == [(How.END_IN, "年度医保对账")]
    assert met.waits
    assert met.days


def test_one_wrote_back_and_one_was_away(loaded_at: datetime) -> None:
    written, note = (Answer.objects.get(contract__number=number) for number in ("HX-0021", "LP-0011"))

    assert (written.is_automatic, written.read_at, note.is_automatic) == (False, None, True)


def test_a_letter_came_back_a_day_later_and_the_call_before_it_still_counts(loaded_at: datetime) -> None:
    sent = Delivery.objects.filter(touch__contract__number="NS-0316", outcome=Delivery.Outcome.SENT)

    assert not sent.filter(over_at__lt=loaded_at - 2 * DAY).exists()
    assert clock_of("NS-0316", at=loaded_at).lock_at is not None


def test_one_of_the_vendors_systems_was_called_and_is_paused_so_that_nothing_goes_out(loaded_at: datetime) -> None:
    endpoint = Endpoint.objects.get()

    assert endpoint.calls.filter(outcome="accepted").count() > 10
    assert (endpoint.paused_because, Endpoint.objects.left_lying(now=loaded_at + DAY).count()) == ("person", 0)


def test_renewed_in_the_buffer_it_joined(loaded_at: datetime) -> None:
    first, second = Contract.objects.get(number="YQ-0172").terms.order_by("-starts_at")[:2][::-1]

    assert second.starts_at == first.ends_at
    assert second.recorded_at > first.ends_at


def test_renewed_after_the_lock_it_began_at_the_renewal(loaded_at: datetime) -> None:
    term = Contract.objects.get(number="CF-0610").terms.latest("starts_at")

    assert term.starts_at == term.recorded_at
    assert "soft_locked" in events_of("CF-0610")


def test_one_has_renewed_itself_and_another_was_told_that_it_will(loaded_at: datetime) -> None:
    renewed, told = (Contract.objects.get(number=number) for number in ("KM-0013", "TL-0005"))

    assert renewed.amendments.get(kind="renewed", by_name="renews by itself")
    assert told.touches.get(kind="renews_itself").delivery.outcome == Delivery.Outcome.SENT
    assert not told.amendments.filter(by_name="renews by itself").exists()


def test_one_number_covers_two_products(loaded_at: datetime) -> None:
    assert Contract.objects.numbered("QH-0290").count() == 2


def test_a_trial_runs_through_a_whole_day_from_the_minute_it_was_switched_on(loaded_at: datetime) -> None:
    term = Contract.objects.get(number="HX-0021", kind=Contract.Kind.TRIAL).terms.get()

    assert term.sold_as == "30 days"
    assert "T15:00" in term.sold_from
    assert term.last_minute.strftime("%H:%M") == "23:59"


def test_nothing_on_record_lies_ahead(loaded_at: datetime) -> None:
    assert not Event.objects.filter(occurred_at__gt=loaded_at).exists()
    assert not Evidence.objects.filter(at__gt=loaded_at).exists()
    assert not Delivery.objects.filter(over_at__gt=loaded_at).exists()


def test_nothing_of_the_past_is_left_to_be_sent(loaded_at: datetime) -> None:
    done = tick(now=loaded_at + SECOND)

    assert (done["events"], done["renewed"], done["touches"], done["deliveries"]) == ([], [], 0, 0)
    assert not Delivery.objects.open().filter(next_try_at__lte=loaded_at).exists()


def test_nobody_was_written_to_outside_their_hours(loaded_at: datetime) -> None:
    sent = Delivery.objects.filter(outcome=Delivery.Outcome.SENT).select_related("touch__contact__customer__calendar")

    for delivery in sent:
        contact = delivery.touch.contact
        assert delivery.over_at is not None
        assert is_working_moment(delivery.over_at, contact.zone, contact.customer.calendar.hours()), delivery


def test_what_is_to_come_is_planned(loaded_at: datetime) -> None:
    assert Clock.objects.filter(next_event_at__gt=loaded_at).count() > 20


def test_the_clocks_follow_the_facts(loaded_at: datetime) -> None:
    assert clocks_that_differ() == []


def test_another_team_sees_other_contracts(loaded_at: datetime) -> None:
    chen, emma = (User.objects.get(email=email) for email in ("csm@demo.test", "emma.clarke@demo.test"))

    assert 20 < Contract.objects.visible_to(chen).count() < Contract.objects.count()
    assert not Contract.objects.visible_to(emma).filter(owner=chen).exists()


def test_it_is_a_company_of_many_zones_and_currencies(loaded_at: datetime) -> None:
    zones = set(Customer.objects.values_list("time_zone", flat=True))
    currencies = set(Contract.objects.values_list("terms__currency", flat=True))

    assert 25 <= Customer.objects.count() <= 40
    assert len(zones) >= 12
    assert {"CNY", "USD", "EUR", "GBP", "JPY"} <= currencies


def test_nobody_in_it_could_be_written_to_by_mistake(loaded_at: datetime) -> None:
    addresses = [*Contact.objects.values_list("email", flat=True), *User.objects.values_list("email", flat=True)]

    assert {address.rpartition(".")[2] for address in addresses if address} == {"test", "example"}


def test_customers_use_the_products_more_less_and_not_at_all(loaded_at: datetime) -> None:
    healths = health_of(Contract.objects.all(), now=loaded_at)
    scores = [health.score for health in healths.values() if health.score is not None]

    assert min(scores) < 40
    assert max(scores) >= 80
    assert any(health.score is None for health in healths.values())


def test_promises_are_open_and_one_is_overdue(loaded_at: datetime) -> None:
    overdue = [one.is_overdue for one in opened(Promise.objects.open(), now=loaded_at)]

    assert set(overdue) == {True, False}


def test_most_of_what_was_signed_is_paid_and_little_is_late(loaded_at: datetime) -> None:
    late = overdue(Agreement.objects.all(), at=loaded_at).values_list("contract__number", flat=True)
    assert set(late) <= {"WS-0011", "LT-0402"}
    assert "WS-0011" in late


def test_a_year_of_ends_went_in_every_way(loaded_at: datetime) -> None:
    outcomes = Renewal.objects.filter(ends_at__gt=loaded_at - 365 * DAY, ends_at__lte=loaded_at)
    assert outcomes.filter(outcome="signed").count() >= 20
    assert outcomes.filter(outcome="lost").count() >= 3


def test_the_first_page_asks_few_questions_whatever_waits(
    loaded_at, client, set_clock, django_assert_max_num_queries
) -> None:
    set_clock(loaded_at)
    client.force_login(User.objects.get(role=User.Role.ADMIN))
    client.get("/")

    with django_assert_max_num_queries(23):
        page = client.get("/")

    assert page.context["cards"]
