"""Takes a plan: a batch of contracts at a time, each contract as a whole or not at all.

A batch that the database refuses is tried again contract by contract, so that one never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import DataError, IntegrityError, connection, transaction

from accounts.ledger.findings import Findings
from accounts.ledger.known import Known, batches
from accounts.ledger.settling import Columns
from accounts.ledger.work import Notes, Plan, Work
from accounts.ledger.writer import ChangedMeanwhile, Writer
from accounts.services import Actor

BATCH = 2_000
ONE_AT_A_TIME = 2359
"""The key of PostgreSQL's advisory lock under which ledgers are taken: two at once would each miss the other's rows."""

Progress = Callable[[int], None]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for any other ledger that is being taken, and keep the next ones waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def somebody_is_taking() -> bool:
    """Whether a ledger is being taken right now, so that another would have to wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        (free,) = cursor.fetchone()
        if free:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
    return not free


def take(
    plan: Plan, known: Known, findings: Findings, columns: Columns, *, by: Actor, now: datetime, progress: Progress
) -> None:
    """Write the plan. `progress` is told the rows done. What cannot be written is marked and noted as refused."""
    notes = Notes(findings, columns)
    done = len(plan.rows) - sum(len(work.rows) for work in plan.work)
    for batch in batches(plan.work, BATCH):
        if _problem_of(batch, plan, known, by=by, now=now):
            for work in batch:
                if code := _problem_of([work], plan, known, by=by, now=now):
                    for row in work.rows:
                        notes.refuse(row, code, "number", work.number)
        done += sum(len(work.rows) for work in batch)
        progress(done)


def _problem_of(batch: Sequence[Work], plan: Plan, known: Known, *, by: Actor, now: datetime) -> str:
    """Write a batch; the code of what stood in its way, or an empty string. What is wrong with the portal raises."""
    writer = Writer(plan, known, by=by, now=now)
    try:
        with transaction.atomic():
            writer.write(batch)
    except (IntegrityError, ChangedMeanwhile):
        return "changed_meanwhile"
    except DataError:
        return "cannot_be_stored"
    writer.remember()
    return ""
