"""The page opens in a lift: at most 40 KB over the wire, and all of it comes from one house."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from accounts.models import Contract, ContractTerm, Peak, Product
from accounts.peaks import note_peak
from tests.renewals.cast import T, chen
from tests.renewals.cast import contract as sign_contract

MOST = 40 * 1024
LINKED = re.compile(r'(?:src|href|action)="([^"]+)"')


@pytest.fixture
def page(visit, told: Contract) -> str:
    """With all that it can have: prices, seats, a peak, another product."""
    ContractTerm.objects.update(seats=120, value="86400", currency="CNY")
    note_peak(told.customer, by=chen(), now=T, name="月结", kind=Peak.Kind.MONTH_END, count=3)
    sign_contract(told.customer, product=Product.objects.create(code="archive", name="归档"), through="2027-02-28")
    return visit(language="zh-hans").content.decode()


def files(page: str) -> list[Path]:
    return [Path(finders.find(one.removeprefix("/static/"))) for one in LINKED.findall(page) if "/static/" in one]


def over_the_wire(content: bytes) -> int:
    return len(gzip.compress(content, compresslevel=6))


def test_it_takes_at_most_40_kb(page: str) -> None:
    weights = {path.name: over_the_wire(path.read_bytes()) for path in files(page)}

    assert {"customer.min.css", "countdown.js"} <= weights.keys()
    assert sum(weights.values()) + over_the_wire(page.encode()) <= MOST


def test_what_it_loads_is_ours(page: str) -> None:
    foreign = [one for one in LINKED.findall(page) if not one.startswith(("/", "#", "mailto:", "tel:"))]

    assert foreign == []
    assert "@import" not in "".join(path.read_text() for path in files(page) if path.suffix == ".css")
