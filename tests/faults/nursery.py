"""Starts tickers and workers as processes of their own, quickly: forked from one that has Django loaded already.

    python -m tests.faults.nursery

One order a line of JSON on standard input, one answer a line: the number of the process that was started, or the
exit code of one that has ended (negative: by a signal). A child may be told at which point of its work it is to be
killed, or to work as a portal that is built wrongly would. The product knows nothing of all that.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import django

from csportal.supervisor import die_with_parent


def tell_time_by(path: Path) -> None:
    """All children live at the instant that stands in a file, which the test moves on."""
    from csportal import clock

    clock.now = lambda: datetime.fromisoformat(path.read_text())


def warm_up() -> None:
    """Load once, here, what every child would load for itself. Batches are small, for several tickers to share."""
    import holidays
    from django.template.loader import get_template
    from django.urls import get_resolver

    from renewals import tick
    from tests.faults import points, roles  # noqa: F401

    tick.BATCH = 7
    _ = get_resolver().url_patterns
    for name in ("subject.txt", "body.txt", "body.html"):
        get_template(f"emails/notice/{name}")
    for country in ("CN", "DE", "US"):
        holidays.country_holidays(country, years=2025)


def live(order: dict[str, Any]) -> int:
    """One child's life; its exit code, where it comes to its end by itself."""
    from tests.faults import points, roles

    die_with_parent()
    if order["built"]:
        points.build_wrongly(order["built"])
    if order["dies"]:
        points.die(order["dies"], call=order["call"], only=order["only"])
    getattr(roles, order["role"])()
    return 0


def start(order: dict[str, Any]) -> int:
    """Fork. The child never comes back from here."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = live(order)
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for a child; its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    """Until standard input ends."""
    die_with_parent()
    django.setup()
    tell_time_by(Path(os.environ["FAULTS_CLOCK"]))
    warm_up()
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        answer = ended(order["wait"]) if "wait" in order else start(order)
        print(answer, flush=True)


if __name__ == "__main__":
    main()
