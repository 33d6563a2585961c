"""The guide for the product's engineer: what it shows runs, and does what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Contract
from renewals.product.keys import make_key
from renewals.product.schemas import Entitlement
from tests.renewals.product.conftest import LOCK_AT, NUMBER, T

GUIDE = (Path(__file__).parents[3] / "docs" / "integrator.md").read_text()
CLIENT, FLAGS, _RECEIVER = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
(ANSWER,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def guide(live_server, told_contract: Contract, set_clock, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The guide's Python client, asking this portal about the contract at hand."""
    monkeypatch.setenv("PORTAL", live_server.url)
    monkeypatch.setenv("KEY", make_key("the guide", ["entitlements:read"], now=T))
    names: dict[str, Any] = {}
    exec(CLIENT.replace("HT-2025-117", NUMBER), names)
    return SimpleNamespace(**names)


def expire(guide: SimpleNamespace) -> None:
    answer, etag, _ = guide.kept[NUMBER]
    guide.kept[NUMBER] = answer, etag, 0.0


def test_the_answer_that_the_guide_shows_is_the_answer() -> None:
    assert set(json.loads(ANSWER)) == set(Entitlement.model_fields)


def test_the_client_asks_and_goes_by_the_answer(guide: SimpleNamespace, set_clock) -> None:
    assert guide.may_go_on(NUMBER) is True

    set_clock(LOCK_AT)
    expire(guide)

    assert guide.may_go_on(NUMBER) is False


def test_the_client_keeps_an_answer_that_still_holds(guide: SimpleNamespace) -> None:
    first = guide.entitlement(NUMBER)
    expire(guide)

    assert guide.entitlement(NUMBER) is first


@pytest.mark.parametrize("broken", [{"PORTAL": "http://127.0.0.1:1"}, {"KEY": "c2359_wrong"}])
def test_without_an_answer_the_client_locks_nobody(guide: SimpleNamespace, set_clock, broken) -> None:
    set_clock(LOCK_AT)
    expire(guide)
    guide.entitlement.__globals__.update(broken)

    assert guide.may_go_on(NUMBER) is True
    assert guide.may_go_on("never asked about") is True


def test_the_flags_of_the_guide_are_read_by_the_official_provider(live_server, told_contract, set_clock) -> None:
    set_clock(LOCK_AT)
    names: dict[str, Any] = {"PORTAL": live_server.url, "KEY": make_key("flags", ["entitlements:read"], now=T)}

    exec(FLAGS.replace("HT-2025-117", NUMBER), names)

    assert names["may_go_on"] is False
