"""`make run`: database, web, ticker, task queue and mail server as one foreground process.

    python -m csportal.portal

Prepares what is missing (catalogues, tables, demo data once), starts the children, says where the portal is as
soon as it is ready, starts a child again that dies, and takes everything down with it when it is told to stop.
After `kill -9` of everything the next run finds its way: it ends what was left behind and adopts the embedded
PostgreSQL, or repairs it.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from csportal.database import BASE_DIR, DatabaseNotThere, ensure_database, read_environment, revive_database, var_folder
from csportal.supervisor import LOOK_EVERY, MARK, Child, end_left_overs, say, stop_all, stopped_by_signals

READY_WITHIN = 180.0
STOP_WITHIN = 10.0
PORT_WITHIN = 1.0
LOCK_WITHIN = 5.0
TRIES = 4
TOLD_TO_COMMANDS = ("PORT", "EMAIL_HOST", "EMAIL_PORT", "CSPORTAL_MAIL_DIR")
"""What a command beside the portal must know, so that its links and mails end up where the portal is."""
PYTHON = sys.executable


class CannotRun(Exception):
    """Why the portal cannot run here: one line that says what to do."""


def only_one(var: Path) -> IO[str]:
    """Hold this checkout's lock for as long as the process lives.

    A run that was killed keeps it until the system has put the process away, so it gets a moment to let go.
    Raises `CannotRun` when another holds it.
    """
    until = time.monotonic() + LOCK_WITHIN
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "portal.lock").open("w")
        while not held(lock):
            if time.monotonic() > until:
                raise CannotRun(f"The portal runs already on {var}. Stop it there with Ctrl-C first.")
            time.sleep(LOOK_EVERY)
    except OSError as problem:
        raise CannotRun(f"The portal cannot keep its data in {var}: {problem.strerror}.") from None
    return lock


def held(lock: IO[str]) -> bool:
    """Take a lock that nobody holds; whether this process has it now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server can take this port of this machine."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int) -> int:
    """The wanted port, or the next free one after it."""
    return next(port for port in range(wanted, wanted + 200) if free(port))


def port_said(name: str, given: str) -> int:
    """The port that a variable names. Raises `CannotRun` for what is none."""
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CannotRun(f"{name} is {given!r}; it must be a number from 1 to 65535.")
    return int(given)


def web_port() -> int:
    """Where the portal is to listen. Raises `CannotRun` when it cannot; an earlier run gets a moment to let go."""
    given = port_said("PORT", os.environ.get("PORT") or "8000")
    until = time.monotonic() + PORT_WITHIN
    while not free(given, os.environ.get("CSPORTAL_BIND") or "127.0.0.1"):
        if time.monotonic() > until:
            raise CannotRun(f"Port {given} is taken. Stop what listens there, or choose another: PORT=8001 make run")
        time.sleep(LOOK_EVERY)
    return given


def set_environment(var: Path, port: int) -> None:
    """What the children find in their environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")
    os.environ.setdefault("CSPORTAL_MODE", "local")
    os.environ |= {"PORT": str(port), MARK: str(var)}
    if not os.environ.get("EMAIL_HOST") and not os.environ.get("CSPORTAL_MAIL_PROVIDER"):
        os.environ["EMAIL_HOST"] = "127.0.0.1"
        os.environ["EMAIL_PORT"] = str(
            free_port(port_said("CSPORTAL_MAIL_PORT", os.environ.get("CSPORTAL_MAIL_PORT") or "2525"))
        )
        os.environ["CSPORTAL_MAIL_DIR"] = str(var / "mail")
    told = [f"{name}={os.environ[name]}" for name in TOLD_TO_COMMANDS if name in os.environ]
    running(var).write_text("\n".join(told) + "\n")


def running(var: Path) -> Path:
    """Where a portal that runs says how it is reached, for the commands that are given beside it."""
    return var / "running.env"


def prepare() -> bool:
    """Catalogues, tables, cache table and, once, demo data. Returns whether the demo people are there."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from csportal.catalogues import compile_catalogues

    compile_catalogues()
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if settings.PRODUCTION:
        call_command("collectstatic", verbosity=0, interactive=False)
    from accounts.models import User

    wanted = settings.CSPORTAL_DEMO_DATA and not settings.PRODUCTION
    if wanted and not User.objects.exists():
        say("Loading demo data, once …")
        call_command("load_demo", verbosity=0)
    demo = User.objects.filter(email="csm@demo.test").exists()
    connection.close()
    return demo


def make_children(port: int) -> list[Child]:
    """The processes that make up the portal. Threads in the web server, since browsers open connections ahead."""
    host = os.environ.get("CSPORTAL_BIND") or "127.0.0.1"
    web = [PYTHON, "-m", "gunicorn", "csportal.wsgi", "--bind", f"{host}:{port}", "--no-control-socket"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "warning"]
    web += ["--graceful-timeout", "5", "--chdir", str(BASE_DIR)]
    queue = [PYTHON, "-m", "csportal.worker", "--patience", str(STOP_WITHIN - 2)]
    children = [
        Child("web", web),
        Child("ticker", [PYTHON, str(BASE_DIR / "manage.py"), "ticker"]),
        Child("queue", queue),
    ]
    if folder := os.environ.get("CSPORTAL_MAIL_DIR"):
        sink = [PYTHON, "-m", "csportal.mailsink", "--port", os.environ["EMAIL_PORT"], "--folder", folder]
        children.insert(0, Child("mail", sink))
    return children


def serves(port: int) -> bool:
    """Whether the portal says of itself that it is ready."""
    try:
        with urllib.request.urlopen(f"http://{reachable_at()}:{port}/readyz", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def reachable_at() -> str:
    """The host under which this machine reaches the portal."""
    bind = os.environ.get("CSPORTAL_BIND") or "127.0.0.1"
    return "127.0.0.1" if bind in ("0.0.0.0", "::") else bind  # noqa: S104


def wait_until_ready(children: list[Child], port: int) -> None:
    """Raises `CannotRun` when the portal is not ready in time, or a child dies again and again."""
    until = time.monotonic() + READY_WITHIN
    while not serves(port):
        for child in children:
            child.look_after()
            if child.deaths >= TRIES:
                raise CannotRun(
                    f"The portal does not start: {child.name} ended {TRIES} times; the lines above say why."
                )
        if time.monotonic() > until:
            raise CannotRun(f"The portal is not ready after {READY_WITHIN:.0f} s; the lines above say why.")
        time.sleep(LOOK_EVERY / 2)


def announce(port: int, *, demo: bool) -> None:
    """Where the portal is, and with which demo logins."""
    address = f"http://{reachable_at()}:{port}/"
    say(f"\n  23:59 is ready: {address}")
    if demo:
        say("  Demo logins, password demo-portal-1: csm@demo.test, manager@demo.test, admin@demo.test")
    if os.environ.get("CSPORTAL_MAIL_DIR"):
        say(f"  Mails that it sends stay here: {address}mail/")
    say("  Ctrl-C stops everything.\n")


def keep_going(children: list[Child]) -> None:
    """For ever. The embedded database is started again too, when it was killed."""
    while True:
        try:
            if revive_database():
                say("The database had ended; it runs again.")
        except DatabaseNotThere as problem:
            say(str(problem))
        for child in children:
            child.look_after()
        time.sleep(LOOK_EVERY)


def run() -> None:
    """The whole portal, from preparation to the last child's end."""
    read_environment()
    var = var_folder()
    lock = only_one(var)
    end_left_overs(str(var))
    port = web_port()
    ensure_database()
    set_environment(var, port)
    children: list[Child] = []
    with lock, stopped_by_signals():
        try:
            demo = prepare()
            children += make_children(port)
            wait_until_ready(children, port)
            announce(port, demo=demo)
            keep_going(children)
        finally:
            say("Stopping …")
            running(var).unlink(missing_ok=True)
            stop_all([child for child in children if child.name != "mail"], within=STOP_WITHIN)
            stop_all(children, within=2)


def main() -> int:
    """Exit code 0 after an orderly stop, 1 with one line when the portal cannot run."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        run()
    except (CannotRun, DatabaseNotThere, ImproperlyConfigured) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
