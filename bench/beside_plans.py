"""What django-plans needs to let 100 accounts expire: the baseline of `bench/ticks.py`, on the same server.

`PYTHON_PLANS=/path/to/venv/bin/python python bench/beside_plans.py`: an environment of its own that has django-plans
2.8.2, Django 5.2 and psycopg; nothing of it is needed to run or to test the portal. Its task deactivates each account
and sends a mail, which is rendered and kept in memory. Run right before or after `bench/ticks.py`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

ACCOUNTS, DUE, ROUNDS = 10_000, 100, 7


def main() -> None:
    """Start the same embedded server as the other benches, and the measuring in the other environment."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from csportal.database import ensure_database

    ensure_database()
    subprocess.run([os.environ["PYTHON_PLANS"], __file__, "measure"], check=True, env=dict(os.environ))


def configure() -> None:
    """Django with django-plans and nothing else, in a database of its own."""
    import psycopg
    from django.conf import settings

    said = urlsplit(os.environ["DATABASE_URL"])
    host = dict(part.split("=") for part in said.query.split("&") if part).get("host", said.hostname or "")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS bench_plans")
        server.execute("CREATE DATABASE bench_plans")
    settings.configure(
        SECRET_KEY="bench",
        ROOT_URLCONF="plans.urls",
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sites", "ordered_model", "plans",
        ],
        SITE_ID=1,
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "bench_plans",
                               "USER": said.username or "postgres", "HOST": unquote(host), "PORT": said.port or ""}},
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        PLANS_CURRENCY="EUR",
        PLANS_INVOICE_ISSUER={},
        PLANS_TAX=None,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )  # fmt: skip
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def accounts() -> list:
    """Accounts with a plan each, none of which ends soon."""
    from django.contrib.auth import get_user_model
    from plans.models import Plan, UserPlan

    user = get_user_model()
    plan = Plan.objects.create(name="bench", available=True)
    users = user.objects.bulk_create(
        [user(username=f"u{n}", email=f"u{n}@bench.example") for n in range(ACCOUNTS)], batch_size=5000
    )
    ahead = date.today() + timedelta(days=200)
    UserPlan.objects.bulk_create([UserPlan(user=one, plan=plan, active=True, expire=ahead) for one in users])
    return users


def one_round(due: list[int]) -> tuple[float, float, int]:
    """Wall and CPU ms and statements of the task with these accounts expired yesterday."""
    from django.db import connection
    from plans.models import UserPlan
    from plans.tasks import expire_account

    UserPlan.objects.filter(user__in=due).update(active=True, expire=date.today() - timedelta(days=3))
    asked: list[str] = []

    def count(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        wall, cpu = time.perf_counter(), time.process_time()
        expire_account()
        return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000, len(asked)


def measure() -> None:
    """The task, a number of times, always with as many due."""
    configure()
    due = [one.pk for one in accounts()[:DUE]]
    rounds = [one_round(due) for _round in range(ROUNDS + 1)][1:]
    walls = [wall for wall, _cpu, _statements in rounds]
    cpu = statistics.median(cpu for _wall, cpu, _statements in rounds)
    spread = f"{statistics.median(walls):,.0f} ms ({min(walls):,.0f}-{max(walls):,.0f})"
    said = f"django-plans, {DUE} of {ACCOUNTS:,} accounts expire: {spread}, CPU {cpu:,.0f} ms"
    print(f"{said}, {rounds[-1][2]} statements")


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
