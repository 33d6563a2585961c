"""Several at once: two tickers, a renewal in between, two workers (rule 20)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from accounts.models import Contract
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from renewals.touches.services import deliver
from tests.renewals.cast import T, contract, lan_tu, lin

pytestmark = pytest.mark.django_db(transaction=True)


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
