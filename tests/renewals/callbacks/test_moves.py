"""An end that was moved later is told at once, with what was promised before; one that was moved earlier is not."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from accounts import terms
from accounts.services import move_end
from renewals.callbacks.models import Call, Type
from tests.renewals.callbacks.conftest import listening
from tests.renewals.cast import T, chen, lan_tu_contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(db):
    return listening("https://crm.example/hooks", types=[Type.EXTENDED], now=T)


def moved(found, through):
    move_end(found, term=terms.parse_term(f"through {through}"), reason="as agreed", by=chen(), now=T)


def test_an_end_that_was_moved_later_is_told_with_the_minute_before(endpoint):
    moved(lan_tu_contract(), "2027-01-31")

    call = Call.objects.get()
    data = json.loads(call.payload)["data"]
    assert (call.type, data["last_minute"]["local"]) == ("contract.extended", "2027-01-31T23:59")
    assert data["last_minute_before"] == {"local": "2026-11-27T23:59", "time_zone": "Asia/Shanghai"}


def test_an_end_that_was_moved_earlier_is_no_extension(endpoint):
    found = lan_tu_contract(through="2027-06-30")

    moved(found, "2027-03-31")

    assert not Call.objects.exists()


def test_a_move_that_was_rolled_back_is_not_told(endpoint):
    found = lan_tu_contract()
    with transaction.atomic():
        moved(found, "2027-01-31")
        transaction.set_rollback(True)

    assert not Call.objects.exists()


def test_an_endpoint_that_did_not_choose_it_hears_nothing(db):
    listening("https://crm.example/hooks", types=[Type.RENEWED], now=T)

    moved(lan_tu_contract(), "2027-01-31")

    assert not Call.objects.exists()
