"""What is on record already of the things a ledger names, fetched for many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from accounts import terms
from accounts.models import Contact, Contract, ContractTerm, Customer, Product, User
from accounts.models.customers import name_key
from accounts.services import owners_called

T = TypeVar("T")
AT_ONCE = 5_000
NAMELESS = "default"
"""The product of contracts whose ledger names none."""


@dataclass(slots=True)
class KnownCustomer:
    """`contacts` are keys and names by e-mail address; a contact without one goes by the key of its name.

    `visible` is False where the importing person may not see the customer.
    """

    pk: int
    name: str
    time_zone: str
    contacts: dict[str, tuple[int, str]] = field(default_factory=dict)
    visible: bool = True


@dataclass(frozen=True, slots=True)
class KnownTerm:
    pk: int
    sold_from: str
    sold_as: str
    time_zone: str
    last_minute: datetime
    whole_day: bool
    starts_at: datetime
    ends_at: datetime
    seats: int | None
    value: Decimal | None
    currency: str
    recorded_at: datetime

    @property
    def starts_when_loaded(self) -> bool:
        """Whether its start is the one that an import chooses for a ledger without starts."""
        loaded = self.recorded_at.astimezone(terms.zone(self.time_zone)).date()
        return self.sold_from == min(loaded, self.last_minute.date()).isoformat()


@dataclass(slots=True)
class KnownContract:
    """`visible` is False where the importing person may not see it. Terms are in order of time."""

    pk: int
    product_key: str
    customer_id: int
    customer_name: str
    owner_id: int | None
    visible: bool = True
    terms: list[KnownTerm] = field(default_factory=list)


@dataclass(slots=True)
class Known:
    """Customers and owners by what the ledger calls them; products by the key of their name, or of their code."""

    customers: dict[str, KnownCustomer] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    product_keys: dict[int, str] = field(default_factory=dict)
    product_names: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    owners: dict[str, int | None] = field(default_factory=dict)
    several_owners: set[str] = field(default_factory=set)


def fetch_known(customer_keys: Iterable[str], owners: Iterable[str], by: User | None) -> Known:
    """Customers with their contacts, owners, and all products. Customers that `by` may not see are marked."""
    known = Known()
    for batch in batches(customer_keys):
        for pk, key, name, zone in Customer.objects.filter(key__in=batch).values_list("pk", "key", "name", "time_zone"):
            known.customers[key] = KnownCustomer(pk, name, zone)
    _fetch_beside({customer.pk: customer for customer in known.customers.values()}, by)
    for said in owners:
        found = owners_called(said)
        known.owners[said] = found[0].pk if len(found) == 1 else None
        if len(found) > 1:
            known.several_owners.add(said)
    _fetch_products(known)
    return known


def _fetch_beside(by_pk: Mapping[int, KnownCustomer], by: User | None) -> None:
    """Contacts of customers, and which of them `by` may not see."""
    for pks in batches(by_pk):
        rows = Contact.objects.filter(customer_id__in=pks).values_list("customer_id", "pk", "email", "name")
        for customer, pk, email, name in rows:
            by_pk[customer].contacts[email or name_key(name)] = (pk, name)
        if by is not None and not by.sees_everything:
            seen = set(Customer.objects.visible_to(by).filter(pk__in=pks).values_list("pk", flat=True))
            for pk in pks:
                by_pk[pk].visible = pk in seen


def _fetch_products(known: Known) -> None:
    products = list(Product.objects.order_by("-pk").values_list("pk", "code", "name"))
    for pk, code, name in products:
        known.product_keys[pk] = name_key(name)
        known.products[name_key(name)] = pk
        known.product_names[name_key(name)] = name
        known.codes.add(code)
    for pk, code, _name in products:
        known.products.setdefault(name_key(code), pk)


def products_held(numbers: Iterable[str], known: Known) -> Mapping[str, set[str]]:
    """The keys of the products that each of these numbers has a contract for on record."""
    found: dict[str, set[str]] = defaultdict(set)
    for batch in batches(numbers):
        for number, product in Contract.objects.filter(number__in=batch).values_list("number", "product_id"):
            found[number].add(known.product_keys[product])
    return found


def fetch_contracts(numbers: Sequence[str], known: Known, by: User | None) -> Mapping[str, list[KnownContract]]:
    """Contracts of these numbers with all of their terms. Those that `by` may not see are marked."""
    by_pk: dict[int, KnownContract] = {}
    found: dict[str, list[KnownContract]] = defaultdict(list)
    fields = ("pk", "number", "product_id", "customer_id", "customer__name", "owner_id")
    for pk, number, product, customer, name, owner in Contract.objects.filter(number__in=numbers).values_list(*fields):
        by_pk[pk] = KnownContract(pk, known.product_keys[product], customer, name, owner)
        found[number].append(by_pk[pk])
    _fetch_terms(by_pk)
    if by is not None and not by.sees_everything:
        seen = set(Contract.objects.visible_to(by).filter(number__in=numbers).values_list("pk", flat=True))
        for pk, contract in by_pk.items():
            contract.visible = pk in seen
    return found


def _fetch_terms(by_pk: Mapping[int, KnownContract]) -> None:
    names = "contract_id pk sold_from sold_as time_zone last_minute whole_day starts_at ends_at seats value currency "
    names += "recorded_at"
    found = ContractTerm.objects.filter(contract_id__in=list(by_pk)).order_by("starts_at")
    for contract_id, *term in found.values_list(*names.split()):
        by_pk[contract_id].terms.append(KnownTerm(*term))


def batches(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
