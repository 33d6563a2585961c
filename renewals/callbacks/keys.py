"""The secrets that calls are signed with, and the signatures (Standard Webhooks)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime

from django.utils.crypto import salted_hmac
from standardwebhooks import Webhook

from renewals.callbacks.models import BOTH_SECRETS, Endpoint

PREFIX = "whsec_"


def secret_from(nonce: bytes | memoryview) -> str:
    """The secret of a nonce, as its receiver types it in: 32 bytes that only this portal can make."""
    key = salted_hmac("renewals.callbacks", bytes(nonce).hex(), algorithm="sha256").digest()
    return PREFIX + base64.b64encode(key).decode()


def secrets_of(endpoint: Endpoint, *, now: datetime) -> list[str]:
    """The secrets to sign with at `now`: the one that counts, and for a day after a change the one before too."""
    nonces = [endpoint.nonce]
    if endpoint.nonce_before and endpoint.rotated_at and now < endpoint.rotated_at + BOTH_SECRETS:
        nonces.append(endpoint.nonce_before)
    return [secret_from(nonce) for nonce in nonces]


def signed(body: str, *, uid: str, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers over these very bytes, for an attempt at `at` (UTC)."""
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(uid, at, body) for secret in secrets),
    }
