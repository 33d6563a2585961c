"""The whole way of a ledger: read, plan, and unless it is only looked at, take."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from accounts.ledger.draft import Draft, Progress, draft_ledger
from accounts.ledger.survey import Options
from accounts.ledger.take import one_at_a_time, take
from accounts.models import User
from accounts.services import Actor


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for cycles while hundreds of thousands of rows are alive, none of them in one: it costs a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def look_at(
    data: bytes, mapping: Mapping[str, str], options: Options, *, by: Actor, now: datetime, progress: Progress
) -> Draft:
    """What taking this ledger would do. Raises `Unreadable`; writes nothing."""
    return draft_ledger(data, mapping, options, by=by if isinstance(by, User) else None, now=now, progress=progress)


def import_ledger(
    data: bytes,
    mapping: Mapping[str, str],
    options: Options,
    *,
    by: Actor,
    now: datetime,
    reading: Progress,
    taking: Progress,
) -> Draft:
    """Take a ledger: every row as a whole or not at all, and the same file twice changes nothing (rule 6).

    Raises `Unreadable`. Imports wait for one another; an import that is killed has taken whole contracts, and the
    same file again takes the rest.
    """
    with one_at_a_time(), without_collecting():
        draft = look_at(data, mapping, options, by=by, now=now, progress=reading)
        plan, known, findings, columns = draft.plan, draft.known, draft.findings, draft.columns
        take(plan, known, findings, columns, by=by, now=now, progress=lambda done: taking(done, draft.read))
    return draft
