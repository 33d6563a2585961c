"""How many letters a minute one worker sends: `python bench/letters.py [CONTRACTS]`.

Reads and writes a database of its own on the server of DATABASE_URL (or the embedded one), made and dropped here. The
mail server is a process of its own on this machine (aiosmtpd), which takes everything and keeps nothing. In rounds, in
turn: the worker's own function over real deliveries, each leased, checked, written, sent, marked and put on record as
evidence with the lock that follows from it; and, beside it, a bare loop of smtplib over one connection, which builds
the same message from ready words and sends it, and nothing else.
"""

from __future__ import annotations

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
import time
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PORT = 18125
ROUNDS = 5


async def keep_nothing() -> None:
    """The mail server: takes every letter."""
    from aiosmtpd.smtp import SMTP

    class Taker:
        async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
            return "250 OK"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Taker(), hostname="bench"), "127.0.0.1", PORT)
    await server.serve_forever()


def wait_for_server() -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def tables() -> None:
    """The portal's tables in the database of this process."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def prepare(count: int) -> list[str]:
    """Contracts that end in a week, each with somebody to tell, and their deliveries; the ids of these."""
    from accounts import terms
    from accounts.models import Contact, Customer, Product, User
    from accounts.services import default_calendar, sign
    from csportal import clock
    from renewals.tick import Done, record_due
    from renewals.touches import outbox
    from renewals.touches.models import Delivery

    now = clock.now()
    china = {"time_zone": "Asia/Shanghai", "country": "CN", "calendar": default_calendar("CN")}
    owner = User.objects.create_user("csm@bench.test", name="陈舟")
    product = Product.objects.create(name="协作专业版", code="bench")
    through = terms.Term.through((now + timedelta(days=5)).date())
    then = now - timedelta(days=300)
    sold = {"start": then.date(), "term": through, "by": "bench", "now": then, "product": product, "owner": owner}
    for number in range(count):
        customer = Customer.objects.create(name=f"Bench {number}", owner=owner, **china)
        Contact.objects.create(customer=customer, name="林岚", email=f"lin{number}@bench.test", any_hour=True)
        sign(number=f"B-{number}", customer=customer, **sold)
    while record_due(Done(at=""), now=now):
        pass
    while outbox.hand_over(now=now, limit=500, queued=False):
        pass
    return [str(pk) for pk in Delivery.objects.order_by("pk").values_list("pk", flat=True)]


def by_worker(ids: list[str]) -> tuple[float, float, float]:
    """Letters a second by the worker's function; its own CPU milliseconds and queries a letter."""
    from django.db import connection, reset_queries

    from renewals.touches.tasks import deliver

    connection.force_debug_cursor = True
    reset_queries()
    began, busy = time.perf_counter(), time.process_time()
    outcomes = {deliver(pk) for pk in ids}
    took, busy, asked = time.perf_counter() - began, time.process_time() - busy, len(connection.queries)
    connection.force_debug_cursor = False
    assert outcomes == {"sent"}, outcomes
    return len(ids) / took, 1000 * busy / len(ids), asked / len(ids)


def words() -> tuple[str, str, str, str]:
    """A letter that was really sent: subject, text, page, calendar file."""
    from renewals.touches.enclosing import enclosed
    from renewals.touches.models import Delivery
    from renewals.touches.services import clock_of, notice_of
    from renewals.touches.writing import write

    one = Delivery.objects.select_related("touch__term", "touch__contact__customer", "touch__contract__product").first()
    from csportal import clock

    now = clock.now()
    notice = notice_of(one.touch, clock_of(one.touch, now=now), now=now)
    letter = write(notice)
    return letter.subject, letter.text, letter.html, enclosed(notice).get_payload(decode=True).decode()


def bare(count: int, said: tuple[str, str, str, str]) -> tuple[float, float]:
    """Letters a second by smtplib over one connection, built from ready words; CPU milliseconds a letter."""
    subject, text, page, minute = said
    began, busy = time.perf_counter(), time.process_time()
    with smtplib.SMTP("127.0.0.1", PORT) as server:
        for number in range(count):
            message = EmailMessage()
            message["Subject"], message["From"] = subject, "陈舟 <portal@bench.test>"
            message["To"], message["Message-ID"] = f"lin{number}@bench.test", f"<{number}@bench.test>"
            message.set_content(text)
            message.add_alternative(page, subtype="html")
            message.add_attachment(minute, subtype="calendar", filename="minute.ics")
            server.send_message(message)
    return count / (time.perf_counter() - began), 1000 * (time.process_time() - busy) / count


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    from csportal.database import ensure_database

    ensure_database()
    server = os.environ["DATABASE_URL"]
    os.environ |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(PORT), "DJANGO_SETTINGS_MODULE": "csportal.settings"}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_letters WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_letters")
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path="/bench_letters"))
        sink = subprocess.Popen([sys.executable, __file__, "serve"])
        try:
            tables()
            ids = prepare(count)
            wait_for_server()
            measure(ids)
        finally:
            sink.terminate()
            sink.wait()
            from django.db import connection as ours

            ours.close()
            connection.execute("DROP DATABASE bench_letters WITH (FORCE)")


def measure(ids: list[str]) -> None:
    """The two in turn, and what of the bare loop the worker reaches in the same round."""
    said, step = words(), len(ids) // ROUNDS
    rounds = []
    for place in range(ROUNDS):
        ours, our_cpu, asked = by_worker(ids[place * step : (place + 1) * step])
        theirs, their_cpu = bare(step, said)
        rounds.append((ours, theirs, ours / theirs, our_cpu, their_cpu, asked))
        print(f"{ours:,.0f} a second by the worker, {theirs:,.0f} bare: {ours / theirs:.2f}", flush=True)
    ours, theirs, share, our_cpu, their_cpu, asked = (median(column) for column in zip(*rounds, strict=True))
    print(
        f"median of {ROUNDS}: {60 * ours:,.0f} letters a minute, {60 * theirs:,.0f} bare, {share:.2f} of it; "
        f"{our_cpu:.1f} and {their_cpu:.1f} ms CPU, {asked:.1f} queries a letter"
    )


if __name__ == "__main__":
    asyncio.run(keep_nothing()) if sys.argv[1:2] == ["serve"] else main()
