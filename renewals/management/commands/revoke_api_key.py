"""`revoke_api_key NAME`: a key opens nothing from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from csportal import clock
from renewals.product.keys import UnknownKey, revoke_key


class Command(BaseCommand):
    """At once, for every process: each request looks its key up. Revoking twice changes nothing."""

    help = "Revoke a key for the API: whoever shows it is answered 401."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name that the key was made with")

    def handle(self, *, name: str, **_options: Any) -> None:
        try:
            key = revoke_key(name, now=clock.now())
        except UnknownKey as unknown:
            raise CommandError(str(unknown)) from None
        self.stdout.write(f"{key.name} ({key.starts_with}…) is revoked since {key.revoked_at:%Y-%m-%dT%H:%M:%SZ}.")
