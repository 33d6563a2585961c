"""Makes, finds, replaces and revokes the keys of calendar feeds."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.diary.models import FeedKey

RANDOM_BYTES = 32
NOTED_EVERY = timedelta(hours=1)
"""How exactly it is kept when a feed was last read: each note is a write."""


def hash_of(key: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_of(user: User) -> FeedKey | None:
    """The one key of theirs that opens something; None where they have none."""
    return FeedKey.objects.filter(user=user, revoked_at=None).first()


@transaction.atomic
def make_key(user: User, *, replaces: str, now: datetime) -> str:
    """A new key in the place of the one that they saw, "" for none; returned this once and never again.

    Raises `NotAllowed` where it is not that one any more: a form that is sent twice leaves the key that was shown.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    known = key_of(user)
    if (str(known.pk) if known else "") != replaces:
        raise NotAllowed(
            _("An address was made a moment ago, and is shown once only. If you did not copy it, make another.")
        )
    revoke_key(user, now=now)
    key = secrets.token_urlsafe(RANDOM_BYTES)
    FeedKey.objects.create(user=user, hashed=hash_of(key), made_at=now)
    return key


def revoke_key(user: User, *, now: datetime) -> None:
    """From `now` on their feed opens for nobody. The key stays on record."""
    FeedKey.objects.filter(user=user, revoked_at=None).update(revoked_at=now)


def find_key(said: str) -> FeedKey | None:
    """The key that a calendar program shows, with its user; None where it is unknown, revoked or they left."""
    keys = FeedKey.objects.filter(hashed=hash_of(said), revoked_at=None, user__is_active=True)
    return keys.select_related("user").first()


def note_read(key: FeedKey, *, whose: str, digest: str, now: datetime) -> datetime:
    """Note that the feed was read, and since when it says what it says now: that instant."""
    known, since = key.versions.get(whose, ("", ""))
    is_same = known == digest
    if not is_same or key.read_at is None or now - key.read_at >= NOTED_EVERY:
        key.read_at = now
        key.versions = {**key.versions, whose: [digest, since if is_same else now.isoformat()]}
        key.save(update_fields=["read_at", "versions"])
    return datetime.fromisoformat(key.versions[whose][1])
