"""Keeps child processes going: started again when they die, stopped in order, none left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

MARK = "CSPORTAL_RUN"
"""The environment variable by which a later run knows the processes of an earlier one."""
LOOK_EVERY = 0.5
STEADY_AFTER = 60.0
LONGEST_PAUSE = 30.0


def say(line: str) -> None:
    """One line to whoever watches the terminal; it may be closed, and the children be still to stop."""
    with suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def die_with_parent() -> None:
    """Ask Linux to end this child when its parent is gone, also after `kill -9`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Leave the block in order on Ctrl-C, SIGTERM or SIGHUP, whatever it is doing; later ones change nothing."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    for number in numbers:
        signal.signal(number, stop)
    yield


@dataclass(slots=True)
class Child:
    """One process in a session of its own; when it dies it is started again, after longer and longer pauses."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
        self.started = time.monotonic()

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> None:
        """Start it again when it has died, once its pause is over."""
        if self.process is None:
            if time.monotonic() >= self.again_at:
                self.start()
        elif self.process.poll() is not None:
            code = self.process.returncode
            self.end()  # the task queue's workers outlive their main process
            self.deaths = 1 if time.monotonic() - self.started > STEADY_AFTER else self.deaths + 1
            pause = min(LONGEST_PAUSE, 0.25 * 2**self.deaths)
            say(f"{self.name} ended with code {code}; starting it again in {pause:g} s.")
            self.process, self.again_at = None, time.monotonic() + pause

    def ask_to_stop(self) -> None:
        """SIGTERM to the process alone: to its whole group it would deadlock the task queue."""
        if self.process is not None and self.runs():
            self.process.terminate()

    def wait_or_end(self, until: float) -> None:
        """Give it until then to stop by itself."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=max(0.0, until - time.monotonic()))
            self.end()

    def end(self) -> None:
        """End whatever is left of it and of those that it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def stop_all(children: list[Child], *, within: float) -> None:
    """Ask them all to stop, and end those that have not done so within this many seconds."""
    until = time.monotonic() + within
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_or_end(until)


def end_left_overs(mark: str) -> None:
    """End what an earlier run under this mark left behind, after `kill -9`. Only for who holds the mark alone."""
    found = [process for process in psutil.process_iter() if marked(process, mark)]
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    until = time.monotonic() + 5
    while any(lives(process) for process in found) and time.monotonic() < until:
        time.sleep(0.05)


def marked(process: psutil.Process, mark: str) -> bool:
    """Whether another process was started under this mark; of other people's processes nothing can be read."""
    with suppress(psutil.Error, OSError):
        return process.pid != os.getpid() and process.environ().get(MARK) == mark
    return False


def lives(process: psutil.Process) -> bool:
    """Whether it is more than an entry that its parent has not cleared away yet."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
