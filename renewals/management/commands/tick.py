"""`tick [--at INSTANT]`: does what is due, once, and prints what it did as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from csportal import clock
from renewals.mornings.making import look_round
from renewals.mornings.sending import send_round
from renewals.product.instants import read_instant
from renewals.tick import tick


class Command(BaseCommand):
    """Without `--at` the workers carry the deliveries out; at another instant they are carried out here and then."""

    help = "Record what has come, plan who is told, and hand over what is due; print it as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at", metavar="INSTANT", help="live at another instant, for simulation: 2026-11-27T16:00:00Z"
        )

    def handle(self, *, at: str | None, **_options: Any) -> None:
        now = clock.now() if at is None else travelled(at)
        done = tick(now=now, in_process=at is not None)
        while done["more"]:
            done = merged(done, tick(now=now, in_process=at is not None))
        del done["more"]
        done["mornings"] = send_round(now=now) if at is not None else look_round(now=now)
        self.stdout.write(json.dumps(done, ensure_ascii=False, indent=2))


def travelled(at: str) -> datetime:
    """The instant to live at. Mails are sent and events recorded as if it had come: only where that is meant."""
    if not settings.CSPORTAL_ALLOW_TIME_TRAVEL:
        raise CommandError(
            "--at is for simulations: it records and sends what that instant would bring. "
            "Set CSPORTAL_ALLOW_TIME_TRAVEL=1 where that is meant, never on real customers' data."
        )
    try:
        return read_instant(at)
    except ValueError as unreadable:
        raise CommandError(str(unreadable)) from None


def merged(done: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Two reports of one instant as one."""
    return {
        name: more[name] if name in ("at", "more") else done[name] + more[name]  # lists and counts add up alike
        for name in done
    }
