"""The same file twice changes nothing, whatever is in it: small ledgers at random, in a fixed order."""

from __future__ import annotations

import random

import pytest

from accounts.models import Amendment, Contact, ContractTerm, Customer
from tests.accounts.ledger.conftest import HEADINGS, take, text

pytestmark = pytest.mark.django_db

COLUMNS = (*HEADINGS, "时区", "国家", "金额", "币种", "席位", "联系人", "联系邮箱", "负责人")
PEOPLE = {"HT-1": "甲公司", "HT-2": "甲公司", "HT-3": "乙公司", "HT-4": "丙 公司"}
CHOICES = (
    ("云笔", "云笔", "云笔", "云表", "", "", ""),
    ("2026-01-01", "2026-05-15", "2026-07-01", "2027-01-01", "01/02/2027", "2026-01-01 09:00", "", "2026-01-01T00:00Z"),
    ("2026-06-30", "2026-12-31", "2027-12-31", "1年", "2026-12-31 18:00", "2027-12-31T00:00:00Z", "2027-12-31T18:00Z"),
    ("", "", "", "", "东京", "纽约", "UTC+8"),
    ("", "", "", "中国", "日本", "USA", "Germany"),
    ("", "100", "¥100", "$100", "12万"),
    ("", "", "CNY", "USD", "¥"),
    ("", "", "5", "9"),
    ("", "", "张 三", "张三", "李四"),
    ("", "", "a@x.test", "b@x.test"),
    ("", "Anna", "Bert"),
)
JUNK = ("同上", "x", "-5", "", "Mars", "丙公司")


def ledger(seed: int) -> bytes:
    """A few rows under a few numbers; now and then a cell that nobody can read, or another customer."""
    chance, rows = random.Random(seed), []
    for _ in range(chance.randint(2, 8)):
        number = chance.choice(list(PEOPLE))
        row = [PEOPLE[number], number, *(chance.choice(choice) for choice in CHOICES)]
        if chance.random() < 0.25:
            row[chance.randrange(len(row))] = chance.choice(JUNK)
        rows.append(row)
    return text(*rows, headings=COLUMNS)


def on_record():
    terms = ContractTerm.objects.order_by("pk").values_list(
        "pk", "contract__product__name", "sold_from", "sold_as", "time_zone", "ends_at", "seats", "value", "currency"
    )
    people = Contact.objects.order_by("pk").values_list("pk", "name", "email")
    places = Customer.objects.order_by("pk").values_list("pk", "time_zone", "country", "language")
    return list(terms), list(people), list(places), Amendment.objects.count()


@pytest.mark.parametrize("seed", range(60))
def test_a_ledger_at_random_is_taken_once(seed):
    data = ledger(seed)
    first = take(data)
    before = on_record()

    again = take(data)

    assert on_record() == before
    counted = again.plan.count()
    assert (counted["created"], counted["updated"]) == (0, 0)
    assert again.refused_rows == first.refused_rows
