"""An endpoint of the vendor's system, which a real receiver stands for."""

from __future__ import annotations

from typing import Any

import pytest

from renewals.callbacks.models import Call, Endpoint, Type
from renewals.callbacks.services import make_endpoint
from tests.renewals.cast import T, chen
from tests.renewals.receiver import Receiver

EVERYTHING = [kind.value for kind in Type if kind is not Type.TEST]


@pytest.fixture
def endpoint(db: None, receiver: Receiver) -> Endpoint:
    """Chen's system, which wants to hear of everything, and of an end a week and a day ahead; made at T."""
    return listening(receiver.url)


def listening(url: str, *, types: list[str] | None = None, lead_days=(7, 1), now=T, name: str = "CRM") -> Endpoint:
    chosen = EVERYTHING if types is None else types
    return make_endpoint(name=name, url=url, types=chosen, lead_days=lead_days, by=chen(), now=now)


def calls(**said: Any) -> list[str]:
    """The types of the calls there are, in order."""
    return list(Call.objects.filter(**said).order_by("pk").values_list("type", flat=True))
