"""What a CSM does with the options of a contract: make one, put another in its place, withdraw it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import terms
from accounts.models import ContractTerm, User
from accounts.services import NotAllowed, last_term, locked
from renewals.offers.models import Option


@transaction.atomic
def make_option(after: ContractTerm, *, term: terms.Term, by: User, now: datetime, **said: Any) -> Option:
    """Offer one way to go on after a term. Raises `NotAllowed` where that term has its next one already."""
    contract = locked(after.contract)
    if last_term(contract).pk != after.pk:
        raise NotAllowed(_("This contract has been renewed already."))
    option = Option(contract=contract, after=after, sold_as=str(term), made_at=now, made_by=by, **said)
    option.full_clean()
    option.save()
    return option


@transaction.atomic
def withdraw(option: Option, *, by: User, now: datetime) -> None:
    """Nobody can choose it from now on. Raises `NotAllowed` where it was withdrawn before."""
    locked(option.contract)  # a signature that is under way comes before it, or does not come
    taken = Option.objects.filter(pk=option.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)
    if not taken:
        raise NotAllowed(_("This offer has been withdrawn already."))


@transaction.atomic
def replace_option(option: Option, *, term: terms.Term, by: User, now: datetime, **said: Any) -> Option:
    """Another one in its place: what a customer has in front of them is never changed under their hands."""
    withdraw(option, by=by, now=now)
    return make_option(option.after, term=term, by=by, now=now, **said)
