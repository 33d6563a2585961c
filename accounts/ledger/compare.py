"""The rows of a contract against what is on record of it: what they extend, add, change, or contradict. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts import terms
from accounts.ledger.beside import Beside
from accounts.ledger.known import KnownContract, KnownTerm
from accounts.ledger.settling import Dated, Promise, joined, said_end
from accounts.ledger.work import Changed, Notes, Work, mark


class Comparer:
    """Compares one contract after another."""

    def __init__(self, beside: Beside, notes: Notes) -> None:
        self._beside = beside
        self._notes = notes

    def compare(self, work: Work, contract: KnownContract) -> None:
        """What these rows change. Where one of them contradicts the record, none of them does."""
        asked = [row for row in work.rows if not self._row(work, contract, row)]
        if asked:
            moving = [row for row in work.rows if row.outcome == "updated"]
            self._notes.hold_back(moving, asked)
            work.new_terms, work.changed = [], []

    def _row(self, work: Work, contract: KnownContract, row: Dated) -> bool:
        """Take in one row; False where its period overlaps another one on record."""
        term = self._match(row, contract.terms)
        if term is not None:
            return self._term(work, contract, row, term)
        if clash := next((known for known in contract.terms if _overlap(row.promise, known)), None):
            return self._ask(row, clash)
        self._beside.settle_currency(row)
        work.new_terms.append(row)
        mark(row, "updated")
        return True

    def _ask(self, row: Dated, clash: KnownTerm) -> bool:
        self._notes.refuse(row, "overlaps_record", "ends", said_end(row.entry), **_span(clash))
        return False

    def _match(self, row: Dated, stored: Sequence[KnownTerm]) -> KnownTerm | None:
        """The stored term that a row is about: the one with its start, joined where it begins on a last day."""
        promise = row.promise
        if not promise.starts_known:
            same_end = [term for term in stored if term.ends_at == promise.ends_at]
            return same_end[0] if same_end else stored[-1] if stored else None
        for term in stored:
            if term.starts_at == promise.starts_at or term.sold_from == promise.sold_from:
                return term
        if loaded := next((term for term in stored if _covers(promise, term)), None):
            return loaded
        before = next((term for term in stored if _begins_on_last_day(promise, term)), None)
        if before is None or promise.ends_at <= before.ends_at:
            return None
        row.promise = joined(promise, before.ends_at)
        self._notes.assume(row, "joins", "starts", promise.start_on.isoformat(), _wall(row.promise))
        return next((term for term in stored if term.starts_at == before.ends_at), None)

    def _term(self, work: Work, contract: KnownContract, row: Dated, term: KnownTerm) -> bool:
        promise = row.promise
        if promise.ends_at < term.ends_at:
            self._notes.refuse(row, "ends_earlier", "ends", said_end(row.entry), promised=_minute(term))
            return True
        extends, starts = promise.ends_at > term.ends_at, self._start(row, term)
        begins, ends = promise.starts_at if starts else term.starts_at, max(promise.ends_at, term.ends_at)
        others = (known for known in contract.terms if known is not term)
        if clash := next((known for known in others if begins < known.ends_at and known.starts_at < ends), None):
            return self._ask(row, clash)
        self._beside.settle_currency(row, term)
        if extends or starts or _says_otherwise(row, term):
            work.changed.append(Changed(contract.pk, term, row, extends, starts))
            mark(row, "updated")
        return True

    def _start(self, row: Dated, term: KnownTerm) -> bool:
        """Whether the row's start takes the place of one that an import chose: an earlier one does, none later."""
        promise = row.promise
        if not promise.starts_known or term.sold_from == promise.sold_from or not _covers(promise, term):
            return False
        earlier = promise.starts_at < term.starts_at
        code = "start_corrected" if earlier else "start_kept"
        self._notes.assume(row, code, "starts", term.sold_from, promise.sold_from if earlier else term.sold_from)
        return earlier


def _overlap(promise: Promise, term: KnownTerm) -> bool:
    return promise.starts_at < term.ends_at and term.starts_at < promise.ends_at


def _covers(promise: Promise, term: KnownTerm) -> bool:
    """Whether a row is about a term whose start an import chose: it overlaps it and reaches to its end."""
    return term.starts_when_loaded and _overlap(promise, term) and promise.ends_at >= term.ends_at


def _begins_on_last_day(promise: Promise, term: KnownTerm) -> bool:
    return promise.start_on == term.last_minute.date() and promise.starts_at < term.ends_at


def _says_otherwise(row: Dated, term: KnownTerm) -> bool:
    """Whether the row says something else beside the time. A blank cell says nothing."""
    entry = row.entry
    value = entry.value is not None and (entry.value, entry.currency) != (term.value, term.currency)
    seats = entry.seats is not None and entry.seats != term.seats
    return value or seats or (row.zone_said and row.promise.zone != term.time_zone)


def _minute(term: KnownTerm) -> Mapping[str, str]:
    return {"last_minute": term.last_minute.isoformat(timespec="minutes"), "zone": term.time_zone}


def _span(term: KnownTerm) -> dict[str, object]:
    starts = term.starts_at.astimezone(terms.zone(term.time_zone)).replace(tzinfo=None)
    return {
        "starts": {"last_minute": starts.isoformat(timespec="minutes"), "zone": term.time_zone},
        "promised": _minute(term),
    }


def _wall(promise: Promise) -> str:
    return promise.starts_at.astimezone(terms.zone(promise.zone)).strftime("%Y-%m-%d %H:%M")
