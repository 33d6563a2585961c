"""`entitlement NUMBER [--product CODE] [--at INSTANT]`: the answer that the vendor's product gets, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from csportal import clock
from renewals.product.instants import read_instant
from renewals.product.services import SeveralProducts, UnknownContract, answer


class Command(BaseCommand):
    """The API's answer without a key: an instant past or to come needs no leave.

    No fact changes, but like the API it makes the contract's renewal link where there is none yet.
    """

    help = "What a contract allows, as the API answers it, now or at another instant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the contract's number")
        parser.add_argument("--product", metavar="CODE", help="the product, where the number covers several")
        parser.add_argument("--at", metavar="INSTANT", help="another instant, such as 2026-11-27T16:00:00Z")

    def handle(self, *, number: str, product: str | None, at: str | None, **_options: Any) -> None:
        try:
            asked_at = None if at is None else read_instant(at)
        except ValueError as unreadable:
            raise CommandError(str(unreadable)) from None
        try:
            found = answer(number, product, at=asked_at, now=clock.now())
        except (UnknownContract, SeveralProducts) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
