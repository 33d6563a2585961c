"""A real portal, started and stopped by tests the way `make run` does it."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from csportal.embedded import EmbeddedServer
from csportal.supervisor import lives, marked

ROOT = Path(__file__).resolve().parents[2]
STOPS_WITHIN = 30
SPEAKS_WITHIN = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def kill(*processes: psutil.Process) -> None:
    """`kill -9`, and wait for the end."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    assert all_end(processes)


def all_end(processes: Iterable[psutil.Process]) -> bool:
    """Whether they all end, given the moment that the system needs for it."""
    until = time.monotonic() + STOPS_WITHIN
    while any(lives(process) for process in processes):
        if time.monotonic() > until:
            return False
    return True


class Run:
    """One `python -m csportal.portal`, with its own var folder and port, and no demo data."""

    def __init__(self, var: Path, port: int | None = None) -> None:
        self.var, self.port = var, port or free_port()
        self.said = ""
        environment = {"PATH": os.environ["PATH"], "CSPORTAL_VAR": str(var), "CSPORTAL_DEMO_DATA": "0"}
        environment |= {"PORT": str(self.port), "CSPORTAL_MAIL_PORT": str(free_port())}
        environment |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "csportal.portal"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def wait_for(self, words: str) -> None:
        """Listen until it says these words, from where the last call stopped."""
        while line := self.lines.get(timeout=SPEAKS_WITHIN):
            self.said += line
            if words in line:
                return
        raise AssertionError(f"It ended without saying {words!r}:\n{self.said}")

    def end(self) -> int:
        """Wait for its end by itself; its exit code."""
        self.process.wait(timeout=STOPS_WITHIN)
        self.reader.join(timeout=STOPS_WITHIN)
        while not self.lines.empty():
            self.said += self.lines.get()
        return self.process.returncode

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(number)
        return self.end()

    def readiness(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
            return json.load(answer)

    def readiness_of(self, part: str) -> bool:
        """Whether one part is ready, whatever the others are."""
        try:
            return bool(self.readiness()[part])
        except urllib.error.HTTPError as answer:
            return bool(json.load(answer)[part])

    def family(self) -> list[psutil.Process]:
        """Every process that it started, PostgreSQL aside, the oldest first."""
        found = [process for process in psutil.process_iter() if lives(process) and marked(process, str(self.var))]
        return sorted(found, key=psutil.Process.create_time)

    def child(self, word: str) -> psutil.Process:
        """The first process that it started with this word in its command."""
        return next(process for process in self.family() if word in process.cmdline())

    def server(self) -> psutil.Process | None:
        """Its PostgreSQL, when it runs."""
        number = EmbeddedServer(self.var / "postgres")._status()["pid"]
        return psutil.Process(int(number)) if number else None
