"""What was said with a customer, and what is still open between us, as one reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import wording
from accounts.models import Contract, Customer, User
from renewals.conversations.models import Conversation, Promise

MOST = 50
"""How many conversations a page knows of; the last come first."""
AT_FIRST = 5
"""How many of them it shows before it is asked for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A promise that is not settled, and whether its day has passed."""

    promise: Promise
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """Conversations, the last first, and promises, the next due first."""

    conversations: Sequence[Conversation]
    promises: Sequence[Open]

    @property
    def first(self) -> Sequence[Conversation]:
        return self.conversations[:AT_FIRST]

    @property
    def earlier(self) -> Sequence[Conversation]:
        return self.conversations[AT_FIRST:]

    def about(self, contract: Contract) -> Talks:
        """Those about a contract, or about none in particular."""

        def belongs(one: Conversation | Promise) -> bool:
            return one.contract_id in (None, contract.pk) and one.customer_id == contract.customer_id

        return Talks(
            conversations=[one for one in self.conversations if belongs(one)],
            promises=[one for one in self.promises if belongs(one.promise)],
        )


def talks_with(customer: Customer, reader: User, *, now: datetime) -> Talks:
    """What `reader` may see of what was said with a customer until `now`. Two queries."""
    said = Conversation.objects.visible_to(reader).filter(customer=customer).until(now)
    related = said.select_related("contact", "contract", "by")
    still_open = Promise.objects.visible_to(reader).filter(customer=customer).open()
    return Talks(conversations=list(related[:MOST]), promises=opened(still_open.select_related("contract"), now=now))


def opened(promises: Iterable[Promise], *, now: datetime) -> list[Open]:
    """Each with whether its day has passed, by the clock of its own zone."""
    return [Open(promise=one, is_overdue=one.is_overdue(wording.local(now, one.time_zone).date())) for one in promises]
