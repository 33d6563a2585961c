"""What a tick costs: `python bench/ticks.py`: with 0, 100 and 10,000 due among 16,000 and among 1,000,000 contracts.

One process a database, asked in turn; each tick commits. Due is the first notice of an end: an event, the notices for
everybody there on the plan, the contract's next moment, and what goes out now on the queue. Beside it, in the same run,
what a transaction a contract costs by the ORM: lock, save, one event. The databases are made once, and kept.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from datetime import datetime

from database import with_contracts

SIZES, ROUNDS = (16_000, 1_000_000), 7
# Of 16,000 some have not begun or are renewed already: 10,000 of them can be due at once.
CASES = [("tick", "tick", 0), ("tick", "tick", 100), ("ORM, one by one", "orm", 100), ("tick", "tick", 10_000)]
AT = datetime.fromisoformat("2026-11-26T02:00:00+00:00")
MAKE_DUE = """
WITH chosen AS (
    SELECT clock.id, clock.term_id FROM renewals_clock AS clock
    JOIN accounts_contractterm AS term ON term.id = clock.term_id AND term.starts_at < %(at)s
    WHERE upper(clock.span) IS NULL AND clock.starts_at < %(at)s
    ORDER BY clock.id LIMIT %(count)s
), ends AS (
    UPDATE accounts_contractterm AS term
    SET last_minute = timestamp '2026-12-03 09:59', ends_at = %(at)s + interval '7 days'
    FROM chosen WHERE term.id = chosen.term_id
)
UPDATE renewals_clock AS clock
SET ends_at = %(at)s + interval '7 days', buffer_ends_at = %(at)s + interval '8 days', lock_at = NULL, closes_at = NULL,
    earliest_lock_at = %(at)s + interval '8 days', is_history = false, joins_at = NULL, next_event_at = %(at)s
FROM chosen WHERE clock.id = chosen.id
"""
FORGET = [
    "DELETE FROM django_q_ormq",
    "DELETE FROM renewals_delivery",
    "DELETE FROM renewals_touch WHERE planned_at = %(at)s",
    "DELETE FROM renewals_event WHERE recorded_at = %(at)s",
]


def serve(count: int) -> None:
    """Answer on standard output what each tick cost that is asked for on standard input."""
    with_contracts(count)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE renewals_clock SET next_event_at = NULL WHERE next_event_at <= %s", [AT])
    print("ready", flush=True)
    for line in sys.stdin:
        kind, _, due = line.partition(" ")
        print(json.dumps(one_tick(int(due)) if kind == "tick" else by_orm(int(due))), flush=True)


def made_due(count: int) -> None:
    """So many contracts a week before their end at AT, and nothing on record of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in FORGET:
            cursor.execute(statement, {"at": AT})
        if count:
            cursor.execute(MAKE_DUE, {"at": AT, "count": count})
        for table in ("renewals_clock", "renewals_event", "renewals_touch", "renewals_delivery", "django_q_ormq"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def one_tick(due: int) -> dict[str, float]:
    """Wall and CPU ms, statements and events of one tick, or of as many as it takes."""
    from django.db import connection

    from renewals.tick import tick

    made_due(due)
    statements, events = [], 0

    def count(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        wall, cpu = time.perf_counter(), time.process_time()
        more = True
        while more:
            done = tick(now=AT, thorough=False)
            more, events = done["more"], events + len(done["events"])
        took = {"wall": (time.perf_counter() - wall) * 1000, "cpu": (time.process_time() - cpu) * 1000}
    assert events == due, (events, due)
    return took | {"statements": len(statements)}


def by_orm(due: int) -> dict[str, float]:
    """The same contracts one by one: a transaction each, locked, saved, one event."""
    from django.db import transaction

    from renewals.locking.models import Clock
    from renewals.timeline.models import Event

    made_due(due)
    wall, cpu, statements = time.perf_counter(), time.process_time(), 1
    for pk in list(Clock.objects.due(now=AT).values_list("pk", flat=True)):
        with transaction.atomic():
            clock = Clock.objects.select_for_update(of=("self",)).select_related("contract").get(pk=pk)
            Event.objects.create(
                contract=clock.contract, kind=Event.Kind.ENDING, key=f"bench:{pk}", occurred_at=AT, recorded_at=AT
            )
            clock.next_event_at = None
            clock.save(update_fields=["next_event_at"])
        statements += 3
    return {
        "wall": (time.perf_counter() - wall) * 1000,
        "cpu": (time.process_time() - cpu) * 1000,
        "statements": statements,
    }


class Database:
    """A process of this file that has one database."""

    def __init__(self, size: int) -> None:
        command = [sys.executable, __file__, "serve", str(size)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while (line := self.process.stdout.readline()) != "ready\n":
            assert line, "the process of one database has ended"

    def ask(self, what: str) -> dict[str, float]:
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def table_row(due: int, named: str, size: int, seen: list[dict[str, float]], ratio: str) -> str:
    """One line of the table."""
    walls = [one["wall"] for one in seen]
    spread = f"{statistics.median(walls):,.1f} ({min(walls):,.1f}-{max(walls):,.1f})"
    cpu, statements = statistics.median(one["cpu"] for one in seen), seen[-1]["statements"]
    return f"| {due:,} | {named} | {size:,} | {spread} | {cpu:,.1f} | {statements:,} | {ratio} |"


def main() -> None:
    databases = {size: Database(size) for size in SIZES}
    print("| due | way | contracts | wall ms (min-max) | CPU ms | statements | large / small, CPU |")
    print("| ---: | --- | ---: | --- | ---: | ---: | ---: |")
    for named, way, due in CASES:
        for database in databases.values():
            database.ask(f"{way} {due}")
        seen: dict[int, list[dict[str, float]]] = {size: [] for size in SIZES}
        for _round in range(ROUNDS if due < 10_000 else 3):
            for size, database in databases.items():
                seen[size].append(database.ask(f"{way} {due}"))
        small, large = (statistics.median(one["cpu"] for one in seen[size]) for size in SIZES)
        for size in SIZES:
            ratio = f"{large / small:.2f}" if size == SIZES[1] else ""
            print(table_row(due, named, size, seen[size], ratio), flush=True)


if __name__ == "__main__":
    serve(int(sys.argv[2])) if sys.argv[1:2] == ["serve"] else main()
