"""The network's part of sending: some calls to one endpoint over a few kept connections. No database here."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from renewals.callbacks.keys import signed
from renewals.outbound import WITHIN, Answer, Line, NoAnswer, Refused

LINES = 8
"""Connections to one endpoint at a time."""
STARTS_FOR = 5.0
"""Seconds after which a round begins no further call: what is left is given back."""
GONE = 410
SLOW_DOWN = (429, 502, 503, 504)
"""Answers after which an endpoint is left alone for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSend:
    """What a round needs to know of one call."""

    pk: int
    uid: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One call that was tried: the answer, or the `reason` why there was none."""

    pk: int
    at: datetime
    took: float
    status: int | None = None
    body: bytes = b""
    reason: str = ""
    retry_after: str = ""

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def wants_rest(self) -> bool:
        """Whether it says that more calls now would be in vain: no answer at all, slow down, or gone."""
        return self.status is None or self.status in (*SLOW_DOWN, GONE)

    @property
    def ended_at(self) -> datetime:
        return self.at + timedelta(seconds=self.took)


@dataclass(kw_only=True)
class Round:
    """Some calls to one endpoint, begun at `now`. It ends early when the other side shows that it cannot take more."""

    url: str
    secrets: Sequence[str]
    calls: Sequence[ToSend]
    now: datetime
    allow_private: bool
    within: float = WITHIN
    starts_for: float = STARTS_FOR
    tried: list[Tried] = field(default_factory=list)

    def run(self, *, lines: int = LINES) -> list[Tried]:
        """Send until all are sent, the time is up or the other side cannot take more; what was tried."""
        self.begun = time.monotonic()
        self.waiting = iter(self.calls)
        self.taking, self.ends = threading.Lock(), threading.Event()
        count = max(1, min(lines, len(self.calls)))
        with ThreadPoolExecutor(count) as threads:
            for done in [threads.submit(self.work) for _number in range(count)]:
                done.result()
        return self.tried

    def work(self) -> None:
        """What one thread does: one call after the other over a connection of its own."""
        line: Line | None = None
        try:
            for call in self.take():
                at, began = self.instant(), time.monotonic()
                try:
                    line = line or Line(self.url, allow_private=self.allow_private, within=self.within)
                    answer = line.post(call.body.encode(), self.headers(call, at))
                    self.note(answered(call, answer, at=at))
                except (Refused, NoAnswer) as problem:
                    took = time.monotonic() - began
                    self.note(Tried(pk=call.pk, at=at, took=took, reason=str(problem)[:300]))
        finally:
            if line is not None:
                line.hang_up()

    def take(self) -> Iterator[ToSend]:
        """The calls that are still to be begun, each given to one thread."""
        while not self.ends.is_set() and time.monotonic() < self.begun + self.starts_for:
            with self.taking:
                call = next(self.waiting, None)
            if call is None:
                return
            yield call

    def note(self, tried: Tried) -> None:
        self.tried.append(tried)
        if tried.wants_rest:
            self.ends.set()

    def instant(self) -> datetime:
        """The present, counted on from when the round began."""
        return self.now + timedelta(seconds=time.monotonic() - self.begun)

    def headers(self, call: ToSend, at: datetime) -> Mapping[str, str]:
        about = {"content-type": "application/json; charset=utf-8", "user-agent": "23:59 callbacks/1"}
        return about | signed(call.body, uid=call.uid, secrets=self.secrets, at=at)


def answered(call: ToSend, answer: Answer, *, at: datetime) -> Tried:
    """An answer as it is noted."""
    return Tried(
        pk=call.pk,
        at=at,
        took=answer.took,
        status=answer.status,
        body=answer.body,
        retry_after=answer.header("Retry-After"),
    )
