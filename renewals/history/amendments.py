"""What an amendment changed, in words: only what changed, instants as minutes, money as money (rules 4 and 24)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts import wording
from accounts.forms.fields import term_in_words
from accounts.models import Amendment, Contract, ContractTerm

NOTHING = "–"


def headline(amendment: Amendment) -> str:
    """What kind of change, and until when the contract runs by it."""
    kind = str(amendment.get_kind_display())
    minute = promised_minute(amendment.after)
    sentence = gettext("%(what)s: %(until)s") % {"what": kind, "until": minute} if minute else kind
    return sentence[:1].upper() + sentence[1:]


def promised_minute(said: dict[str, Any]) -> str:
    """The minute kept in an amendment or an event, in words; "" where it keeps none."""
    if "last_minute" not in said:
        return ""
    return wording.until(datetime.fromisoformat(said["last_minute"]), said["time_zone"])


def changes(amendment: Amendment, zone: str) -> str:
    """The reason, and what the changed facts were before. `zone`: in whose time instants are said."""
    if minute := promised_minute(amendment.before):
        told = gettext("Before: %(until)s.") % {"until": minute}
    else:
        told = " · ".join(changed_facts(amendment.before, amendment.after, zone))
    return " ".join([amendment.reason, told]).strip()


def changed_facts(before: dict[str, Any], after: dict[str, Any], zone: str) -> Iterator[str]:
    """Each fact that is another one now, with what it was; a price is one fact, whatever of it changed."""
    if "value" in before and priced(before) != priced(after):
        yield changed(label("value"), priced(before), priced(after))
    for name in before:
        was, became = (worded(name, said.get(name), zone) for said in (before, after))
        if name not in ("value", "currency") and was != became:
            yield changed(label(name), was, became)


def changed(what: str, was: str, became: str) -> str:
    return f"{what[:1].upper()}{what[1:]}: {was or NOTHING} → {became or NOTHING}"


def priced(said: dict[str, Any]) -> str:
    """A value with its currency, as money; "" where there is none."""
    return wording.money(Decimal(said["value"]), said.get("currency", "")) if said.get("value") else ""


def worded(name: str, said: Any, zone: str) -> str:
    """A fact as an amendment keeps it, in words. What cannot be read as its field's kind stays as it was kept."""
    if name == "renews_itself":
        return gettext("yes") if said in (True, "True") else gettext("no")
    text = "" if said is None else str(said)
    try:
        return WORDED[name](text, zone) if text and name in WORDED else text
    except (KeyError, ValueError):
        return text


WORDED: dict[str, Callable[[str, str], str]] = {
    "declined_at": lambda text, zone: wording.instant(datetime.fromisoformat(text), zone),
    "signed_on": lambda text, _zone: date_format(date.fromisoformat(text), "DATE_FORMAT"),
    "renews_for": lambda text, _zone: term_in_words(text),
    "kind": lambda text, _zone: str(Contract.Kind(text).label),
}


def label(field: str) -> str:
    """A field's name as the forms call it."""
    named = {column.name: column for model in (ContractTerm, Contract) for column in model._meta.concrete_fields}
    return str(named[field].verbose_name) if field in named else field
