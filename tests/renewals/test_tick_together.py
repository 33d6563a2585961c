"""Several at once: two tickers, a renewal in between, two workers (rule 20)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from accounts import terms
from accounts.models import Contract
from accounts.services import NotAllowed
from renewals.entitlement import State, state_at
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.services import clocks_that_differ
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from renewals.touches.services import deliver
from tests.renewals.cast import T, clock_of, contract, lan_tu, lan_tu_contract, lin, utc

pytestmark = pytest.mark.django_db(transaction=True)

ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")


def together(*works: Callable[[], object]) -> None:
    """Run everything in threads that start at one moment; an exception in one fails the test."""
    gate, failures = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            connection.cursor().execute("SET lock_timeout = '5s'")
            gate.wait()
            work()
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_tickers_at_once_do_everything_once():
    customer = lan_tu()
    lin(customer)
    for number in range(40):
        contract(customer, number=f"LT-{number}")

    together(*[lambda: tick(now=T)] * 4)
    tick(now=T)  # whatever they left to each other

    counts = [model.objects.count() for model in (Event, Touch, Delivery, OrmQ)]
    assert counts == [40, 80, 40, 40]


def test_two_workers_with_one_delivery_send_one_mail(mailbox):
    customer = lan_tu()
    lin(customer)
    contract(customer)
    tick(now=T)
    pk = Delivery.objects.get().pk

    together(*[lambda: deliver(pk, now=T)] * 4)

    assert len(mailbox.mails) == 1


def test_a_tick_does_not_wait_for_whoever_changes_a_contract():
    customer = lan_tu()
    lin(customer)
    found = contract(customer)

    with transaction.atomic():
        Contract.objects.select_for_update(of=("self",)).get(pk=found.pk)
        together(lambda: tick(now=T))
        assert Event.objects.count() == 0

    assert len(tick(now=T)["events"]) == 1


def renewal(found: Contract, by: str, *, now=T) -> Callable[[], None]:
    """Somebody who confirms one more year, and may be told that another was first."""

    def confirm() -> None:
        with suppress(NotAllowed):
            renew(found, after=ENDS_AT, term=terms.Term.years(1), by=by, now=now)

    return confirm


def test_a_colleague_and_the_customer_who_confirm_at_once_renew_once():
    found = lan_tu_contract()

    together(*[renewal(found, by) for by in ("陈舟", "林岚", "林岚", "何静")])

    assert found.terms.count() == 2
    assert Event.objects.filter(kind="renewed").count() == 1
    assert clocks_that_differ() == []


def test_renewed_in_the_very_second_of_the_lock_it_is_not_locked():
    found = lan_tu_contract()
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=T, now=T)

    together(lambda: tick(now=LOCK_AT), renewal(found, "林岚", now=LOCK_AT), lambda: tick(now=LOCK_AT))

    assert found.terms.count() == 2
    assert state_at(clock_of(found, at=LOCK_AT).windows, LOCK_AT) is State.ACTIVE
    assert clocks_that_differ() == []
