"""`fetch_answers`: takes in what came back by mail, once, as the workers do each minute."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from csportal import clock
from renewals.answers.mailbox import Away, fetch


class Command(BaseCommand):
    """Prints how many mails were of which kind, as JSON. Exit code 1 where there is no mailbox, or it is away."""

    help = "Take in answers and bounces from the mailbox of CSPORTAL_MAILBOX_URL, once."

    def handle(self, **_options: Any) -> None:
        if settings.CSPORTAL_MAILBOX is None:
            raise CommandError("Set CSPORTAL_MAILBOX_URL and CSPORTAL_REPLY_TO first: .env.example says how.")
        try:
            taken = fetch(settings.CSPORTAL_MAILBOX, now=clock.now())
        except Away as problem:
            raise CommandError(f"The mailbox cannot be read: {problem}") from None
        self.stdout.write(json.dumps(dict(sorted(taken.items()))))
