"""By which day what is signed is to be paid: the company's terms of the minute of the signature, frozen with it.

A renewal counts from its signature and never from the money (rule 12): a day that passes here moves no end.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts import terms, wording
from renewals.offers.models import PaymentTerms


def holding_at(at: datetime) -> QuerySet[PaymentTerms]:
    """The terms that hold at an instant come first; none do where nobody has set any."""
    return PaymentTerms.objects.filter(at__lte=at)


def terms_at(at: datetime) -> PaymentTerms:
    """The terms that hold at an instant; the usual ones where nobody has set any."""
    return holding_at(at).first() or PaymentTerms()


def on_record(asked: PaymentTerms) -> dict[str, Any]:
    """What of the terms is agreed with a customer. How long the house waits after the day is its own affair."""
    return {"days": asked.days, "words": {"zh-hans": asked.words_zh, "en": asked.words_en}}


def due_day(signed_at: datetime, *, days: int, zone: str) -> tuple[date, datetime]:
    """The last day to pay, so many local days after that of the signature, and the instant at which it is over."""
    on = wording.local(signed_at, zone).date() + timedelta(days=days)
    return on, terms.first_instant(on + timedelta(days=1), zone)


def words_in(language: str, said: dict[str, str]) -> str:
    """The company's words in a language; in the other one where it wrote only those."""
    own, other = ("zh-hans", "en") if language.startswith("zh") else ("en", "zh-hans")
    return said.get(own) or said.get(other, "")
