"""Who is told that an endpoint was paused by itself."""

from __future__ import annotations

import pytest
from django.core import mail

from renewals.callbacks.models import Endpoint
from renewals.callbacks.warning import warn
from tests.renewals.cast import T

pytestmark = pytest.mark.django_db


def test_managers_and_administrators_are_warned_in_their_language(endpoint, django_user_model):
    for name, role, language in [("shen", "manager", "zh-hans"), ("ada", "admin", "en"), ("otto", "csm", "en")]:
        django_user_model.objects.create_user(f"{name}@vendor.test", name=name, role=role, language=language)
    Endpoint.objects.update(paused_at=T, paused_because="failing")

    warn(endpoint.pk)

    said = {one.to[0]: one for one in mail.outbox}
    assert set(said) == {"shen@vendor.test", "ada@vendor.test"}
    assert said["ada@vendor.test"].subject == "Callbacks to CRM are paused"
    assert "暂停" in said["shen@vendor.test"].subject
    assert f"/callbacks/{endpoint.pk}/" in said["ada@vendor.test"].body


def test_nobody_is_warned_of_what_goes_on_again(endpoint, django_user_model):
    django_user_model.objects.create_user("ada@vendor.test", name="Ada", role="admin")

    assert (warn(endpoint.pk), mail.outbox) == (0, [])
