"""What a contract has beside its time: money, an owner, people to write to. Pure, against what is on record."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.ledger import money
from accounts.ledger.known import Known, KnownTerm
from accounts.ledger.settling import Dated
from accounts.ledger.work import ContactChange, Notes, Work, mark
from accounts.models.customers import name_key


class Beside:
    """Compares one contract after another. What one has said of a customer is known to the next."""

    def __init__(self, known: Known, notes: Notes, default_country: str) -> None:
        self._known = known
        self._notes = notes
        self._default_country = default_country
        self._contacts: dict[tuple[str, str], str] = {}
        self._told: set[tuple[str, str]] = set()

    def settle_currency(self, row: Dated, term: KnownTerm | None = None) -> None:
        """The currency of an amount that names none: the one on record, else that of the customer's country."""
        entry = row.entry
        if entry.value is None or entry.currency:
            return
        if term and term.currency and money.may_mean(entry.symbol, term.currency):
            entry.currency = term.currency
            return
        country = entry.country or self._default_country
        entry.currency = money.currency_of(entry.symbol, country) or money.currency_of("", self._default_country)
        said = f"{entry.symbol}{entry.value}"
        self._notes.assume(row, "currency_assumed", "value", said, currency=entry.currency)

    def owner(self, work: Work) -> None:
        """The owner whom the latest term names."""
        said = next((row for row in reversed(work.rows) if row.entry.owner), None)
        if said is None:
            return
        name = said.entry.owner
        owner = self._known.owners.get(name)
        if owner is None:
            code = "owner_several" if name in self._known.several_owners else "owner_unknown"
            for row in work.rows:
                self._notes.assume(row, code, "owner", row.entry.owner, owner=name)
            return
        before = work.contract.owner_id if work.contract else None
        if owner != before:
            work.owner = (before, owner)
            mark(said, "updated")

    def contacts(self, work: Work) -> None:
        """Everybody whom its rows name, those too that only repeat another row for one more person."""
        on_record = self._known.customers.get(work.customer_key)
        for row in _with_doubles(work):
            email, name = row.entry.contact_email, row.entry.contact_name
            if not (email or name):
                continue
            name = name or email.partition("@")[0][:100]
            key = (work.customer_key, email or name_key(name))
            pk, known_as = on_record.contacts.get(key[1], (None, None)) if on_record else (None, None)
            first = self._contacts.setdefault(key, name)
            if first != name:
                self._notes.assume(row, "contact_named_twice", "contact_name", name, name=first)
            elif key not in self._told and known_as != name:
                self._told.add(key)
                work.contacts.append(ContactChange(name, email, pk))
                mark(row, "updated")


def _with_doubles(work: Work) -> Iterator[Dated]:
    for row in work.rows:
        yield row
        yield from row.doubles
