"""The answer to the vendor's product: may they go on, until when, what changes next (rules 4, 7 to 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from accounts import terms, wording
from accounts.models import ContractTerm
from renewals.entitlement import BUFFER, State, Windows, next_change_at, state_at
from renewals.links.models import RenewalLink
from renewals.links.services import address_of, link_for
from renewals.locking.busy import for_session, hashed
from renewals.locking.granting import can_take_a_day, runs_out
from renewals.locking.models import Clock
from renewals.product.dialog import soft_lock_dialog
from renewals.product.schemas import Dialog, Entitlement, LastMinute, Text
from renewals.product.tokens import fresh_token

RELATED = ("contract__customer", "contract__product", "contract__owner", "term")
"""What an answer reads of a clock's neighbours."""


class UnknownContract(LookupError):
    """No contract has this number, or none of those that have it is for this product."""


class SeveralProducts(LookupError):
    """The number covers several products: the question has to name one of `codes`."""

    def __init__(self, number: str, codes: list[str]) -> None:
        super().__init__(f"{number} covers several products. Name one of them: {', '.join(codes)}.")
        self.codes = codes


def answer(number: str, product: str | None = None, *, at: datetime | None = None, now: datetime) -> dict[str, Any]:
    """`evaluate` as plain JSON values."""
    return evaluate(number, product, at=at, now=now).as_json()


def evaluate(
    number: str, product: str | None = None, *, at: datetime | None = None, session: str = "", now: datetime
) -> Entitlement:
    """What the contract of this number (and product code) allows at `at`, as known at `now`.

    From the facts alone, also about an instant to come: as long as nobody was told, nothing locks (rule 10). A
    `session` of the product that is busy when the lock begins gets it later (rule 11). Raises `UnknownContract` and
    `SeveralProducts`.
    """
    at = now if at is None else at
    clock = counting_clock(number, product, at=at)
    return entitlement_of(clock, at=at, now=now, session=hashed(session) if session else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What an answer needs beside the clock, looked up for many at once."""

    link: RenewalLink
    had_a_day: bool
    """Whether the customer has taken their 24 hours."""


def entitlement_of(
    clock: Clock, *, at: datetime, now: datetime, session: str = "", beside: Beside | None = None
) -> Entitlement:
    """What the contract of this clock, which counts at `at`, allows then. What is not handed in is looked up."""
    clock = as_it_goes_on(clock, at)
    contract = clock.contract
    window = for_session(clock.windows, contract.pk, session)
    state = state_at(window, at)
    renew_url = address_of(beside.link if beside else link_for(contract, None, now=now))
    return Entitlement(
        contract=contract.number,
        product=contract.product.code,
        customer=contract.customer.name,
        state=state,
        allowed=state.allowed,
        now=at.astimezone(UTC),
        last_minute=last_minute_of(clock),
        ends_at=window.ends_at,
        buffer_ends_at=window.buffer_ends_at,
        lock_at=window.lock_at,
        next_change_at=next_change_at(window, at),
        renew_url=renew_url,
        dialog=dialog_of(clock, window, renew_url, at=at, beside=beside) if state is State.SOFT_LOCKED else None,
        dialog_token=fresh_token(contract.pk, session=session, now=now),
    )


def dialog_of(clock: Clock, window: Windows, renew_url: str, *, at: datetime, beside: Beside | None) -> Dialog:
    """The dialog of a contract that is locked at `at`."""
    can_take = can_take_a_day(clock, now=at) if beside is None else runs_out(clock, now=at) and not beside.had_a_day
    return soft_lock_dialog(clock, window, renew_url, can_take_a_day=can_take)


def counting_clock(number: str, product: str | None, *, at: datetime) -> Clock:
    """The clock that counts at an instant: of the number's contract for this product, or of its only one."""
    clocks = list(
        Clock.objects.counting(at=at)
        .filter(contract__number=number)
        .select_related(*RELATED)
        .order_by("contract__product__name", "contract")
    )
    return of_product(clocks, number, product)


def of_product(clocks: Sequence[Clock], number: str, product: str | None) -> Clock:
    """Of one number's clocks that of this product, or the only one. Raises `UnknownContract`, `SeveralProducts`."""
    return clocks[chosen([clock.contract.product.code for clock in clocks], number, product)]


def chosen(codes: Sequence[str], number: str, product: str | None) -> int:
    """Which of a number's products is asked about. Raises `UnknownContract` and `SeveralProducts`."""
    if not codes:
        raise UnknownContract(f"No contract has the number {number}.")
    if product is None and len(codes) > 1:
        raise SeveralProducts(number, list(codes))
    if product is not None and product not in codes:
        raise UnknownContract(f"{number} does not cover the product {product}. It covers: {', '.join(codes)}.")
    return codes.index(product) if product is not None else 0


def as_it_goes_on(clock: Clock, at: datetime) -> Clock:
    """The clock with the term that has joined by itself by an instant, on record or not (rules 7 and 12); not saved."""
    if clock.joins_at is None or at < clock.joins_at:
        return clock
    term, contract = clock.term, clock.contract
    try:
        reckoned = terms.reckon(clock.ends_at, terms.parse_term(contract.renews_for), term.time_zone)
    except terms.TermError:  # it cannot be reckoned, so it is not known until when: it goes on
        return clock
    following = ContractTerm(
        contract=contract, last_minute=reckoned.last_minute, time_zone=term.time_zone, ends_at=reckoned.ends_at
    )
    buffer_ends_at = reckoned.ends_at + BUFFER
    return Clock(
        contract=contract,
        term=following,
        span=clock.span,
        starts_at=clock.starts_at,
        ends_at=reckoned.ends_at,
        buffer_ends_at=buffer_ends_at,
        earliest_lock_at=buffer_ends_at,
    )


def last_minute_of(clock: Clock) -> LastMinute:
    """The promise of a clock's term."""
    return promise(clock.term.last_minute, clock.term.time_zone)


@lru_cache(maxsize=4096)
def promise(last_minute: datetime, time_zone: str) -> LastMinute:
    """A promise in digits and in words, remembered: many contracts end with the same minute."""
    words = Text.model_validate(wording.both(last_minute, time_zone))
    return LastMinute(local=last_minute.isoformat(timespec="minutes"), time_zone=time_zone, text=words)
