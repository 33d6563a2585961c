"""Contracts and terms as they were: what was changed since an instant is undone, from the record, in memory."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import datetime, time
from typing import Any, TypeVar

from django.db import models

from accounts import terms
from accounts.models import Amendment, Contract, ContractTerm

Row = TypeVar("Row", bound=models.Model)
UNDONE = (Amendment.Kind.EXTENDED, Amendment.Kind.SHORTENED, Amendment.Kind.RECONCILED, Amendment.Kind.CHANGED)
"""What changed a row that was there already; a signature or a renewal made a new one."""
LAST_OF_A_DAY = time(23, 59)


def contract_at(contract: Contract, amendments: Iterable[Amendment], *, at: datetime) -> Contract:
    """The contract with its own fields as they were: not saved. Whose it is stays as it is: of that names are kept."""
    own = [one for one in amendments if one.term_id is None]
    return undone(contract, own, at=at)


def terms_at(contract: Contract, amendments: Iterable[Amendment], *, at: datetime) -> list[ContractTerm]:
    """The terms that were on record, as they were, in order; none of them saved."""
    changes = list(amendments)
    found = []
    for term in contract.terms.all():
        if term.recorded_at <= at:
            was = undone(term, [one for one in changes if one.term_id == term.pk], at=at)
            was.contract = contract
            found.append(was)
    return sorted(found, key=lambda term: term.starts_at)


def undone(row: Row, amendments: Iterable[Amendment], *, at: datetime) -> Row:
    """A copy of a row without the changes that came after an instant, the last one undone first."""
    was = copy(row)
    later = [one for one in amendments if one.at > at and one.kind in UNDONE]
    for amendment in sorted(later, key=lambda one: (one.at, one.pk), reverse=True):
        for name, value in amendment.before.items():
            put_back(was, name, value)
        if isinstance(was, ContractTerm) and amendment.kind in Amendment.MOVES:
            whole_day = was.last_minute.time() == LAST_OF_A_DAY
            was.ends_at = terms.end_instant(was.last_minute, was.time_zone, whole_day=whole_day)
    return was


def put_back(row: models.Model, name: str, said: Any) -> None:
    """One field as an amendment keeps it: as text, "" for what was not there."""
    field = row._meta.get_field(name)
    if not isinstance(field, models.Field) or field.is_relation:
        return
    if isinstance(field, models.BooleanField):
        setattr(row, name, said in (True, "True"))
    else:
        setattr(row, name, None if said in ("", None) and field.null else field.to_python(said))
