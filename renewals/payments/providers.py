"""The ways to pay what was signed. Each is a class that `CSPORTAL_PAYMENT_PROVIDERS` names; by invoice is built in.

A way to pay says what the customer is shown after signing, begins a payment where that happens elsewhere, and learns
what became of it. None of them moves an end: a renewal counts from its signature (rule 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from renewals.links.models import RenewalLink
from renewals.payments.models import Payment
from renewals.payments.standing import Bill


class CannotPay(Exception):
    """A payment cannot be begun, or does not go on. The message says why, and that nothing was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a customer is shown of one way to pay, in their language."""

    name: str
    words: str = ""
    button: str = ""
    """What begins it; "" where nothing is begun here."""
    problem: str = ""
    """Why the last try came to nothing."""


class Provider(Protocol):
    """One way to pay."""

    name: str

    def way(self, bill: Bill) -> Way | None:
        """What the customer is shown for an unpaid bill; None where it cannot be paid so."""

    def begin(self, bill: Bill, link: RenewalLink, *, now: datetime) -> Payment:
        """A payment to go on with. Raises `CannotPay`."""

    def learn(self, *, now: datetime, limit: int) -> int:
        """Put on record what has become of payments since the last look; how many have another state."""


def providers() -> Sequence[Provider]:
    """Those that this portal has, the usual one first."""
    return [import_string(path)() for path in settings.CSPORTAL_PAYMENT_PROVIDERS]


def ways(bill: Bill) -> list[Way]:
    """How an unpaid bill can be paid; nothing where nothing is to be paid."""
    if not bill.is_open:
        return []
    return [way for provider in providers() if (way := provider.way(bill))]


def begin(name: str, bill: Bill, link: RenewalLink, *, now: datetime) -> Payment:
    """Begin to pay one way. Raises `CannotPay`, also for a way that there is not."""
    found = next((one for one in providers() if one.name == name and bill.is_open and one.way(bill)), None)
    if found is None:
        raise CannotPay
    return found.begin(bill, link, now=now)


def learn(*, now: datetime, limit: int) -> int:
    """Let each way look at what has become of its payments; how many have another state."""
    return sum(provider.learn(now=now, limit=limit) for provider in providers())
