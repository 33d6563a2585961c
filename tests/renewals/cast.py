"""The cast of the stories around the last minute, at one fixed instant.

T is Monday 23 November 2026, 12:07 in Shanghai. 澜图 (Lan Tu) in Shanghai has Lin, who is told about ends; Chen looks
after them. Plain functions: a test says what differs and nothing else.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from accounts import terms
from accounts.models import Contact, Contract, Customer, Product, User
from accounts.services import default_calendar, sign
from renewals.locking.models import Clock

T = datetime(2026, 11, 23, 4, 7, tzinfo=UTC)


def utc(text: str) -> datetime:
    """`"2026-11-27T16:00"` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def chen(**said: Any) -> User:
    known = {"name": "陈舟", "phone": "+86 138 0000 0000", "language": "zh-hans"}
    found = User.objects.filter(email="chen@vendor.test").first()
    return found or User.objects.create_user("chen@vendor.test", **(known | said))


def lan_tu(*, zone: str = "Asia/Shanghai", country: str = "CN", **said: Any) -> Customer:
    said = {"name": "澜图设计", "language": "zh-hans", "owner": chen()} | said
    return Customer.objects.create(time_zone=zone, country=country, calendar=default_calendar(country), **said)


def lin(customer: Customer, **said: Any) -> Contact:
    said = {"name": "林岚", "salutation": "林女士", "email": "lin@lantu.test"} | said
    return Contact.objects.create(customer=customer, **said)


def collab() -> Product:
    return Product.objects.get_or_create(code="collab", defaults={"name": "协作专业版"})[0]


def contract(
    customer: Customer,
    *,
    through: str = "2026-11-27",
    until: str = "",
    start: str = "2025-11-28",
    number: str = "LT-2026-01",
    now: datetime | None = None,
    **details: Any,
) -> Contract:
    """A contract that runs through the end of a day (Friday 27 November unless said), or until a minute."""
    return sign(
        number=number,
        product=details.pop("product", None) or collab(),
        customer=customer,
        start=date.fromisoformat(start),
        term=terms.parse_term(f"until {until}" if until else f"through {through}"),
        by="a test",
        now=now or utc("2025-11-28T02:00"),
        **({"owner": customer.owner} | details),
    )


def lan_tu_contract(**said: Any) -> Contract:
    """The usual story: Lan Tu in Shanghai, with Lin, through Friday 27 November 2026."""
    customer = lan_tu()
    lin(customer)
    return contract(customer, **said)


def clock_of(found: Contract, *, at: datetime = T) -> Clock:
    return Clock.objects.counting(at=at).get(contract=found)
