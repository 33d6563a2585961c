"""Sets the terms of payment, and puts on record what was paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.offers.models import PaymentTerms
from renewals.offers.paying import terms_at

SAID = ("days", "limit", "words_zh", "words_en")


@transaction.atomic
def set_terms(*, by: User, now: datetime, **said: Any) -> bool:
    """These terms hold for what is signed from now on, on record by whom; whether they are other than before.

    Raises `NotAllowed` for everybody but administrators.
    """
    if by.role != User.Role.ADMIN:
        raise NotAllowed(_("The terms of payment are for administrators to set."))
    before, fresh = terms_at(now), PaymentTerms(at=now, by=by, **said)
    if all(getattr(before, name) == getattr(fresh, name) for name in SAID):
        return False
    fresh.full_clean()
    fresh.save()
    return True
