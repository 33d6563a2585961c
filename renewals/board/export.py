"""The pipeline as a file: every end to the minute with its zone, and as a UTC instant (rule 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.tables.files import Column, utc
from renewals.board.rows import Risks, Row, clock_of
from renewals.desk.words import STATES
from renewals.pipeline.models import Category
from renewals.pipeline.rates import Rates, home
from renewals.risk.words import because

MINUTE_SECONDS = 60


def state(one: Row) -> str:
    clock = clock_of(one)
    return str(STATES[clock.state]) if clock else ""


def columns(*, rates: Rates, now: datetime) -> Mapping[str, Sequence[Column]]:
    """The columns of a file, under the column of the table that shows the same."""
    risks = Risks(now=now)
    return {
        "last_minute": [
            Column(
                heading=_("last minute"),
                cell=lambda one: one.term.last_minute.isoformat(sep=" ", timespec="minutes"),
            ),
            Column(heading=_("time zone"), cell=lambda one: one.term.time_zone),
            Column(heading=_("ends at (UTC)"), cell=lambda one: utc(one.ends_at)),
            Column(
                heading=_("minutes left"), cell=lambda one: int((one.ends_at - now).total_seconds() // MINUTE_SECONDS)
            ),
        ],
        "customer": [
            Column(heading=_("customer"), cell=lambda one: one.contract.customer.name),
            Column(heading=_("segment"), cell=lambda one: one.contract.customer.segment),
            Column(heading=_("product"), cell=lambda one: one.contract.product.name),
            Column(heading=_("number"), cell=lambda one: one.contract.number),
        ],
        "stage": [
            Column(heading=_("stage"), cell=lambda one: str(one.stage)),
            Column(heading=_("state"), cell=state),
            Column(heading=_("why it is lost"), cell=lambda one: str(one.loss_reason or "")),
            Column(heading=_("in words"), cell=lambda one: one.loss_words),
        ],
        "amount": [
            Column(heading=_("amount now"), cell=lambda one: one.amount_now),
            Column(heading=_("currency now"), cell=lambda one: one.currency_now),
            Column(heading=_("expected amount"), cell=lambda one: one.amount),
            Column(heading=_("currency"), cell=lambda one: one.currency),
            Column(
                heading=_("expected in %(currency)s") % {"currency": home()},
                cell=lambda one: rates.into_home(one.amount, one.currency),
            ),
        ],
        "category": [
            Column(heading=_("forecast"), cell=lambda one: str(Category(one.category).label)),
            Column(heading=_("probability"), cell=lambda one: one.probability),
        ],
        "next_step": [
            Column(heading=_("next step"), cell=lambda one: one.next_step),
            Column(heading=_("by the day"), cell=lambda one: one.next_step_on.isoformat() if one.next_step_on else ""),
        ],
        "health": [Column(heading=_("health"), cell=lambda one: one.health)],
        "risk": [
            Column(
                heading=_("risk"), cell=lambda one: found.points if (found := risks.of(one)) else None, read=risks.read
            ),
            Column(heading=_("why"), cell=lambda one: because(found.reasons) if (found := risks.of(one)) else ""),
        ],
        "csm": [
            Column(heading=_("CSM"), cell=lambda one: one.contract.owner.email if one.contract.owner else ""),
        ],
    }
