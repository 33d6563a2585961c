"""Signatures as the specification has them, and secrets that are in no table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from renewals.callbacks.keys import secret_from, secrets_of, signed
from renewals.callbacks.models import BOTH_SECRETS
from renewals.callbacks.services import rotate_secret
from tests.renewals.callbacks.conftest import listening
from tests.renewals.cast import T, chen

ADDRESS = "https://crm.example/hooks"


def test_the_signature_is_that_of_the_specifications_example():
    headers = signed(
        '{"test": 2432232314}',
        uid="msg_p5jXN8AQM9LWM0D4loKWxJek",
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        at=datetime.fromtimestamp(1614265330, tz=UTC),
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_is_thirty_two_bytes_that_the_nonce_alone_does_not_give(settings):
    shown = secret_from(b"n" * 32)
    settings.SECRET_KEY = "another portal's key"

    assert len(Webhook(shown)._whsecret) == 32
    assert secret_from(b"n" * 32) != shown


@pytest.mark.django_db
def test_every_endpoint_has_a_secret_of_its_own():
    one, two = (listening(ADDRESS, name=name) for name in ("one", "two"))

    assert secrets_of(one, now=T) != secrets_of(two, now=T)


@pytest.mark.django_db
def test_for_a_day_after_a_change_both_secrets_sign_and_then_the_new_one_alone():
    endpoint = listening(ADDRESS)
    old = secrets_of(endpoint, now=T)

    rotate_secret(endpoint, by=chen(), now=T)
    endpoint.refresh_from_db()

    both = secrets_of(endpoint, now=T + BOTH_SECRETS - timedelta(seconds=1))
    assert (len(both), both[1:]) == (2, old)
    assert secrets_of(endpoint, now=T + BOTH_SECRETS) == both[:1]
