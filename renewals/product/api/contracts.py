"""Contracts for the vendor's own systems: to list, to read, to put, each in the terms of a ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query

from csportal.clock import TimedRequest
from renewals.entitlement import State
from renewals.product import contracts
from renewals.product.api.core import api, described, json_response, require
from renewals.product.models import Scope
from renewals.product.problems import Problem
from renewals.product.schemas import (
    ContractSaid,
    ContractsTold,
    ContractTaken,
    ContractTold,
    FieldError,
    PlainText,
    StoryTold,
)
from renewals.product.services import counting_clock

Number = Annotated[PlainText, Path(description="The contract's number; it may contain slashes.")]
Code = Annotated[PlainText | None, Query(description="The product's code, where the number covers several.")]


@api.get(
    "/contracts",
    operation_id="list_contracts",
    by_alias=True,
    summary="Contracts, page by page",
    description="Needs the scope `contracts:read`. Follow `next` until it is null; a page is steady under changes.",
    response=described(ContractsTold, 401, 403, 422, 429),
)
def list_contracts(
    request: TimedRequest,
    state: Annotated[State | None, Query(description="Only those in this state now.")] = None,
    product: Annotated[PlainText | None, Query(description="Only those for the product of this code.")] = None,
    customer: Annotated[PlainText | None, Query(description="Only those of customers whose name holds this.")] = None,
    ends_from: Annotated[PlainText | None, Query(description="Only those that end at this instant or later.")] = None,
    ends_before: Annotated[PlainText | None, Query(description="Only those that end before this instant.")] = None,
    cursor: Annotated[PlainText | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HttpResponse:
    """A page of contracts."""
    require(request, Scope.CONTRACTS_READ)
    wanted = contracts.Wanted(
        state=state,
        product=product,
        customer=customer,
        ends_from=instant_of("ends_from", ends_from),
        ends_before=instant_of("ends_before", ends_before),
        after=after_cursor(cursor),
    )
    page = contracts.page_of(wanted, limit=limit, now=request.now)
    return json_response(page.model_dump_json(by_alias=True))


def instant_of(field: str, said: str | None) -> datetime | None:
    """An instant of the query, or the problem with it."""
    try:
        return None if said is None else contracts.read_instant(said)
    except ValueError as wrong:
        raise Problem("bad-request", str(wrong), errors=[FieldError(field=field, detail=str(wrong))]) from None


def after_cursor(cursor: str | None) -> int:
    """The contract after which the page begins."""
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        wrong = "This is not the `next` of a page."
        raise Problem("bad-request", wrong, errors=[FieldError(field="cursor", detail=wrong)])
    return int(cursor)


@api.get(
    "/contracts/{path:number}/timeline",
    operation_id="get_timeline",
    by_alias=True,
    summary="A contract's story, planned and past",
    description="Needs the scope `contracts:read`.",
    response=described(StoryTold, 401, 403, 404, 409, 422, 429),
)
def get_timeline(request: TimedRequest, number: Number, product: Code = None) -> HttpResponse:
    """Everything on record and everything computed, in both languages."""
    require(request, Scope.CONTRACTS_READ)
    clock = counting_clock(number, product, at=request.now)
    return json_response(contracts.story_of(clock.contract, now=request.now).model_dump_json(by_alias=True))


@api.get(
    "/contracts/{path:number}",
    operation_id="get_contract",
    by_alias=True,
    summary="One contract with its terms",
    description="Needs the scope `contracts:read`.",
    response=described(ContractTold, 401, 403, 404, 409, 422, 429),
)
def get_contract(request: TimedRequest, number: Number, product: Code = None) -> HttpResponse:
    """One contract."""
    require(request, Scope.CONTRACTS_READ)
    clock = counting_clock(number, product, at=request.now)
    return json_response(contracts.told_of(clock, now=request.now).model_dump_json(by_alias=True))


@api.put(
    "/contracts/{path:number}",
    operation_id="put_contract",
    by_alias=True,
    summary="Create a contract, or bring it up to date",
    description="Needs the scope `contracts:write`. Read like one row of a ledger: the same twice changes nothing, "
    "what is left out leaves what is on record, and no end is moved earlier (409: that takes a person and a reason).",
    response={
        **described(ContractTaken, 401, 403, 404, 409, 422, 429),
        201: ContractTaken,
    },
)
def put_contract(request: TimedRequest, number: Number, said: ContractSaid) -> HttpResponse:
    """One contract, as a whole or not at all."""
    key = require(request, Scope.CONTRACTS_WRITE)
    taken = contracts.put(number, said, by=f"API: {key.name}", now=request.now)
    status = 201 if taken.outcome == "created" else 200
    return json_response(taken.model_dump_json(by_alias=True), status=status)
