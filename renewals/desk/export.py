"""The list of contracts as a file: every end to the minute with its zone, and as a UTC instant (rule 4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.tables.files import Column, utc
from renewals.desk.rows import Row
from renewals.desk.words import STATES


def last_minute(clock: Row) -> str:
    """The promise as it stands: wall time, its zone in the next column."""
    return clock.term.last_minute.isoformat(sep=" ", timespec="minutes")


def owner(clock: Row) -> str:
    """By e-mail, as a ledger names an owner."""
    return clock.contract.owner.email if clock.contract.owner else ""


def first_told(clock: Row) -> str:
    """When someone at the customer was first told of this end."""
    return utc(min((evidence.at for evidence in clock.term.evidence_list), default=None))


def health(clock: Row) -> int | None:
    """The score of the last whole day, where the list was read with it."""
    return getattr(clock, "health", None)


CONTRACT_COLUMNS = [
    Column(heading=_("number"), cell=lambda clock: clock.contract.number),
    Column(heading=_("customer"), cell=lambda clock: clock.contract.customer.name),
    Column(heading=_("segment"), cell=lambda clock: clock.contract.customer.segment),
    Column(heading=_("product"), cell=lambda clock: clock.contract.product.name),
    Column(heading=_("kind"), cell=lambda clock: clock.contract.get_kind_display()),
    Column(heading=_("state"), cell=lambda clock: str(STATES[clock.state])),
    Column(heading=_("last minute"), cell=last_minute),
    Column(heading=_("time zone"), cell=lambda clock: clock.term.time_zone),
    Column(heading=_("ends at (UTC)"), cell=lambda clock: utc(clock.ends_at)),
    Column(heading=_("buffer ends at (UTC)"), cell=lambda clock: utc(clock.buffer_ends_at)),
    Column(heading=_("locks at (UTC)"), cell=lambda clock: utc(clock.lock_at)),
    Column(heading=_("first told at (UTC)"), cell=first_told),
    Column(heading=_("seats"), cell=lambda clock: clock.term.seats),
    Column(heading=_("value"), cell=lambda clock: clock.term.value),
    Column(heading=_("currency"), cell=lambda clock: clock.term.currency),
    Column(heading=_("owner"), cell=owner),
    Column(heading=_("health"), cell=health),
]


CUSTOMER_COLUMNS = [
    Column(heading=_("customer"), cell=lambda customer: customer.name),
    Column(heading=_("country"), cell=lambda customer: customer.country),
    Column(heading=_("time zone"), cell=lambda customer: customer.time_zone),
    Column(heading=_("language"), cell=lambda customer: customer.get_language_display()),
    Column(heading=_("segment"), cell=lambda customer: customer.segment),
    Column(heading=_("contracts"), cell=lambda customer: customer.contract_count),
    Column(heading=_("most urgent end at (UTC)"), cell=lambda customer: utc(customer.urgent_ends_at)),
    Column(heading=_("state"), cell=lambda customer: str(STATES.get(customer.urgent_state, ""))),
    Column(heading=_("owner"), cell=lambda customer: customer.owner.email if customer.owner else ""),
]
