"""The database: the one that DATABASE_URL names, or a PostgreSQL of our own that lives under `var/`.

Settings only read DATABASE_URL. Whoever starts a process (`manage.py`, `make run`, the tests) calls
`ensure_database` first, which starts or joins the embedded server when nothing is named.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csportal.embedded import EmbeddedServer

BASE_DIR = Path(__file__).resolve().parent.parent
WORK_MEM = "32MB"
"""With PostgreSQL's own 4 MB the figures of a hundred thousand renewals are sorted on disk."""
OLDEST_POSTGRESQL = 140000
"""As PostgreSQL numbers its releases: 14."""

joined: list[EmbeddedServer] = []
"""The embedded server, where this process uses it."""


class DatabaseNotThere(Exception):
    """The database cannot be reached or is too old; the message is one line that says what to do."""


def var_folder() -> Path:
    """Where this checkout keeps what is not code: database, mails, uploaded ledgers."""
    return (BASE_DIR / (os.environ.get("CSPORTAL_VAR") or "var")).resolve()


def read_environment() -> None:
    """Take from `.env` what the environment does not say, and make CSPORTAL_VAR the same from every folder."""
    import environ

    environ.Env.read_env(BASE_DIR / ".env")
    os.environ["CSPORTAL_VAR"] = str(var_folder())


def ensure_database() -> None:
    """Return when there is a database that answers; start or join the embedded one when none is named.

    Sets DATABASE_URL for this process and its children. Raises `DatabaseNotThere`.
    """
    read_environment()
    if os.environ.get("DATABASE_URL"):
        check_server(os.environ["DATABASE_URL"])
    else:
        os.environ["DATABASE_URL"] = embedded_address()


def embedded_address() -> str:
    """Start or join the embedded server for as long as this process lives, and say where it is."""
    from csportal.embedded import CannotStart, EmbeddedServer

    server = EmbeddedServer(var_folder() / "postgres", f"work_mem={WORK_MEM}")
    try:
        server.join()
    except CannotStart as problem:
        raise DatabaseNotThere(str(problem)) from None
    joined.append(server)
    return server.url()


def revive_database() -> bool:
    """Start the embedded server again where this process uses it and it died; whether it had. `DatabaseNotThere`."""
    from csportal.embedded import CannotStart

    try:
        return any(server.revive() for server in joined)
    except CannotStart as problem:
        raise DatabaseNotThere(str(problem)) from None


def check_server(url: str) -> None:
    """Refuse, in one line, what is no PostgreSQL, does not answer or is older than 14."""
    import psycopg

    try:
        with psycopg.connect(**connection_arguments(url)) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as problem:
        reason = str(problem).strip().splitlines()[0]
        raise DatabaseNotThere(
            f"The database of DATABASE_URL does not answer ({reason}). "
            "Start that server, correct DATABASE_URL, or unset it to use the embedded one."
        ) from None
    if version < OLDEST_POSTGRESQL:
        raise DatabaseNotThere(f"DATABASE_URL names PostgreSQL {version // 10000}; the portal needs 14 or newer.")


def connection_arguments(url: str) -> dict[str, Any]:
    """What the settings make of an address, in the driver's words."""
    import environ

    try:
        named = environ.Env.db_url_config(url)
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        named = {}
    if named.get("ENGINE") != "django.db.backends.postgresql":
        raise DatabaseNotThere("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    arguments = {word: named[key] for word, key in words.items() if named[key]}
    return {"connect_timeout": 5} | arguments | named.get("OPTIONS", {})
