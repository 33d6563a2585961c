"""Which online provider the portal takes money by: two variables, refused where they make no sense."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from csportal.online import ways_to_pay


def test_where_none_is_named_there_is_none():
    assert ways_to_pay("", "", production=True) == {}


def test_a_class_with_what_it_takes():
    found = ways_to_pay("payments.stripe.StripeProviderV3", '{"api_key": "k"}', production=True)

    assert found == {"online": ("payments.stripe.StripeProviderV3", {"api_key": "k"})}


@pytest.mark.parametrize("named", ["dummy", "payments.dummy.DummyProvider"])
def test_one_that_believes_everybody_is_for_trying_out_alone(named):
    assert ways_to_pay(named, "", production=False) == {"online": ("payments.dummy.DummyProvider", {})}
    with pytest.raises(ImproperlyConfigured, match="not in production"):
        ways_to_pay(named, "", production=True)


@pytest.mark.parametrize("named", ["stripe", "os; rm", "payments..x"])
def test_what_names_no_class_is_refused(named):
    with pytest.raises(ImproperlyConfigured, match="CSPORTAL_PAY_ONLINE"):
        ways_to_pay(named, "", production=False)


@pytest.mark.parametrize("said", ["secret-key", "[1]", '"secret-key"'])
def test_what_is_no_object_is_refused_and_not_quoted(said):
    with pytest.raises(ImproperlyConfigured, match="JSON object") as refusal:
        ways_to_pay("payments.stripe.StripeProviderV3", said, production=False)
    assert "secret-key" not in str(refusal.value)


def test_settings_of_no_provider_are_refused():
    with pytest.raises(ImproperlyConfigured, match="names no provider"):
        ways_to_pay("", "{}", production=False)
