"""One batch of a plan, written in one transaction with the record of what changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from accounts.bulk import Row, create_all, update_all
from accounts.ledger.known import NAMELESS, Known, KnownCustomer, KnownTerm
from accounts.ledger.settling import Dated
from accounts.ledger.work import Changed, Plan, Work
from accounts.models import Amendment, Contact, Contract, ContractTerm, Customer, Product, User
from accounts.models.contracts import promise as kept
from accounts.seam import facts_changed, people_changed
from accounts.services import Actor, default_calendar

CHINESE_READERS = frozenset({"CN", "HK", "MO", "TW"})
_CHINESE = re.compile(r"[\u3400-\u9fff]")
WRITTEN = (
    *("sold_from", "starts_at", "sold_as", "time_zone", "last_minute", "whole_day", "ends_at"),
    *("seats", "value", "currency"),
)
CODE_LENGTH = 60


class ChangedMeanwhile(Exception):
    """A term was changed by somebody else between the reading and the taking."""


class Writer:
    """What it made becomes known to later batches by `remember`, once it is committed."""

    def __init__(self, plan: Plan, known: Known, *, by: Actor, now: datetime) -> None:
        self._plan = plan
        self._known = known
        self._by_user = by.pk if isinstance(by, User) else None
        self._by_name = str(by)[:200]
        self._now = now
        self._customers: dict[str, KnownCustomer] = {}
        self._products: dict[str, int] = {}
        self._calendars: dict[str, int] = {}
        self._contracts: dict[int, int] = {}
        self._amendments: list[Row] = []

    def write(self, batch: Sequence[Work]) -> None:
        """Write a batch, inside a transaction. Raises `ChangedMeanwhile` and what the database raises."""
        _lock(batch)
        self._write_products(batch)
        self._write_customers(batch)
        self._write_contracts(batch)
        self._write_changes([change for work in batch for change in work.changed])
        self._write_terms(batch)
        self._name_products([work for work in batch if work.names_product])
        self._write_owners([work for work in batch if work.contract and work.owner])
        self._write_contacts(batch)
        create_all(Amendment, self._amendments)
        facts_changed(sorted({row["contract_id"] for row in self._amendments}), now=self._now)

    def remember(self) -> None:
        """What was made is on record for the batches to come."""
        self._known.products.update(self._products)
        self._known.customers.update(self._customers)

    def _write_products(self, batch: Sequence[Work]) -> None:
        wanted = {work.product_key for work in batch if work.contract is None or work.names_product}
        new = wanted - self._known.products.keys()
        names = {key: self._plan.product_names[key] for key in sorted(new)}
        rows = [{"name": name, "code": _free_code(name, self._known.codes)} for name in names.values()]
        self._products = dict(zip(names, create_all(Product, rows), strict=True))

    def _write_customers(self, batch: Sequence[Work]) -> None:
        new: dict[str, Row] = {}
        for work in batch:
            if work.customer_key not in self._known.customers and work.customer_key not in new:
                new[work.customer_key] = self._new_customer(work)
        for row, pk in zip(new.values(), create_all(Customer, list(new.values())), strict=True):
            self._customers[row["key"]] = KnownCustomer(pk, row["name"], row["time_zone"])

    def _new_customer(self, work: Work) -> Row:
        first = work.rows[0]
        country, name = first.customer_country, first.entry.customer
        if country not in self._calendars:
            self._calendars[country] = default_calendar(country).pk
        reads_chinese = country in CHINESE_READERS or (not country and _CHINESE.search(name))
        return {
            "name": name,
            "key": work.customer_key,
            "time_zone": first.customer_zone,
            "country": country,
            "calendar_id": self._calendars[country],
            "language": "zh-hans" if reads_chinese else "en",
            "owner_id": work.owner[1] if work.owner else None,
        }

    def _write_contracts(self, batch: Sequence[Work]) -> None:
        new = [work for work in batch if work.contract is None]
        rows = [
            {
                "number": work.number,
                "product_id": self._product_id(work.product_key),
                "customer_id": self._customer_id(work.customer_key),
                "owner_id": work.owner[1] if work.owner else None,
            }
            for work in new
        ]
        self._contracts = {id(work): pk for work, pk in zip(new, create_all(Contract, rows), strict=True)}

    def _write_terms(self, batch: Sequence[Work]) -> None:
        rows: list[Row] = []
        before: list[Row | None] = []
        for work in batch:
            contract_id = work.contract.pk if work.contract else self._contracts[id(work)]
            ended = [_fields(term) for term in work.contract.terms] if work.contract else []
            for row in work.new_terms:
                before.append(_last_before(row, ended))
                rows.append(self._term(contract_id, row))
                ended.append(rows[-1])
        made = list(zip(create_all(ContractTerm, rows), rows, before, strict=True))
        self._take_back_the_no({term["contract_id"]: term for _pk, term, last in made if last})
        for pk, term, last in made:
            kind = Amendment.Kind.RENEWED if last else Amendment.Kind.SIGNED
            old = kept(last["last_minute"], last["time_zone"]) if last else {}
            self._record(term["contract_id"], kind, pk, old, kept(term["last_minute"], term["time_zone"]))

    def _take_back_the_no(self, renewed: Mapping[int, Row]) -> None:
        """Who said that they leave, and is on the ledger with a term that ends later, stays after all."""
        left = Contract.objects.filter(pk__in=renewed, declined_at__isnull=False)
        stays = {pk: at for pk, at in left.values_list("pk", "declined_at") if renewed[pk]["ends_at"] > at}
        Contract.objects.filter(pk__in=stays).update(declined_at=None)
        for pk, at in stays.items():
            self._record(pk, Amendment.Kind.CHANGED, None, {"declined_at": str(at)}, {"declined_at": ""})

    def _term(self, contract_id: int, row: Dated) -> Row:
        promise, entry = row.promise, row.entry
        return {
            "contract_id": contract_id,
            "sold_from": promise.sold_from,
            "sold_as": str(promise.term),
            "time_zone": promise.zone,
            "last_minute": promise.last_minute,
            "whole_day": promise.whole_day,
            "starts_at": promise.starts_at,
            "ends_at": promise.ends_at,
            "seats": entry.seats,
            "value": entry.value,
            "currency": entry.currency if entry.value is not None else "",
            "recorded_at": self._now,
        }

    def _write_changes(self, changes: Sequence[Changed]) -> None:
        """Later ends and what is beside the time. Each term is written only if its end is still what was read."""
        rows = []
        for change in changes:
            after = _after(change)
            rows.append((change.term.pk, *(after[name] for name in WRITTEN), change.term.ends_at))
            self._record_change(change, after)
        if update_all(ContractTerm, WRITTEN, rows, unless="ends_at") != len(rows):
            raise ChangedMeanwhile

    def _record_change(self, change: Changed, after: dict[str, Any]) -> None:
        term, contract_id = change.term, change.contract_id
        if change.extends:
            old, new = kept(term.last_minute, term.time_zone), kept(after["last_minute"], after["time_zone"])
            self._record(contract_id, Amendment.Kind.EXTENDED, term.pk, old, new)
        names = ("sold_from", "seats", "value", "currency", *(() if change.extends else ("time_zone",)))
        differing = [name for name in names if getattr(term, name) != after[name]]
        if differing:
            old, new = ({name: _plain(source[name]) for name in differing} for source in (_fields(term), after))
            self._record(contract_id, Amendment.Kind.CHANGED, term.pk, old, new)

    def _name_products(self, works: Sequence[Work]) -> None:
        """Contracts from a ledger without products have the one now that a ledger names."""
        named = [(work, work.contract) for work in works if work.contract]
        update_all(
            Contract, ("product",), [(contract.pk, self._product_id(work.product_key)) for work, contract in named]
        )
        for work, contract in named:
            old, new = {"product": NAMELESS}, {"product": work.rows[0].entry.product}
            self._record(contract.pk, Amendment.Kind.CHANGED, None, old, new)

    def _write_owners(self, works: Sequence[Work]) -> None:
        rows = [(work.contract.pk, work.owner[1]) for work in works if work.contract and work.owner]
        update_all(Contract, ("owner",), rows)
        users = {pk for work in works if work.owner for pk in work.owner if pk}
        names = {user.pk: str(user) for user in User.objects.filter(pk__in=users)}
        for work in works:
            if work.contract and work.owner:
                old, new = ({"owner": names.get(pk or 0, "")} for pk in work.owner)
                self._record(work.contract.pk, Amendment.Kind.CHANGED, None, old, new)

    def _write_contacts(self, batch: Sequence[Work]) -> None:
        new: list[Row] = []
        for work in batch:
            customer = self._known.customers.get(work.customer_key) or self._customers[work.customer_key]
            for contact in work.contacts:
                if contact.pk:
                    Contact.objects.filter(pk=contact.pk).update(name=contact.name)
                else:
                    new.append({"customer_id": customer.pk, "name": contact.name, "email": contact.email})
        create_all(Contact, new)
        known = {row["customer_id"] for row in new} - {customer.pk for customer in self._customers.values()}
        if known:
            people_changed(Contract.objects.filter(customer__in=known).values_list("pk", flat=True), now=self._now)

    def _record(
        self, contract_id: int, kind: Amendment.Kind, term_id: int | None, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        self._amendments.append(
            {
                "contract_id": contract_id,
                "term_id": term_id,
                "kind": kind.value,
                "at": self._now,
                "by_user_id": self._by_user,
                "by_name": self._by_name,
                "before": before,
                "after": after,
            }
        )

    def _product_id(self, key: str) -> int:
        return self._products.get(key) or self._known.products[key]

    def _customer_id(self, key: str) -> int:
        return (self._customers.get(key) or self._known.customers[key]).pk


def _last_before(row: Dated, terms: Sequence[Row]) -> Row | None:
    """The term that a new one renews: the last that ends before it begins. An older one added later renews none."""
    earlier = (term for term in terms if term["ends_at"] <= row.promise.starts_at)
    return max(earlier, key=lambda term: term["ends_at"], default=None)


def _lock(batch: Sequence[Work]) -> None:
    pks = [work.contract.pk for work in batch if work.contract]
    list(
        Contract.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=pks)
        .order_by("pk")
        .values_list("pk")
    )


def _fields(term: KnownTerm) -> Row:
    """A term on record as its columns."""
    return {field.name: getattr(term, field.name) for field in fields(term)}


def _after(change: Changed) -> dict[str, Any]:
    """The term's columns as they will be. A blank cell leaves what was."""
    term, promise, entry = change.term, change.row.promise, change.row.entry
    after = dict(_fields(term))
    if change.starts:
        after |= {"sold_from": promise.sold_from, "starts_at": promise.starts_at}
    if change.extends or change.row.zone_said:
        after |= {"sold_as": str(promise.term), "time_zone": promise.zone, "last_minute": promise.last_minute}
        after |= {"whole_day": promise.whole_day, "ends_at": promise.ends_at}
    if entry.seats is not None:
        after["seats"] = entry.seats
    if entry.value is not None:
        after |= {"value": entry.value, "currency": entry.currency}
    return after


def _plain(value: object) -> object:
    """A value as an amendment's JSON holds it."""
    return value if value is None or isinstance(value, int | str) else str(value)


def _free_code(name: str, codes: set[str]) -> str:
    """A code for a new product that no other has, from its name; `codes` grows by it."""
    stem = slugify(name, allow_unicode=True)[: CODE_LENGTH - 6].strip("-_") or "product"
    code, number = stem, 2
    while code in codes:
        code, number = f"{stem}-{number}", number + 1
    codes.add(code)
    return code
