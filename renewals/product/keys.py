"""Makes, finds and checks the keys of the vendor's systems."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from renewals.product.models import ApiKey, Scope

PREFIX = "c2359_"
"""What every key begins with, so that one found in a log or a repository is known for what it is."""
RANDOM_BYTES = 32


class CannotMakeKey(ValueError):
    """A key that cannot be made as asked, with the way out."""


class UnknownKey(LookupError):
    """No key has this name; the message says which there are."""


def make_key(name: str, scopes: Iterable[str], *, now: datetime) -> str:
    """A new key with these scopes, stored hashed; the key itself is returned this once and never again."""
    name, scopes = name.strip(), list(dict.fromkeys(scopes))
    if not name or len(name) > 100 or "\0" in name:
        raise CannotMakeKey("Give the key a name of at most 100 characters: which system it is for.")
    unknown = [scope for scope in scopes if scope not in Scope.values]
    if unknown or not scopes:
        said = f"Unknown scope: {', '.join(unknown)}." if unknown else "A key needs a scope."
        raise CannotMakeKey(f"{said} There are: {', '.join(Scope.values)}.")
    key = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    try:
        with transaction.atomic():
            ApiKey.objects.create(name=name, hashed=ApiKey.hash(key), starts_with=key[:8], scopes=scopes, made_at=now)
    except IntegrityError:
        raise CannotMakeKey(f"There is already a key named {name}. Take another name: a revoked one stays.") from None
    return key


def find_key(said: str) -> ApiKey | None:
    """The key that somebody shows, unless it is unknown or revoked."""
    return ApiKey.objects.filter(hashed=ApiKey.hash(said), revoked_at=None).first()


def revoke_key(name: str, *, now: datetime) -> ApiKey:
    """The key of this name, which opens nothing from `now` on; one that was revoked before stays as it was.

    It stays on record under its name. Raises `UnknownKey`.
    """
    ApiKey.objects.filter(name=name.strip(), revoked_at=None).update(revoked_at=now)
    found = ApiKey.objects.filter(name=name.strip()).first()
    if found is None:
        names = ", ".join(ApiKey.objects.filter(revoked_at=None).values_list("name", flat=True))
        raise UnknownKey(f"No key is named {name}. " + (f"There are: {names}." if names else "There is no key at all."))
    return found
