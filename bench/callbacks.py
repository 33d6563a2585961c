"""How many callbacks a second one worker sends, and how late they arrive: `python bench/callbacks.py [CONTRACTS]`.

Reads and writes a database of its own on the server of DATABASE_URL (or the embedded one), made and dropped here. The
receiver is a process of its own on this machine, which checks each signature. First five renewals of each contract are
recorded, and one process sends all of them. Then all contracts end in the same minute, with the real ticker and the
real queue running: how late is the arrival against the computed moment that the call names?
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PORT = 18099
EACH = 5
"""Calls of one contract: they go out one after the other."""


async def receive() -> None:
    """The receiver: verify, answer, and write one line for each call: when it came, when it happened, its id."""
    from standardwebhooks import Webhook

    secret = Webhook(sys.argv[2])
    out = Path(sys.argv[3]).open("w", buffering=1)  # noqa: SIM115 - it lives as long as the process

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            except asyncio.IncompleteReadError:
                writer.close()
                return
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            named = {name.lower(): value for name, value in headers.items()}
            body = await reader.readexactly(int(named["content-length"]))
            said = secret.verify(body, named)
            out.write(f"{time.time()} {datetime.fromisoformat(said['timestamp']).timestamp()} {named['webhook-id']}\n")
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    async with await asyncio.start_server(serve, "127.0.0.1", PORT) as server:
        await server.serve_forever()


def prepare(count: int) -> tuple[list[object], object, str]:
    """Contracts, an endpoint that hears of everything, and its secret."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from accounts import terms
    from accounts.models import Customer, Product, User
    from accounts.services import default_calendar, sign
    from csportal import clock
    from renewals.callbacks.keys import secret_from
    from renewals.callbacks.models import Type
    from renewals.callbacks.services import make_endpoint

    now = clock.now()
    china = {"time_zone": "Asia/Shanghai", "country": "CN", "calendar": default_calendar("CN")}
    customer = Customer.objects.create(name="Bench", **china)
    boss = User.objects.create_user("boss@bench.test", name="Boss", role="admin")
    product = Product.objects.create(name="Bench", code="bench")
    year = {"start": (now - timedelta(days=300)).date(), "term": terms.parse_term("1 year"), "by": "bench", "now": now}
    contracts = [sign(number=f"B-{n}", product=product, customer=customer, **year) for n in range(count)]
    types = [kind for kind in Type if kind is not Type.TEST]
    made = make_endpoint(
        name="bench", url=f"http://127.0.0.1:{PORT}/", types=types, lead_days=[30], by=boss, now=clock.now()
    )
    return contracts, made, secret_from(made.nonce)


def throughput(contracts: list, endpoint) -> str:
    """One process sends everything; how many a second."""
    from django.db import connection, reset_queries
    from django_q.models import OrmQ

    from csportal import clock
    from renewals.callbacks.sending import send_some
    from renewals.timeline.models import Event
    from renewals.timeline.services import record_events

    began = time.monotonic()
    for number in range(EACH):
        now = clock.now()
        record_events(
            [Event(contract=one, kind="renewed", key=f"bench:{number}", occurred_at=now) for one in contracts], now=now
        )
    recorded = time.monotonic() - began
    OrmQ.objects.all().delete()
    connection.force_debug_cursor = True
    reset_queries()
    began, sent = time.monotonic(), 0
    while tried := send_some(endpoint.pk, now=clock.now()):
        sent += tried
    took, asked = time.monotonic() - began, len(connection.queries)
    connection.force_debug_cursor = False
    return (
        f"{sent:,} events recorded and fanned out in {recorded:.1f} s; sent in {took:.1f} s: "
        f"{sent / took:,.0f} a second, {asked / sent:.2f} queries a call"
    )


def lateness(contracts: list, came: Path) -> str:
    """All end in the same minute; how late they arrive, by the real ticker and queue."""
    from django.db import connection

    from accounts.models import ContractTerm
    from csportal import clock
    from renewals.locking.services import recompute_clocks

    ends_at = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=2)
    wall = ends_at.astimezone(UTC) + timedelta(hours=8) - timedelta(minutes=1)
    ContractTerm.objects.update(ends_at=ends_at, last_minute=wall.replace(tzinfo=None), whole_day=False)
    recompute_clocks([one.pk for one in contracts], now=clock.now())
    connection.close()
    before = len(came.read_text().splitlines())
    processes = [
        subprocess.Popen([sys.executable, *arguments], cwd=ROOT)
        for arguments in (["manage.py", "ticker"], ["-m", "csportal.worker"])
    ]
    try:
        until = ends_at.timestamp() + 90
        late: list[float] = []
        while len(late) < len(contracts) and time.time() < until:
            time.sleep(1)
            lines = [line.split() for line in came.read_text().splitlines()[before:]]
            late = [float(at) - float(due) for at, due, _id in lines if float(due) == ends_at.timestamp()]
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.wait()
    cuts = quantiles(late, n=100)
    said = f"late by p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s, at most {max(late):.2f} s"
    return f"{len(late):,} of {len(contracts):,} arrived; {said}"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    from csportal.database import ensure_database

    ensure_database()
    server = os.environ["DATABASE_URL"]
    came = Path(os.environ["CSPORTAL_VAR"]) / "bench-callbacks.txt"
    os.environ |= {"CSPORTAL_ALLOW_PRIVATE_CALLS": "1", "DJANGO_SETTINGS_MODULE": "csportal.settings"}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_callbacks WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_callbacks")
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path="/bench_callbacks"))
        contracts, endpoint, secret = prepare(count)
        receiver = subprocess.Popen([sys.executable, __file__, "receive", secret, str(came)])
        try:
            time.sleep(1)
            print(throughput(contracts, endpoint), flush=True)
            print(lateness(contracts, came), flush=True)
        finally:
            receiver.terminate()
            receiver.wait()
            from django.db import connection as ours

            ours.close()
            connection.execute("DROP DATABASE bench_callbacks WITH (FORCE)")
            came.unlink(missing_ok=True)


if __name__ == "__main__":
    asyncio.run(receive()) if sys.argv[1:2] == ["receive"] else main()
