"""`create_api_key NAME --scopes …`: a key for one of the vendor's systems, printed once and stored hashed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from csportal import clock
from renewals.product.keys import CannotMakeKey, make_key
from renewals.product.models import Scope


class Command(BaseCommand):
    """The key goes to standard output alone, so that a script can take it; the advice goes to standard error."""

    help = "Make a key for the API. It is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="which system the key is for")
        parser.add_argument(
            "--scopes", nargs="+", required=True, metavar="SCOPE", help=f"any of: {', '.join(Scope.values)}"
        )

    def handle(self, *, name: str, scopes: list[str], **_options: Any) -> None:
        try:
            key = make_key(name, scopes, now=clock.now())
        except CannotMakeKey as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(key)
        self.stderr.write("Keep it now: it is stored hashed and cannot be shown again.")
