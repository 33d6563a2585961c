"""What the demo's people offer: two price lists, and a few options made for one customer each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from accounts import terms
from accounts.models import Contract, Price, Product, User
from accounts.services import last_term
from renewals.demo.script import DAY
from renewals.offers.services import make_option

SINCE = 200
"""So many days ago the prices began."""
LISTED = (
    ("vault", 12, "CNY", "1440", "6"),
    ("vault", 24, "CNY", "2700", "6"),
    ("dispatch", 12, "CNY", "1200", "6"),
    ("dispatch", 12, "USD", "700", "0"),
)


class Made(NamedTuple):
    """What is offered to one customer; `days` the offer stands."""

    number: str
    term: str
    seats: int
    unit: str
    discount: str = "0"
    currency: str = "CNY"
    tax: str = "6"
    days: int | None = None
    note: tuple[str, str] = ("", "")


MADE = (
    Made("BC-0107", "1 year", 60, "720"),
    Made("BC-0107", "3 years", 70, "2160", "10", days=3, note=("新增的 10 席按三年同价。", "")),
    Made("LT-0418", "1 year", 120, "760"),
    Made("LT-0418", "3 years", 120, "2280", "12", days=6),
    Made("HL-0042", "1 year", 18, "1200", "5", "USD", "0", 5, ("", "With the three seats you asked for in the call.")),
)


def offered(products: Mapping[str, Product], *, manager: User, now: datetime) -> None:
    """Prices on the lists, and options made by whoever looks after the contract."""
    day = (now - SINCE * DAY).date()
    Price.objects.bulk_create(
        [
            Price(
                product=products[code],
                months=months,
                currency=currency,
                unit=Decimal(unit),
                tax_rate=Decimal(tax),
                valid_from=day,
                entered_at=now - SINCE * DAY,
                entered_by=manager,
            )
            for code, months, currency, unit, tax in LISTED
        ],
        ignore_conflicts=True,
    )
    for one in MADE:
        make(one, now=now)


def make(one: Made, *, now: datetime) -> None:
    """One option, in its customer's language."""
    contract = Contract.objects.select_related("owner", "customer").get(number=one.number)
    assert contract.owner is not None
    until = (now + one.days * DAY).replace(minute=0, second=0, microsecond=0) if one.days else None
    make_option(
        last_term(contract),
        term=terms.parse_term(one.term),
        seats=one.seats,
        unit=Decimal(one.unit),
        discount=Decimal(one.discount),
        tax_rate=Decimal(one.tax),
        currency=one.currency,
        valid_ends_at=until and until + timedelta(hours=1),
        note=one.note[not contract.customer.language.startswith("zh")],
        by=contract.owner,
        now=now,
    )
