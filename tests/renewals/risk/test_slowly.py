"""Letters without a sign since, and renewals that came late before: counted one by one, as the database counts them."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from accounts.models import Contract, ContractTerm
from accounts.services import last_term
from renewals.conversations.models import Conversation
from renewals.locking.models import Evidence
from renewals.pipeline.models import Ends, Renewal
from renewals.pipeline.usual import stages, the
from renewals.risk.reading import FROM_THEM, measured
from renewals.touches.models import Delivery, Touch
from tests.renewals.cast import T

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SENT = Delivery.Outcome.SENT


def found(contract: Contract):
    return measured(Renewal.objects.open().filter(contract=contract), peaks=(), now=T).get()


def letter(contract: Contract, *, over_at, outcome=SENT) -> None:
    term = last_term(contract)
    touch = Touch.objects.create(
        contract=contract, term=term, contact=contract.customer.contacts.get(), lead=term.ends_at - over_at,
        last_minute=term.last_minute, due_at=over_at, planned_at=over_at,
    )  # fmt: skip
    Delivery.objects.create(
        touch=touch, recipient="l@lantu.test", next_try_at=over_at, over_at=over_at, outcome=outcome
    )


def sign_of_life(contract: Contract, *, kind: str, at) -> None:
    if kind == "talk":
        Conversation.objects.create(
            customer=contract.customer, at=at, time_zone="Asia/Shanghai", channel="call", said="-", by=contract.owner,
            recorded_at=at,
        )  # fmt: skip
        return
    term = last_term(contract)
    Evidence.objects.create(
        term=term, last_minute=term.last_minute, kind=kind, at=at, recorded_at=at, by=contract.owner
    )


def silent_letters(contract: Contract) -> int:
    """How many letters went out after they last gave a sign, or after the term began."""
    signs = [one.at for one in Conversation.objects.filter(customer=contract.customer) if one.at <= T]
    signs += [
        one.at
        for one in Evidence.objects.filter(term__contract=contract)
        if one.at <= T and (one.kind in FROM_THEM or (one.kind in ("told", "renews") and one.by_id))
    ]
    since = max(signs, default=last_term(contract).starts_at)
    sent = Delivery.objects.filter(touch__contract=contract)
    return sum(one.outcome == SENT and one.over_at > since for one in sent)


@pytest.mark.parametrize("seed", range(6))
def test_letters_since_they_last_gave_a_sign_are_counted(contract, seed) -> None:
    lots = random.Random(seed)
    for number in range(8):
        outcome = lots.choice([SENT, SENT, SENT, Delivery.Outcome.BOUNCED, Delivery.Outcome.DROPPED])
        letter(contract, over_at=T - lots.randrange(400) * DAY - number * MINUTE, outcome=outcome)
    for kind in lots.sample(["talk", "opened", "told", "acknowledged", "delivered", "renews"], k=seed % 4):
        sign_of_life(contract, kind=kind, at=T - lots.randrange(300) * DAY)

    assert found(contract).found_silence == silent_letters(contract)


def test_a_letter_at_the_very_instant_of_a_sign_is_before_it(contract) -> None:
    for at in (T - 2 * DAY, T - 2 * DAY + MINUTE):
        letter(contract, over_at=at)
    sign_of_life(contract, kind="opened", at=T - 2 * DAY)

    assert found(contract).found_silence == silent_letters(contract) == 1


def before(contract: Contract, *, years: int, late: timedelta, outcome: str) -> None:
    """A renewal of an earlier term, decided so long after its end."""
    term, stage = last_term(contract), the(Ends(outcome), stages())
    ends_at = term.ends_at - years * 365 * DAY
    earlier = ContractTerm.objects.create(
        contract=contract, sold_from="-", sold_as="-", time_zone=term.time_zone, recorded_at=T,
        last_minute=term.last_minute - years * 365 * DAY, starts_at=ends_at - 300 * DAY, ends_at=ends_at,
    )  # fmt: skip
    Renewal.objects.create(
        contract=contract, term=earlier, stage=stage, ends_at=ends_at, category=stage.category,
        probability=stage.probability, outcome=outcome, opened_at=ends_at - 90 * DAY, closed_at=ends_at + late,
    )  # fmt: skip


def late_ones(contract: Contract) -> int:
    """How many renewals that ended before were signed at their end or later."""
    ends_at = last_term(contract).ends_at
    return sum(
        one.outcome == "signed" and one.ends_at < ends_at and one.closed_at >= one.ends_at
        for one in Renewal.objects.filter(contract=contract)
    )


@pytest.mark.parametrize("seed", range(4))
def test_renewals_that_came_after_their_end_are_counted(contract, seed) -> None:
    lots = random.Random(seed)
    for years in range(2, 7):
        before(contract, years=years, late=lots.choice([-MINUTE, 0 * MINUTE, 9 * DAY]), outcome="signed")

    assert found(contract).found_past == late_ones(contract)


def test_one_signed_at_its_very_end_is_late_and_one_a_minute_before_is_not(contract) -> None:
    before(contract, years=2, late=timedelta(0), outcome="signed")
    before(contract, years=3, late=-MINUTE, outcome="signed")

    assert found(contract).found_past == late_ones(contract) == 1
