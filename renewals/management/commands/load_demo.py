"""`load_demo`: a believable company to look at, built around the present day."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Customer
from csportal import clock
from renewals import demo


class Command(BaseCommand):
    """Run again it does nothing: the data stays as people have changed it. `--replace` builds it around today anew."""

    help = "Load customers, contracts and logins to look at; nothing where there are customers already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--replace", action="store_true", help="rebuild the demo data around today; refused beside other customers"
        )

    def handle(self, *, replace: bool, verbosity: int, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Everybody knows the demo logins' password: there is no demo data in production.")
        if Customer.objects.exists() and not replace:
            self.stdout.write("There are customers already: nothing was loaded. --replace rebuilds the demo data.")
            return
        loaded = self.rebuild()
        if verbosity:
            self.stdout.write(
                f"{loaded} contracts of the demo data loaded, all logins with the password {demo.PASSWORD}."
            )

    @transaction.atomic
    def rebuild(self) -> int:
        """The demo data anew, all of it or none."""
        try:
            demo.unload()
        except demo.SomethingElseIsHere:
            raise CommandError(
                "This database holds customers or contracts that are not the demo data's, and they stay untouched. "
                "Load the demo data into an empty database: name one in DATABASE_URL."
            ) from None
        return demo.load(now=clock.now())
