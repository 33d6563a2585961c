"""The short-lived tokens by which a page of the vendor's product asks about one contract, and about nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from renewals.macs import mac

SALT = "renewals.product.dialog"
LASTS = timedelta(minutes=15)
"""How long a token opens the dialog; an open page is given a fresh one with each answer."""
OPEN_PAGE = timedelta(hours=24)
"""How long a page may go on so from its first token: then it has to be loaded again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a token says: which contract and, hashed, session of the product, since when its page is open.

    `shift` is for the stand-in: how far from now it looks.
    """

    contract: int
    since: datetime
    session: str = ""
    shift: timedelta = timedelta(0)


def token_for(given: Pass, *, now: datetime) -> str:
    """The pass as a signed token, from `now` on: what `signing.Signer` would make of it, in a tenth of the time."""
    seconds = (int(given.since.timestamp()), int(now.timestamp()), int(given.shift.total_seconds()))
    said = f'[{given.contract},{seconds[0]},{seconds[1]},{seconds[2]},"{given.session}"]'
    value = signing.b64_encode(said.encode()).decode()
    return f"{value}:{signing.b64_encode(mac(SALT + 'signer', value)).decode()}"


def fresh_token(contract: int, *, session: str = "", now: datetime) -> str:
    """The first token of a page."""
    return token_for(Pass(contract=contract, since=now, session=session), now=now)


def read_token(token: str, *, now: datetime) -> Pass | None:
    """What a token says; None for one that is not ours, or that is over."""
    try:
        contract, since, made, shift, session = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    since_at, made_at = (datetime.fromtimestamp(said, tz=now.tzinfo) for said in (since, made))
    if now - made_at > LASTS or now - since_at > OPEN_PAGE:
        return None
    return Pass(contract=contract, since=since_at, session=session, shift=timedelta(seconds=shift))
