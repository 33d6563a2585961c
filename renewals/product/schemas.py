"""What the API says, field by field: the shapes of its answers, as they stand in the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from renewals.entitlement import State


class Text(Schema):
    """The same words in both languages."""

    model_config = ConfigDict(populate_by_name=True)

    zh_hans: str = Field(alias="zh-hans")
    en: str


class LastMinute(Schema):
    """The promise: the last minute, inclusive, as clocks in the customer's zone show it."""

    local: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$", examples=["2026-11-27T23:59"])
    time_zone: str = Field(description="IANA name of the zone.", examples=["Asia/Shanghai"])
    text: Text = Field(description="The minute in words, ready to be shown.")


class Action(Schema):
    """One thing that the reader of the dialog can do."""

    kind: Literal["renew", "more_time", "talk", "export"]
    label: Text
    url: str | None = Field(description="Where it is done. Null for `export`: your product does that itself.")


class Dialog(Schema):
    """What to show while the contract is soft-locked: what ended, when, what is safe, and the ways on (rule 11)."""

    title: Text
    text: Text
    actions: list[Action]


class Entitlement(Schema):
    """What one contract allows at one instant. Instants are UTC; null where there is none."""

    contract: str = Field(description="The contract's number.")
    product: str = Field(description="The product's code.")
    customer: str
    state: State
    allowed: bool = Field(description="False only when soft-locked, closed, or not yet started.")
    now: datetime = Field(description="The instant that this answer is about.")
    last_minute: LastMinute
    ends_at: datetime = Field(description="The first instant after the last minute.")
    buffer_ends_at: datetime = Field(description="Until here everything works in any case.")
    lock_at: datetime | None = Field(
        description="When the soft lock begins. Null as long as nobody at the customer was told of the end, and where "
        "the contract goes on before: then nothing locks."
    )
    next_change_at: datetime | None = Field(description="When the state changes next, as things stand.")
    renew_url: str = Field(description="The customer's own renewal page.")
    dialog: Dialog | None = Field(description="Null unless soft-locked.")
    dialog_token: str = Field(
        description="For `/embed/v1/soft-lock.js`: opens nothing but that dialog, and for a quarter of an hour."
    )

    def as_json(self) -> dict[str, Any]:
        """The answer as plain JSON values, keys as the API writes them."""
        return self.model_dump(mode="json", by_alias=True)


class FieldError(Schema):
    """What is wrong with one part of the request."""

    field: str
    detail: str


class ProblemDetails(Schema):
    """An error (RFC 9457), as `application/problem+json`."""

    type: str = Field(description="Stable name of this kind of problem, as an address.")
    title: str
    status: int
    detail: str
    errors: list[FieldError] = Field(default_factory=list)
    products: list[str] | None = Field(
        default=None, description="The codes to choose from, where a number covers several products."
    )
