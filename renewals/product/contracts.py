"""Contracts as the API tells and takes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.utils import translation

from accounts import wording
from accounts.ledger import report
from accounts.ledger.draft import Draft
from accounts.ledger.findings import Unreadable
from accounts.ledger.run import look_at
from accounts.ledger.survey import Options
from accounts.ledger.take import take
from accounts.models import Contract, ContractTerm
from accounts.models.customers import name_key
from renewals.entitlement import State, state_at
from renewals.history import Entry, timeline_of
from renewals.locking.models import Clock, ClockQuerySet
from renewals.product.instants import read_instant
from renewals.product.problems import Problem
from renewals.product.schemas import (
    ContractSaid,
    ContractsTold,
    ContractTaken,
    ContractTold,
    FieldError,
    Happening,
    LastMinute,
    StoryTold,
    TermTold,
    Text,
)

__all__ = ["Wanted", "page_of", "put", "read_instant", "story_of", "told_of"]

LANGUAGES = {"zh_hans": wording.ZH, "en": wording.EN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which contracts are asked for; `after` is the key of the last one of the page before."""

    state: State | None = None
    product: str | None = None
    customer: str | None = None
    ends_from: datetime | None = None
    ends_before: datetime | None = None
    after: int = 0

    def among(self, clocks: ClockQuerySet, *, now: datetime) -> ClockQuerySet:
        """Those of these clocks that are wanted."""
        if self.state is not None:
            clocks = clocks.in_state(self.state, at=now)
        if self.product is not None:
            clocks = clocks.filter(contract__product__code=self.product)
        if self.customer:
            clocks = clocks.filter(contract__customer__key__contains=name_key(self.customer))
        if self.ends_from is not None:
            clocks = clocks.filter(ends_at__gte=self.ends_from)
        if self.ends_before is not None:
            clocks = clocks.filter(ends_at__lt=self.ends_before)
        return clocks.filter(contract__gt=self.after)


def with_all(clocks: ClockQuerySet) -> ClockQuerySet:
    """The clocks with what is told of their contracts, in a constant number of queries."""
    related = ("contract__customer", "contract__product", "contract__owner")
    terms = Prefetch("contract__terms", ContractTerm.objects.order_by("starts_at"))
    return clocks.select_related(*related).prefetch_related(terms)


def page_of(wanted: Wanted, *, limit: int, now: datetime) -> ContractsTold:
    """One page, in order of the contracts' keys, so that no change of a contract skips or doubles another."""
    clocks = with_all(wanted.among(Clock.objects.counting(at=now), now=now))
    found = list(clocks.order_by("contract")[: limit + 1])
    last = found[limit - 1].contract_id if len(found) > limit else None
    told = [told_of(clock, now=now) for clock in found[:limit]]
    return ContractsTold(contracts=told, next=None if last is None else str(last))


def told_of(clock: Clock, *, now: datetime) -> ContractTold:
    """One contract with its terms."""
    contract = clock.contract
    return ContractTold(
        number=contract.number,
        product=contract.product.code,
        product_name=contract.product.name,
        customer=contract.customer.name,
        country=contract.customer.country,
        time_zone=contract.customer.time_zone,
        kind="trial" if contract.kind == Contract.Kind.TRIAL else "paid",
        owner=contract.owner.email if contract.owner else "",
        state=state_at(clock.windows, now),
        renews_itself=contract.renews_itself,
        terms=[term_told(term) for term in contract.terms.all()],
    )


def term_told(term: ContractTerm) -> TermTold:
    """One term, its minute in digits and in words."""
    words = Text.model_validate(wording.both(term.last_minute, term.time_zone))
    local = term.last_minute.isoformat(timespec="minutes")
    return TermTold(
        sold_from=term.sold_from,
        sold_as=term.sold_as,
        starts_at=term.starts_at,
        last_minute=LastMinute(local=local, time_zone=term.time_zone, text=words),
        ends_at=term.ends_at,
        seats=term.seats,
        value=term.value,
        currency=term.currency,
    )


def story_of(contract: Contract, *, now: datetime) -> StoryTold:
    """The contract's story, each text in both languages."""
    events = [happening(entry) for entry in timeline_of(contract, now=now)]
    return StoryTold(contract=contract.number, events=events)


def happening(entry: Entry) -> Happening:
    """One entry of the story."""
    return Happening(
        at=entry.at,
        kind=entry.kind,
        planned=entry.planned,
        title=in_both(lambda: str(entry.title)),
        detail=in_both(lambda: str(entry.detail)),
        actor=str(entry.actor),
    )


def in_both(say: Callable[[], str]) -> Text:
    """A text that follows the active language, in each."""
    said = {}
    for field, language in LANGUAGES.items():
        with translation.override(language):
            said[field] = say()
    return Text(**said)


@transaction.atomic
def put(number: str, said: ContractSaid, *, by: str, now: datetime) -> ContractTaken:
    """Take one contract as one row of a ledger is taken: whole or not at all. Raises `Problem`."""
    fields = {"number": number, **said.model_dump(exclude_none=True)}
    options = Options(default_zone=settings.CSPORTAL_DEFAULT_ZONE, default_country=settings.CSPORTAL_DEFAULT_COUNTRY)
    with translation.override(wording.EN):
        try:
            draft = look_at(as_ledger(fields), {}, options, by=by, now=now, progress=lambda *_: None)
        except Unreadable as problem:
            raise Problem("bad-request", report.spoken_unreadable(problem)["why"]) from None
        take(draft.plan, draft.known, draft.findings, draft.columns, by=by, now=now, progress=lambda _done: None)
        spoken = report.spoken(draft, None)
    refuse(spoken["refusals"], draft)
    clocks = with_all(Clock.objects.counting(at=now).filter(contract__number=number)).order_by("contract")
    mine = [one for one in clocks if said.product is None or name_key(said.product) in names_of(one)]
    return ContractTaken(
        outcome="created" if spoken["created"] else "updated" if spoken["updated"] else "unchanged",
        assumptions=[assumed["why"] for assumed in spoken["assumptions"]],
        contract=told_of(mine[0], now=now),
    )


def names_of(clock: Clock) -> set[str]:
    """By which words a ledger names the product."""
    return {name_key(clock.contract.product.code), name_key(clock.contract.product.name)}


def as_ledger(fields: dict[str, str]) -> bytes:
    """One row under headings that are the fields' own names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(fields)
    writer.writerow(fields.values())
    return text.getvalue().encode()


def refuse(refusals: Iterable[dict[str, str]], draft: Draft) -> None:
    """The problem with a row that was refused: what contradicts the record is a conflict, anything else unreadable."""
    found = list(refusals)
    if not found:
        return
    errors = [FieldError(field=one["column"], detail=one["why"]) for one in found]
    codes = {refusal.code for refusal in draft.findings.refusals}
    kind = "conflict" if codes & CONFLICTS else "bad-request"
    raise Problem(kind, " ".join(error.detail for error in errors), errors=errors)


CONFLICTS = {"ends_earlier", "overlaps_record", "other_customer", "changed_meanwhile"}
"""Refusals that are about what is on record, and not about what was sent."""
