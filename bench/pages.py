"""The staff's pages among very many contracts: `python bench/pages.py [CONTRACTS] [PATH …]`.

All contracts of `seed_scale` are dealt out to CSMs with 500 each, ten to a team, and every end that is near gets its
plan, as the tick would lay it; what ended in the last year was renewed or lost, with notices and conversations. Then a
CSM, their manager and an administrator open each page through Django's test client, which is the whole of the portal
but the web server: p50, p95 and the queries of a page.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from datetime import datetime

from database import with_contracts
from past import remember

COUNT, THEIRS, IN_A_TEAM, ROUNDS, BATCH = 1_000_000, 500, 10, 25, 500
OPEN_ONES = 5
"""Of so many contracts one has an open renewal: of the ends that are near, and of those that come next."""
PATHS = ["/", "/contracts/", "/touches/"]


def main() -> None:
    """Print what each page costs each reader."""
    from csportal import clock

    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with_contracts(count)
    readers = dealt_out(count)
    lay_all()
    on_their_way(count // OPEN_ONES)
    remember(now=clock.now())
    keep_all()
    analyze()
    for path in sys.argv[2:] or PATHS:
        for name, reader in readers.items():
            p50, p95, cpu, queries = page(reader, path)
            print(
                f"{path} for {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, CPU {cpu:.0f} ms, {queries} queries",
                flush=True,
            )


def dealt_out(count: int) -> dict[str, object]:
    """Every contract and its customer get an owner, once; a CSM, their manager and an administrator."""
    from django.db import connection

    from accounts.models import Team, User

    csms = -(-count // THEIRS)
    if not User.objects.filter(email="csm-0@bench.test").exists():
        teams = Team.objects.bulk_create([Team(name=f"bench {n}") for n in range(-(-csms // IN_A_TEAM))])
        User.objects.bulk_create(
            User(email=f"csm-{n}@bench.test", name=f"CSM {n}", team=teams[n // IN_A_TEAM]) for n in range(csms)
        )
        User.objects.create_user("lead-0@bench.test", name="Lead", role=User.Role.MANAGER, team=teams[0])
        User.objects.create_user("boss-0@bench.test", name="Boss", role=User.Role.ADMIN)
        first = User.objects.get(email="csm-0@bench.test").pk
        with connection.cursor() as cursor:
            for table in ("accounts_contract", "accounts_customer"):
                cursor.execute(f"UPDATE {table} SET owner_id = %s + id %% %s", [first, csms])
    named = {f"a CSM with {THEIRS}": "csm-0", f"a manager of {IN_A_TEAM}": "lead-0", "an administrator": "boss-0"}
    return {name: User.objects.get(email=f"{who}@bench.test") for name, who in named.items()}


def lay_all() -> None:
    """A plan for every end that is near and has none."""
    from csportal import clock
    from renewals.playbooks import laying

    now, began = clock.now(), time.perf_counter()
    found = laying.watch(now=now)
    while laying.lay_due(now=now, limit=BATCH):
        pass
    if found:
        took = time.perf_counter() - began
        print(f"{found} contracts planned in {took:.0f} s, {found / took:.0f} a second", flush=True)


def on_their_way(many: int) -> None:
    """A renewal for every end that is near and the next ones, so many in all, spread over the stages; and rates."""
    from decimal import Decimal

    from accounts.models import ContractTerm, User
    from csportal import clock
    from renewals.pipeline import opening, rates
    from renewals.pipeline.models import ExchangeRate, Renewal

    now = clock.now()
    while opening.watch(now=now):
        pass
    if open_more(many - Renewal.objects.open().count(), now=now) or not ExchangeRate.objects.exists():
        spread()
    if not ExchangeRate.objects.exists():
        others = (
            ContractTerm.objects.exclude(currency__in=["", rates.home()]).order_by().values_list("currency", flat=True)
        )
        day, boss = now.date(), User.objects.get(email="boss-0@bench.test")
        rates.enter_rates([(one, day, Decimal(7)) for one in set(others.distinct())], by=boss, now=now)
    print(f"{Renewal.objects.open().count():,} renewals open", flush=True)


def open_more(many: int, *, now: datetime) -> int:
    """Open the renewals of the next ends that are too far away for one yet; how many."""
    from renewals.locking.models import Clock
    from renewals.pipeline import opening
    from renewals.pipeline.models import Ends
    from renewals.pipeline.usual import stages, the

    if many <= 0:
        return 0
    far = Clock.objects.counting(at=now).filter(is_history=False, ends_at__gt=now + opening.AHEAD).order_by("ends_at")
    until = far.values_list("ends_at", flat=True)[many - 1]
    return opening.put(opening.NEAR, [now, now, until], stage=the(Ends.OPEN, stages()), now=now)


def spread() -> None:
    """The open renewals are at all stages, as many at each."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE renewals_renewal renewal SET stage_id = stage.id, category = stage.category,"
            " probability = stage.probability FROM (SELECT *, row_number() OVER (ORDER BY place) - 1 AS n,"
            " count(*) OVER () AS many FROM renewals_stage WHERE ends = 'open') stage"
            " WHERE renewal.outcome = '' AND renewal.id % stage.many = stage.n"
        )


def keep_all() -> None:
    """What is kept for the figures, as the workers would have brought it up to date."""
    from csportal import clock
    from renewals.lastmile import keeping as lastmile
    from renewals.risk import keeping as risk

    began, now = time.perf_counter(), clock.now()
    done = 0
    while some := risk.bring_all_up_to_date(now=now, limit=BATCH) + lastmile.bring_all_up_to_date(limit=BATCH):
        done += some
    if done:
        took = time.perf_counter() - began
        print(f"{done:,} contracts brought up to date in {took:.0f} s, {done / took:,.0f} a second", flush=True)


def analyze() -> None:
    """What autovacuum would have done by now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def page(reader: object, path: str) -> tuple[float, float, float, int]:
    """p50 and p95 in milliseconds of the page, the portal's own CPU (without the database's), and how many queries.

    The first two rounds are left out.
    """
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(reader)
    client.get(path, headers={"host": "localhost"})
    gc.collect()
    gc.freeze()  # as `csportal.wsgi` does
    took, cpu = [], []
    for _round in range(ROUNDS + 2):
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(path, headers={"host": "localhost"})
        took.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        assert answer.status_code == 200, answer.status_code
    with CaptureQueriesContext(connection) as asked:
        client.get(path, headers={"host": "localhost"})
    p95 = statistics.quantiles(took[2:], n=20)[18]
    return statistics.median(took[2:]), p95, statistics.median(cpu[2:]), len(asked)


if __name__ == "__main__":
    main()
