"""The portal's keyed hashes and tokens are the ones that Django's own signing makes and reads."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac
from hypothesis import given
from hypothesis import strategies as st

from renewals.locking.busy import hashed
from renewals.macs import mac
from renewals.product.tokens import SALT, Pass, read_token, token_for
from tests.renewals.cast import T


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_keyed_hash_is_the_one_of_django(salt: str, message: str) -> None:
    assert mac(salt, message) == salted_hmac(salt, message, algorithm="sha256").digest()


def test_another_secret_makes_another_hash(settings) -> None:
    before = mac("a", "b")
    settings.SECRET_KEY = "another"

    assert mac("a", "b") != before


@given(st.integers(1, 2**40), st.sampled_from(["", hashed("session")]), st.integers(-(10**6), 10**6))
def test_a_token_is_the_one_that_a_signer_makes(contract: int, session: str, shift: int) -> None:
    given_pass = Pass(contract=contract, since=T, session=session, shift=timedelta(seconds=shift))
    seconds = int(T.timestamp())

    token = token_for(given_pass, now=T)

    assert token == signing.Signer(salt=SALT).sign_object([contract, seconds, seconds, shift, session])
    assert read_token(token, now=T) == given_pass
