"""The verbs that change what was promised. Each is atomic, names who did it, and leaves an amendment.

After a write each says so across the seam, inside the same transaction, so that the instants that follow
from the facts are never older than the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import terms
from accounts.models import Amendment, Contract, ContractTerm, Customer, Product, User, WorkingCalendar
from accounts.models.contracts import promise
from accounts.seam import facts_changed

Actor = User | str
"""Who did it: one of the vendor's people, or in words a customer, a ledger, a rule."""


class NotAllowed(Exception):
    """A change that the rules do not allow, with the reason in the reader's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What goes with a term beside its time: how many seats, for how much."""

    seats: int | None = None
    value: Decimal | None = None
    currency: str = ""


class SoldStart(NamedTuple):
    """A start as it was said (a bare day, a wall time, an instant) and the instant, in UTC, that it gives."""

    said: date | datetime
    at: datetime


def default_calendar(country: str) -> WorkingCalendar:
    """The calendar of a country with the usual hours, made when it is first needed."""
    calendar, _made = WorkingCalendar.objects.get_or_create(
        name=country or "Monday to Friday", defaults={"country": country}
    )
    return calendar


def record(
    contract: Contract,
    kind: Amendment.Kind,
    *,
    by: Actor,
    now: datetime,
    term: ContractTerm | None = None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Amendment:
    """An amendment that is not saved yet: one row of the record, for one or for many contracts."""
    return Amendment(
        contract=contract,
        term=term,
        kind=kind,
        at=now,
        by_user=by if isinstance(by, User) else None,
        by_name=str(by),
        reason=reason,
        before=before or {},
        after=after or {},
    )


def term_from(
    contract: Contract, reckoned: terms.Reckoned, *, sold_from: str, sold_as: str, sold: Sold, now: datetime
) -> ContractTerm:
    """A term row, not saved yet, from what was reckoned and sold."""
    return ContractTerm(
        contract=contract,
        sold_from=sold_from,
        sold_as=sold_as,
        time_zone=reckoned.zone,
        last_minute=reckoned.last_minute,
        whole_day=reckoned.whole_day,
        starts_at=reckoned.starts_at,
        ends_at=reckoned.ends_at,
        seats=sold.seats,
        value=sold.value,
        currency=sold.currency,
        recorded_at=now,
    )


@transaction.atomic
def sign(
    *,
    number: str,
    product: Product,
    customer: Customer,
    start: date | datetime,
    term: terms.Term,
    by: Actor,
    now: datetime,
    zone: str = "",
    sold: Sold = Sold(),
    **details: Any,
) -> Contract:
    """A new contract with its first term. `zone` is the customer's unless said; `details` are the contract's fields.

    Raises `terms.TermError` for a start, term or zone that cannot be.
    """
    reckoned = terms.reckon(start, term, zone or customer.time_zone)
    refuse_others_number(number, customer)
    contract = Contract(number=number, product=product, customer=customer, **details)
    contract.full_clean()
    contract.save()
    first = term_from(contract, reckoned, sold_from=as_said(start), sold_as=str(term), sold=sold, now=now)
    first.save()
    after = promise(first.last_minute, first.time_zone)
    record(contract, Amendment.Kind.SIGNED, by=by, now=now, term=first, after=after).save()
    facts_changed([contract.pk], now=now)
    return contract


@transaction.atomic
def renew_into(
    contract: Contract,
    *,
    starts_at: datetime,
    term: terms.Term,
    by: Actor,
    now: datetime,
    sold: Sold | None = None,
    reason: str = "",
) -> ContractTerm:
    """The next term, from the instant `starts_at` (rule 12 says which: the caller asks `renewals`). History stays.

    Seats, value and currency go on as they were unless `sold` says otherwise. Raises `NotAllowed` when
    the contract already runs past `starts_at`: somebody else has renewed it.
    """
    contract = locked(contract)
    last = last_term(contract)
    if starts_at < last.ends_at:
        raise NotAllowed(_("This contract has been renewed already."))
    reckoned = terms.reckon(starts_at, term, last.time_zone)
    sold = sold or Sold(seats=last.seats, value=last.value, currency=last.currency)
    following = term_from(contract, reckoned, sold_from=as_said(starts_at), sold_as=str(term), sold=sold, now=now)
    following.save()
    record(
        contract,
        Amendment.Kind.RENEWED,
        by=by,
        now=now,
        term=following,
        reason=reason,
        before=promise(last.last_minute, last.time_zone),
        after=promise(following.last_minute, following.time_zone),
    ).save()
    facts_changed([contract.pk], now=now)
    return following


@transaction.atomic
def move_end(contract: Contract, *, term: terms.Term, reason: str, by: Actor, now: datetime) -> ContractTerm:
    """A new last minute for the last term, later or earlier (rule 5), counted from what was sold (rule 3).

    Later takes nobody's leave. Earlier takes a person and a reason, and may not reach into the past; the caller
    sends the customer the notice. Raises `NotAllowed` otherwise, `terms.TermError` for an end that cannot be.
    """
    contract = locked(contract)
    last = last_term(contract)
    reckoned = terms.reckon(counted_from(last), term, last.time_zone)
    if reckoned.ends_at == last.ends_at:
        return last
    shorter = reckoned.ends_at < last.ends_at
    if shorter:
        refuse_unfair_shortening(reckoned.ends_at, reason=reason, by=by, now=now)
    before = promise(last.last_minute, last.time_zone)
    last.last_minute, last.whole_day, last.ends_at = (
        reckoned.last_minute,
        reckoned.whole_day,
        reckoned.ends_at,
    )
    last.sold_as = str(term)
    last.save(update_fields=["last_minute", "whole_day", "ends_at", "sold_as"])
    kind = Amendment.Kind.SHORTENED if shorter else Amendment.Kind.EXTENDED
    after = promise(last.last_minute, last.time_zone)
    record(contract, kind, by=by, now=now, term=last, reason=reason, before=before, after=after).save()
    facts_changed([contract.pk], now=now)
    return last


def refuse_unfair_shortening(ends_at: datetime, *, reason: str, by: Actor, now: datetime) -> None:
    """Time is given, never taken, unless a person takes it, with a reason, and ahead (rule 5)."""
    if not isinstance(by, User):
        raise NotAllowed(_("Only a person can end a contract earlier than promised."))
    if not reason.strip():
        raise NotAllowed(_("Say why the contract ends earlier than promised: the reason goes on record."))
    if ends_at <= now:
        raise NotAllowed(_("A contract cannot be ended in the past."))


@transaction.atomic
def change_details(contract: Contract, *, by: Actor, now: datetime, **details: Any) -> Contract:
    """Change the contract's own fields (owner, kind, signature, renewing by itself), with what they were on record."""
    contract = locked(contract)
    changed = {name: value for name, value in details.items() if getattr(contract, name) != value}
    if not changed:
        return contract
    before = {name: str(getattr(contract, name) or "") for name in changed}
    for name, value in changed.items():
        setattr(contract, name, value)
    refuse_others_number(contract.number, contract.customer)
    contract.full_clean()
    contract.save(update_fields=list(changed))
    after = {name: str(value or "") for name, value in changed.items()}
    record(contract, Amendment.Kind.CHANGED, by=by, now=now, before=before, after=after).save()
    facts_changed([contract.pk], now=now)
    return contract


@transaction.atomic
def change_sold(contract: Contract, *, sold: Sold, by: Actor, now: datetime) -> ContractTerm:
    """Change seats, value or currency of the last term, with what they were on record."""
    contract = locked(contract)
    last = last_term(contract)
    before = {"seats": last.seats, "value": str(last.value or ""), "currency": last.currency}
    last.seats, last.value, last.currency = sold.seats, sold.value, sold.currency
    after = {"seats": last.seats, "value": str(last.value or ""), "currency": last.currency}
    if before != after:
        last.full_clean(exclude=["sold_from", "sold_as"])
        last.save(update_fields=["seats", "value", "currency"])
        record(contract, Amendment.Kind.CHANGED, by=by, now=now, term=last, before=before, after=after).save()
        facts_changed([contract.pk], now=now)
    return last


def refuse_others_number(number: str, customer: Customer) -> None:
    """A number belongs to one customer, however many products it covers."""
    if Contract.objects.filter(number=number).exclude(customer=customer).exists():
        raise ValidationError({"number": _("Another customer has a contract under this number.")})


def locked(contract: Contract) -> Contract:
    """The contract, its row locked until the transaction ends: changes of one contract wait for one another.

    Its key is not locked: whoever only puts something on record about it, such as a stage of its renewal, waits for
    nobody, and so two of them never for each other.
    """
    return Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract.pk)


def last_term(contract: Contract) -> ContractTerm:
    """The term that ends last."""
    return contract.terms.order_by("-ends_at")[0]


def counted_from(term: ContractTerm) -> date | datetime:
    """What a term's days count from: what was sold (rule 3), or its start where it joined an earlier end instead."""
    sold = sold_start(term)
    return sold.said if sold is not None and sold.at == term.starts_at else term.starts_at


def sold_start(term: ContractTerm) -> SoldStart | None:
    """The start that a term was sold with, by the zone's law of today; None where that cannot be read or never was."""
    try:
        said = terms.parse_start(term.sold_from)
        return SoldStart(said, terms.start_instant(said, term.time_zone))
    except terms.TermError:
        return None


def as_said(start: date | datetime) -> str:
    """A start as it was said: the bare day, the wall time, or the instant with its offset."""
    return start.isoformat(timespec="minutes") if isinstance(start, datetime) else start.isoformat()


def owners_called(said: str) -> list[User]:
    """The active users whom a ledger may mean, by e-mail or by name: none, the one, or the first two of several."""
    said = said.replace("\0", "")
    return list(User.objects.filter(Q(email__iexact=said) | Q(name__iexact=said), is_active=True)[:2])


def find_owner(said: str) -> User | None:
    """The active user whom a ledger means: by e-mail, or by name when only one bears it."""
    found = owners_called(said)
    return found[0] if len(found) == 1 else None
