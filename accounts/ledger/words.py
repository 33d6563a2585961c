"""Every code of the ledger in a sentence that a customer-success manager understands, with the way out.

Facts come from a report's JSON: a promised minute is `{"last_minute", "zone"}`, a day `{"date"}`, a wall time
`{"wall"}`, a problem of `accounts.terms` `{"problem", "params"}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext

from accounts import wording
from accounts.ledger.sentences import (
    ASSUMPTIONS,
    FIELDS,
    QUESTIONS,
    REFUSALS,
    REFUSALS_ON_PAGE,
    UNREADABLE,
    UNREADABLE_ON_PAGE,
)
from accounts.terms import TermError

__all__ = [
    "ASSUMPTIONS",
    "FIELDS",
    "QUESTIONS",
    "REFUSALS",
    "REFUSALS_ON_PAGE",
    "UNREADABLE",
    "UNREADABLE_ON_PAGE",
    "assumption",
    "field_name",
    "refusal",
    "unreadable",
]


def unreadable(code: str, params: Mapping[str, object], *, on_page: bool = False) -> str:
    """Why a file cannot be read, and what to do: on its page, or with the command."""
    return _filled((UNREADABLE_ON_PAGE if on_page else UNREADABLE)[code], params)


def refusal(code: str, params: Mapping[str, object], *, on_page: bool = False) -> str:
    """Why a row is not taken, and what to do: on a page or in a file, or with the command."""
    if code == "term":
        return _fact("problem", params["problem"])
    return _filled((REFUSALS_ON_PAGE if on_page else REFUSALS)[code], params)


def assumption(code: str, params: Mapping[str, object]) -> str:
    """What was assumed."""
    return _filled(ASSUMPTIONS[code], params)


def field_name(field: str) -> str:
    return gettext(FIELDS[field])


def _filled(sentence: str, params: Mapping[str, object]) -> str:
    return gettext(sentence).format_map({name: _fact(name, value) for name, value in params.items()})


def _fact(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return _structured(value)
    if name == "missing" and isinstance(value, list):
        return ", ".join(field_name(field) for field in value)
    if name == "field" and value in FIELDS:
        return field_name(str(value))
    return str(value)


def _structured(value: Mapping[str, object]) -> str:
    if "last_minute" in value:
        return wording.minute(datetime.fromisoformat(str(value["last_minute"])), str(value["zone"]))
    params = value["params"]
    assert isinstance(params, Mapping)
    return wording.problem(
        TermError(str(value["problem"]), **{str(key): _unpacked(fact) for key, fact in params.items()})
    )


def _unpacked(value: object) -> object:
    if isinstance(value, Mapping) and "date" in value:
        return date.fromisoformat(str(value["date"]))
    if isinstance(value, Mapping) and "wall" in value:
        return datetime.fromisoformat(str(value["wall"]))
    return value
