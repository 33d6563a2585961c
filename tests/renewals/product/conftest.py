"""A contract that ends on Friday 27 November 2026 at 23:59 in Shanghai, and keys to ask about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from accounts import terms
from accounts.models import Contract, Customer, Product, User
from accounts.services import default_calendar, sign
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.product.keys import make_key
from renewals.product.models import Scope

T = datetime(2026, 11, 23, 4, 7, tzinfo=UTC)
ENDS_AT = datetime(2026, 11, 27, 16, tzinfo=UTC)
LOCK_AT = datetime(2026, 11, 30, 1, tzinfo=UTC)
NUMBER = "云合/2025-117"


@pytest.fixture
def product(db: None) -> Product:
    return Product.objects.create(code="pro", name="协作专业版")


@pytest.fixture
def customer(db: None) -> Customer:
    owner = User.objects.create_user("chen@vendor.test", name="陈舟", phone="+86 21 5555 0100")
    return Customer.objects.create(
        name="澜图科技",
        time_zone="Asia/Shanghai",
        country="CN",
        calendar=default_calendar("CN"),
        owner=owner,
    )


def sign_for(customer: Customer, product: Product, number: str = NUMBER) -> Contract:
    return sign(
        number=number,
        product=product,
        customer=customer,
        start=date(2025, 11, 28),
        term=terms.Term.through(date(2026, 11, 27)),
        by="ledger",
        now=datetime(2025, 11, 20, 2, tzinfo=UTC),
        owner=customer.owner,
    )


@pytest.fixture
def contract(customer: Customer, product: Product) -> Contract:
    return sign_for(customer, product)


@pytest.fixture
def told_contract(contract: Contract) -> Contract:
    told_at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=told_at, now=told_at)
    return contract


@pytest.fixture
def ask(db: None, client: Client, set_clock: Callable[[datetime], None]) -> Callable[..., object]:
    """GETs an entitlement with a key that may ask."""
    key = make_key("the product", ["entitlements:read"], now=T)
    traveller = make_key("support", ["entitlements:read", "time:travel"], now=T)

    def get(number: str = NUMBER, *, now: datetime = T, travels: bool = False, method: str = "get", **query: str):
        set_clock(now)
        headers = {"Authorization": f"Bearer {traveller if travels else key}", **query.pop("headers", {})}
        return getattr(client, method)(f"/api/v1/entitlements/{number}", query, headers=headers)

    return get


@pytest.fixture
def call(db: None, client: Client, set_clock: Callable[[datetime], None]) -> Callable[..., object]:
    """Calls the API with a key that may do everything, or with the scopes that a test names."""
    keys: dict[tuple[str, ...], str] = {}

    def send(
        method: str, path: str, body: object = None, *, now: datetime = T, scopes=tuple(Scope.values), **headers: str
    ):
        set_clock(now)
        key = keys.get(scopes) or make_key(f"key {len(keys)}", scopes, now=now)
        keys[scopes] = key
        said = {"content_type": "application/json"} if body is not None else {}
        headers = {"Authorization": f"Bearer {key}", **{name.replace("_", "-"): said for name, said in headers.items()}}
        return getattr(client, method)(f"/api/v1/{path}", body, headers=headers, **said)

    return send
