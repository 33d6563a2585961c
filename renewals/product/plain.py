"""What an answer needs, read as rows by one prepared statement: for the commonest question, and for a thousand at once.

Whatever is not plain is left to `services.evaluate`: a contract without its link, a term that has joined by itself.
Both give the same answer; a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.types.datetime import TimestamptzLoader

from renewals.entitlement import State, Windows, next_change_at, state_at
from renewals.links.services import LASTS, address_from
from renewals.product.dialog import dialog
from renewals.product.models import ApiKey
from renewals.product.schemas import Dialog, Entitlement
from renewals.product.services import promise
from renewals.product.tokens import fresh_token

NEVER_BY_ITSELF = 1_000_000_000
"""Prepares what is asked for and nothing else. Django sets none, and then nothing is ever prepared."""

# A contract has one clock or two: its own rows are read, not the index of ranges, which takes ten times as long.
ROWS = """
SELECT contract.id, contract.number, product.code, customer.name, term.last_minute, term.time_zone,
       lower(clock.span), upper(clock.span), clock.starts_at, clock.ends_at, clock.buffer_ends_at,
       clock.earliest_lock_at, clock.lock_at, clock.closes_at, clock.is_history, clock.joins_at, link.id, link.nonce,
       product.name, owner.name, EXISTS (
           SELECT FROM renewals_grant WHERE term_id = term.id AND source = 'customer'
       ), key.id, key.scopes
FROM accounts_contract AS contract
JOIN accounts_product AS product ON product.id = contract.product_id
JOIN accounts_customer AS customer ON customer.id = contract.customer_id
JOIN renewals_clock AS clock ON clock.contract_id = contract.id
 AND coalesce(lower(clock.span) <= %(now)s, true) AND coalesce(%(now)s < upper(clock.span), true)
JOIN accounts_contractterm AS term ON term.id = clock.term_id
LEFT JOIN accounts_user AS owner ON owner.id = contract.owner_id AND owner.is_active
LEFT JOIN renewals_apikey AS key ON key.hashed = %(key)s AND key.revoked_at IS NULL
LEFT JOIN LATERAL (
    SELECT id, nonce FROM renewals_renewallink
    WHERE contract_id = contract.id AND contact_id IS NULL AND sent_to = '' AND revoked_at IS NULL
      AND expires_at > %(lasting)s
    ORDER BY made_at DESC LIMIT 1
) AS link ON true
"""
OF_ONE = (
    ROWS + "WHERE contract.number = %(number)s AND (%(product)s::text IS NULL OR product.code = %(product)s) LIMIT 2"
)
OF_MANY = ROWS + " WHERE contract.number = ANY(%(numbers)s)"


class Found(NamedTuple):
    """What the statement finds of one contract, in its order."""

    contract: int
    number: str
    product: str
    customer: str
    last_minute: datetime
    time_zone: str
    from_at: datetime | None
    until_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    buffer_ends_at: datetime
    earliest_lock_at: datetime
    lock_at: datetime | None
    closes_at: datetime | None
    is_history: bool
    joins_at: datetime | None
    link: int | None
    nonce: bytes | None
    product_name: str
    owner_name: str | None
    had_a_day: bool
    key: int | None
    scopes: list[str] | None

    @property
    def windows(self) -> Windows:
        return Windows(
            term=0,
            from_at=self.from_at,
            until_at=self.until_at,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            buffer_ends_at=self.buffer_ends_at,
            earliest_lock_at=self.earliest_lock_at,
            lock_at=self.lock_at,
            closes_at=self.closes_at,
            is_history=self.is_history,
            joins_at=self.joins_at,
        )


def find_one(number: str, product: str | None, *, key: str, now: datetime) -> Found | None:
    """What there is to know of the contract, if the number and code name one, and of the key; in one statement."""
    rows = fetched(OF_ONE, {"number": number, "product": product, "key": ApiKey.hash(key)}, now=now)
    return Found(*rows[0]) if len(rows) == 1 else None


def find_many(numbers: Sequence[str], *, now: datetime) -> list[Found]:
    """What there is to know of all contracts with these numbers, in no order."""
    return [Found(*row) for row in fetched(OF_MANY, {"numbers": list(numbers), "key": None}, now=now)]


def fetched(statement: str, asked: Mapping[str, Any], *, now: datetime) -> list[tuple[Any, ...]]:
    """The rows of a statement that is prepared once a connection."""
    connection.ensure_connection()
    connection.connection.prepare_threshold = NEVER_BY_ITSELF
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # Django's own loader is for zones that differ from the connection's; here all is UTC, and this one is in C.
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(statement, {**asked, "now": now, "lasting": now + LASTS / 2}, prepare=True)
        return cursor.fetchall()


def answer_of(found: Found, *, now: datetime) -> Entitlement | None:
    """The answer; None where it is not plain: without its link, or with a term that has joined by itself since."""
    window = found.windows
    if found.link is None or found.nonce is None or (window.joins_at is not None and window.joins_at <= now):
        return None
    state, renew_url = state_at(window, now), address_from(found.link, found.nonce)
    return Entitlement.model_construct(
        contract=found.number,
        product=found.product,
        customer=found.customer,
        state=state,
        allowed=state.allowed,
        now=now.astimezone(UTC),
        last_minute=promise(found.last_minute, found.time_zone),
        ends_at=window.ends_at,
        buffer_ends_at=window.buffer_ends_at,
        lock_at=window.lock_at,
        next_change_at=next_change_at(window, now),
        renew_url=renew_url,
        dialog=dialog_of(found, window, renew_url) if state is State.SOFT_LOCKED else None,
        dialog_token=fresh_token(found.contract, now=now),
    )


def dialog_of(found: Found, window: Windows, renew_url: str) -> Dialog:
    """The dialog of a contract that is locked."""
    assert window.lock_at is not None
    return dialog(
        found.product_name,
        settings.CSPORTAL_VENDOR_NAME if found.owner_name is None else found.owner_name,
        told=(found.last_minute, found.time_zone, window.lock_at),
        renew_url=renew_url,
        can_take_a_day=window.until_at is None and not found.had_a_day,
    )
