"""Which provider of django-payments takes money online: read from two variables, refused where they make no sense."""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

DUMMY = "payments.dummy.DummyProvider"


def ways_to_pay(named: str, said: str, *, production: bool) -> dict[str, tuple[str, dict[str, Any]]]:
    """The variants that django-payments knows: one called `online`, or none.

    `named`: the class of the provider, or `dummy`, which believes whatever anybody tells it: for trying out alone.
    `said`: what the class takes, as a JSON object. What is wrong is named and never quoted: it holds a key.
    """
    if not named:
        if said:
            raise ImproperlyConfigured("CSPORTAL_PAY_ONLINE_WITH is set, and CSPORTAL_PAY_ONLINE names no provider.")
        return {}
    provider = DUMMY if named == "dummy" else named
    if production and provider == DUMMY:
        raise ImproperlyConfigured("CSPORTAL_PAY_ONLINE=dummy takes anybody’s word for a payment: not in production.")
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", provider):
        raise ImproperlyConfigured(
            "CSPORTAL_PAY_ONLINE names the class of a provider, such as payments.stripe.StripeProviderV3."
        )
    return {"online": (provider, taken(said))}


def taken(said: str) -> dict[str, Any]:
    """What the provider's class takes, by name."""
    try:
        found = json.loads(said or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ImproperlyConfigured('CSPORTAL_PAY_ONLINE_WITH is a JSON object, such as {"api_key": "…"}.')
    return found
