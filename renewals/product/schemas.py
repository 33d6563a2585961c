"""What the API says, field by field: the shapes of its answers, as they stand in the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict

from renewals.entitlement import State
from renewals.product.instants import read_instant


def instant_said(said: Any) -> datetime:
    """An instant with its offset, as `?at=` takes it too."""
    if not isinstance(said, str):
        raise ValueError("Write an instant as text, such as 2026-11-27T16:00:00Z.")
    return read_instant(said)


def without_nul(text: str) -> str:
    """The text, refused where it holds a NUL, which no name has and no database takes."""
    if "\0" in text:
        raise ValueError("There is a NUL character in it.")
    return text


PlainText = Annotated[str, AfterValidator(without_nul), Field(json_schema_extra={"pattern": "^[^\\u0000]*$"})]


def on_one_line(said: Any) -> Any:
    """A number as the text that a ledger would have of it; lines joined."""
    if isinstance(said, int | float | Decimal) and not isinstance(said, bool):
        return str(said)
    return " ".join(said.split()) if isinstance(said, str) else said


Line = Annotated[PlainText, BeforeValidator(on_one_line), Field(max_length=254)]
AwareDatetime = Annotated[datetime, BeforeValidator(instant_said)]


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


class BatchItem(Schema):
    """One question of several."""

    contract: PlainText
    product: PlainText | None = None


class BatchAsked(Schema):
    """Up to 1,000 contract numbers, each with its product where the number covers several."""

    contracts: list[PlainText | BatchItem] = Field(max_length=1000, min_length=1)


class NotAnswered(Schema):
    """One question of several that cannot be answered."""

    contract: str
    problem: str = Field(description="The kind of problem, as in a problem's `type`.")
    detail: str
    products: list[str] | None = None


class BatchAnswer(Schema):
    """The answers, in the order of the questions."""

    answers: list[Entitlement | NotAnswered]


class TermTold(Schema):
    """One term of a contract: what was sold, and the exact minute that it leads to."""

    sold_from: str = Field(description="The start as it was said: a day, a wall time, an instant.")
    sold_as: str = Field(description="30 days, 1 year, through 2026-05-15, until 2026-05-15T18:00.")
    starts_at: datetime
    last_minute: LastMinute
    ends_at: datetime
    seats: int | None
    value: Decimal | None
    currency: str


class ContractTold(Schema):
    """One contract with its terms, the earliest first."""

    number: str
    product: str = Field(description="The product's code.")
    product_name: str
    customer: str
    country: str
    time_zone: str
    kind: Literal["paid", "trial"]
    owner: str = Field(description="The owner's e-mail address; empty where nobody owns it.")
    state: State
    renews_itself: bool
    terms: list[TermTold]


class ContractsTold(Schema):
    """A page of contracts. `next` leads to the following one; null on the last."""

    contracts: list[ContractTold]
    next: str | None


class ContractSaid(Schema):
    """A contract in the terms of a ledger: what is left out says nothing, and leaves what is on record."""

    model_config = ConfigDict(extra="forbid")

    customer: Line
    product: Line | None = None
    starts: Line | None = Field(default=None, description="2026-05-01, 2026-05-01T15:00 or 2026-05-01T15:00+08:00.")
    ends: Line | None = Field(default=None, description="2026-05-15 (through the end of it) or 2026-05-15T18:00.")
    term: Line | None = Field(default=None, description="30 days, 1 year, 12 months, instead of an end.")
    value: Line | None = None
    currency: Line | None = None
    seats: Line | None = None
    owner: Line | None = None
    contact_name: Line | None = None
    contact_email: Line | None = None
    time_zone: Line | None = None
    country: Line | None = None


class ContractTaken(Schema):
    """The contract as it is on record now, and what was taken for granted in reading what was sent (rule 6)."""

    outcome: Literal["created", "updated", "unchanged"]
    assumptions: list[str]
    contract: ContractTold


class Happening(Schema):
    """One entry of a contract's story."""

    at: datetime
    kind: str
    planned: bool = Field(description="It has not come yet, and may still change.")
    title: Text
    detail: Text
    actor: str


class StoryTold(Schema):
    """A contract's story, the oldest first."""

    contract: str
    events: list[Happening]


class SignalSaid(Schema):
    """One usage signal. `user` is your own id of a person: only a keyed hash of it is stored."""

    contract: PlainText
    product: PlainText | None = None
    at: AwareDatetime
    metric: Annotated[PlainText, Field(min_length=1, max_length=60)]
    value: Annotated[float, Field(strict=True, allow_inf_nan=False)] = 1
    user: Annotated[PlainText, Field(max_length=200)] | None = None


class UsageSaid(Schema):
    """Up to 5,000 signals."""

    signals: list[SignalSaid] = Field(min_length=1, max_length=5000)


class SignalRefused(Schema):
    """One signal that could not be taken, by its place in what was sent, from 0."""

    place: int
    contract: str
    problem: str
    detail: str


class UsageTaken(Schema):
    """How many signals were taken, and those that were not."""

    taken: int
    refused: list[SignalRefused]


class LockSaid(Schema):
    """When your product really locked a contract."""

    contract: PlainText
    product: PlainText | None = None
    locked_at: AwareDatetime


class LockTaken(Schema):
    """The observation beside the promise. `early_by` is how many seconds too early it was; 0 or less: not too early."""

    contract: str
    product: str
    locked_at: datetime
    promised_at: datetime | None = Field(description="When the lock was due; null where nothing was to lock.")
    early_by: int | None


class BusySaid(Schema):
    """A session of your product with work in progress."""

    contract: PlainText
    product: PlainText | None = None
    session: Annotated[PlainText, Field(min_length=1, max_length=200)]
    busy_until: AwareDatetime


class BusyTaken(Schema):
    """What that means for the session: until when it may go on."""

    contract: str
    product: str
    allowed: bool
    lock_at: datetime | None = Field(description="When this session is locked, as things stand; null: not at all.")


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
