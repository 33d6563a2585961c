"""The answer to the vendor's product: may they go on, until when, what changes next (rules 4, 7 to 12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from accounts import terms, wording
from accounts.models import ContractTerm
from renewals.entitlement import BUFFER, State, next_change_at, state_at
from renewals.links.services import address_of, link_for
from renewals.locking.models import Clock
from renewals.product.dialog import soft_lock_dialog
from renewals.product.schemas import Entitlement, LastMinute, Text
from renewals.product.tokens import fresh_token


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


def evaluate(number: str, product: str | None = None, *, at: datetime | None = None, now: datetime) -> Entitlement:
    """What the contract of this number (and product code) allows at `at`, as known at `now`.

    From the facts alone, also about an instant to come: as long as nobody was told, nothing locks (rule 10).
    Raises `UnknownContract` and `SeveralProducts`.
    """
    at = now if at is None else at
    return entitlement_of(counting_clock(number, product, at=at), at=at, now=now)


def entitlement_of(clock: Clock, *, at: datetime, now: datetime) -> Entitlement:
    """What the contract of this clock, which counts at `at`, allows then."""
    clock = as_it_goes_on(clock, at)
    window = clock.windows
    state = state_at(window, at)
    renew_url = address_of(link_for(clock.contract, None, now=now))
    return Entitlement(
        contract=clock.contract.number,
        product=clock.contract.product.code,
        customer=clock.contract.customer.name,
        state=state,
        allowed=state.allowed,
        now=at.astimezone(UTC),
        last_minute=last_minute_of(clock),
        ends_at=window.ends_at,
        buffer_ends_at=window.buffer_ends_at,
        lock_at=window.lock_at,
        next_change_at=next_change_at(window, at),
        renew_url=renew_url,
        dialog=soft_lock_dialog(clock, window, renew_url, now=at) if state is State.SOFT_LOCKED else None,
        dialog_token=fresh_token(clock.contract.pk, now=now),
    )


def counting_clock(number: str, product: str | None, *, at: datetime) -> Clock:
    """The clock that counts at an instant: of the number's contract for this product, or of its only one."""
    clocks = list(
        Clock.objects.counting(at=at)
        .filter(contract__number=number)
        .select_related("contract__customer", "contract__product", "contract__owner", "term")
        .order_by("contract__product__name", "contract")
    )
    codes = [clock.contract.product.code for clock in clocks]
    if not clocks:
        raise UnknownContract(f"No contract has the number {number}.")
    if product is None and len(clocks) > 1:
        raise SeveralProducts(number, codes)
    if product is not None and product not in codes:
        raise UnknownContract(f"{number} does not cover the product {product}. It covers: {', '.join(codes)}.")
    return clocks[codes.index(product)] if product is not None else clocks[0]


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
    """The promise in digits and in words."""
    term = clock.term
    words = wording.both(term.last_minute, term.time_zone)
    return LastMinute(
        local=term.last_minute.isoformat(timespec="minutes"), time_zone=term.time_zone, text=Text.model_validate(words)
    )
