"""A chain of records: nothing in it can be changed, left out, put in or reordered without its last hash changing.

The recipe is short on purpose, so that anybody can check a file without us. Each record is written as JSON with
sorted keys, no spaces, letters as they are (UTF-8); its hash is the SHA-256 of the hash before it (64 zeros before
the first), a line feed, and that JSON, in hexadecimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from renewals.offers.frozen import canonical, digest

START = "0" * 64
"""What stands before the first record."""
HASH = "hash"


def hash_of(record: Mapping[str, Any], *, before: str) -> str:
    """The hash of a record that follows on the hash `before`."""
    return digest(f"{before}\n{canonical(record)}")


def chained(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records, each with its hash."""
    found, before = [], START
    for record in records:
        before = hash_of(record, before=before)
        found.append({**record, HASH: before})
    return found


def first_broken(records: Sequence[Mapping[str, Any]]) -> int | None:
    """Which record, counted from 0, is the first that its hash does not bear out; None where all of them are whole."""
    before = START
    for place, record in enumerate(records):
        bare = {name: value for name, value in record.items() if name != HASH}
        if record.get(HASH) != hash_of(bare, before=before):
            return place
        before = record[HASH]
    return None
