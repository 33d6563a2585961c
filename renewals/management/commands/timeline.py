"""`timeline NUMBER`: every planned and past event of a contract, as JSON lines in order of time."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.models import Contract
from accounts.wording import EN, ZH
from csportal import clock
from renewals.history import Entry, timeline_of


class Command(BaseCommand):
    """A number that covers several products has one line of time; each line names its product."""

    help = "What was promised, told, opened and done about a contract, and what is to come: JSON, a line each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the contract's number")

    def handle(self, *, number: str, **_options: Any) -> None:
        contracts = list(Contract.objects.numbered(number).select_related("product"))
        if not contracts:
            raise CommandError(f"No contract has the number {number}.")
        now = clock.now()
        told = [(entry, contract) for contract in contracts for entry in timeline_of(contract, now=now)]
        for entry, contract in sorted(told, key=lambda pair: pair[0].at):
            self.stdout.write(json.dumps(as_json(entry, contract), ensure_ascii=False))


def as_json(entry: Entry, contract: Contract) -> dict[str, Any]:
    """One line: the instant in UTC, and the texts in both languages."""
    texts: dict[str, dict[str, str]] = {"text": {}, "detail": {}}
    for language in (ZH, EN):
        with translation.override(language):
            texts["text"][language], texts["detail"][language] = str(entry.title), str(entry.detail)
    return {
        "at": entry.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "kind": entry.kind,
        "planned": entry.planned,
        "contract": contract.number,
        "product": contract.product.code,
        **texts,
        "by": str(entry.actor),
    }
