"""Two at once, and one that is killed: never a double, never a half contract."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.ledger import take as taking
from accounts.ledger.take import one_at_a_time, somebody_is_taking
from accounts.ledger.writer import Writer
from accounts.models import Contract, ContractTerm, Customer
from tests.accounts.ledger.conftest import take, text

pytestmark = pytest.mark.django_db(transaction=True)

LEDGER = text(*((f"客户{n // 2}", f"HT-{n}", "云笔", "2026-01-01", "2026-12-31") for n in range(40)))


def test_the_same_ledger_twice_at_once_makes_each_contract_once():
    barrier, counts = Barrier(2), []

    def one():
        barrier.wait()
        counts.append(take(LEDGER).plan.count())
        connection.close()

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(count["created"] for count in counts) == [0, 40]
    assert (Contract.objects.count(), ContractTerm.objects.count(), Customer.objects.count()) == (40, 40, 20)


def test_an_import_that_is_killed_has_taken_whole_contracts_and_goes_on_the_next_time(monkeypatch):
    monkeypatch.setattr(taking, "BATCH", 10)
    write = Writer.write

    def write_two_batches(self, batch):
        if Contract.objects.count() == 20:
            raise KeyboardInterrupt
        write(self, batch)

    monkeypatch.setattr(Writer, "write", write_two_batches)
    with pytest.raises(KeyboardInterrupt):
        take(LEDGER)
    monkeypatch.setattr(Writer, "write", write)
    assert (Contract.objects.count(), ContractTerm.objects.count()) == (20, 20)

    again = take(LEDGER).plan.count()

    assert (again["created"], again["unchanged"]) == (20, 20)


def test_whether_somebody_is_taking_a_ledger_can_be_asked_from_outside():
    asked = []

    def ask():
        asked.append(somebody_is_taking())
        connection.close()

    with one_at_a_time():
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    asked.append(somebody_is_taking())

    assert asked == [True, False]
