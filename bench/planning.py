"""Laying plans for all contracts whose ends come near, and the list of touches: `python bench/planning.py`.

100,000 contracts of `seed_scale`: who looks for the first time finds every end within 97 days. Each batch is a
transaction of its own, as in the tick. Then the pages: a CSM with 500 contracts and an administrator open `/touches/`.
"""

from __future__ import annotations

import statistics
import time
from datetime import datetime

from database import with_contracts

COUNT, BATCH, ROUNDS, THEIRS = 100_000, 500, 25, 500
AT = datetime.fromisoformat("2026-11-26T02:00:00+00:00")


def main() -> None:
    """Print what laying costs, and what the list costs."""
    with_contracts(COUNT)
    found, steps, wall = lay_all()
    print(f"{found} contracts planned, {steps} steps: {wall:.1f} s, {found / wall:.0f} contracts a second")
    again, wall = anew(found)
    print(f"{again} contracts timed anew, nothing differs: {wall:.1f} s, {again / wall:.0f} a second")
    for name, reader in readers().items():
        for query in ("", "?state=write", "?sort=-customer&within=30"):
            p50, p95 = page(reader, query)
            print(f"/touches/{query} for {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def lay_all() -> tuple[int, int, float]:
    """How many contracts were found and laid, with how many steps, in how long: from a database without a plan."""
    from renewals.playbooks import laying
    from renewals.playbooks.models import Plan, PlanStep, ToPlan, Watch

    for model in (PlanStep, Plan, ToPlan, Watch):
        model.objects.all().delete()
    began = time.perf_counter()
    found = laying.watch(now=AT)
    work_off()
    wall = time.perf_counter() - began
    analyze()
    return found, PlanStep.objects.count(), wall


def anew(found: int) -> tuple[int, float]:
    """The same contracts once more, as when a calendar changes: how many, in how long."""
    from renewals.playbooks.models import Plan, ToPlan

    ToPlan.objects.bulk_create([ToPlan(contract_id=pk) for pk in Plan.objects.values_list("contract", flat=True)])
    began = time.perf_counter()
    return work_off(), time.perf_counter() - began


def work_off() -> int:
    """Lay what is on the list, batch by batch; how many contracts."""
    from renewals.playbooks import laying

    done = 0
    while taken := laying.lay_due(now=AT, limit=BATCH):
        done += taken
    return done


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def readers() -> dict[str, object]:
    """A CSM of a team of their own with 500 contracts, all others owned by another team; and an administrator."""
    from accounts.models import Contract, Team, User

    teams = [Team.objects.get_or_create(name=name)[0] for name in ("bench: many", "bench: few")]
    people = [
        User.objects.get_or_create(email=f"{n}@bench.test", defaults={"name": str(n), "team": team})[0]
        for n, team in enumerate(teams)
    ]
    boss = User.objects.get_or_create(email="boss@bench.test", defaults={"name": "boss", "role": "admin"})[0]
    Contract.objects.update(owner=people[0])
    near = Contract.objects.filter(plans__isnull=False).values_list("pk", flat=True)[:THEIRS]
    Contract.objects.filter(pk__in=list(near)).update(owner=people[1])
    analyze()
    return {f"a CSM with {THEIRS} contracts": people[1], "an administrator": boss}


def page(reader: object, query: str) -> tuple[float, float]:
    """p50 and p95 in milliseconds of the page, the first two rounds left out."""
    from django.test import Client

    client = Client()
    client.force_login(reader)
    took = []
    for _round in range(ROUNDS + 2):
        began = time.perf_counter()
        answer = client.get(f"/touches/{query}", headers={"host": "localhost"})
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    cuts = statistics.quantiles(took[2:], n=20)
    return statistics.median(took[2:]), cuts[18]


if __name__ == "__main__":
    main()
