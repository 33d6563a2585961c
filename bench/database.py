"""A database of a number of contracts, made once and kept: `with_contracts(1_000_000)`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def with_contracts(count: int) -> None:
    """Point this process at a database with so many contracts of `seed_scale`, made if it is not there yet."""
    from csportal.database import ensure_database

    ensure_database()
    name = f"portal_bench_{count}"
    base = os.environ["DATABASE_URL"]
    with psycopg.connect(base, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(base)._replace(path=f"/{name}"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")
    import django

    django.setup()
    fill(count)


def fill(count: int) -> None:
    """Bring the tables to the present, and the contracts in, where there are none."""
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Contract

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    if count and not Contract.objects.exists():
        call_command("seed_scale", contracts=count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
