"""The ends of the last twelve months: enough of them, and different enough, for a manager to see a pattern.

Each went one of a few ways. Where colleagues did what was planned, more went on; a few did for no reason at all.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from accounts.terms import Term
from renewals.demo.cast import CHEN, EMMA, HE
from renewals.demo.script import Step, Story
from renewals.demo.steps import (
    after_lock,
    before,
    confirmed,
    days_from_end,
    locked_by_product,
    opened,
    reached,
    renewed_for,
    said_no,
    told_by_phone,
)
from renewals.demo.stories import ends_in
from renewals.entitlement import State

YEAR = Term.years(1)


class Way(NamedTuple):
    """How an end went: what happened around it, how many of four planned steps were done, what it left."""

    steps: tuple[Step, ...]
    care: int
    state: State = State.ACTIVE


EARLY = Way((Step(before(46, "10:25"), told_by_phone), Step(before(24, "15:10"), renewed_for(YEAR))), care=4)
ON_THE_PAGE = Way((Step(before(34, "11:05"), told_by_phone), Step(before(11, "16:20"), confirmed)), care=4)
A_WEEK = Way((Step(before(12, "14:40"), told_by_phone), Step(before(8, "10:15"), confirmed)), care=3)
LAST_DAYS = Way((Step(before(3, "17:05"), opened), Step(before(1, "11:50"), confirmed)), care=2)
BY_THEMSELVES = Way((Step(before(5, "09:35"), opened), Step(before(4, "09:50"), confirmed)), care=0)
BUFFER = Way((Step(before(3, "15:20"), told_by_phone), Step(days_from_end(1, "08:40"), confirmed)), care=1)
AFTER_LOCK = Way(
    (Step(before(4, "10:30"), told_by_phone), Step(days_from_end(1, "00:00"), locked_by_product),
     Step(after_lock(timedelta(minutes=35)), reached), Step(after_lock(timedelta(hours=4)), confirmed)),
    care=1,
)  # fmt: skip
NO = Way((Step(before(26, "10:10"), told_by_phone), Step(before(18, "16:45"), said_no)), care=2, state=State.CLOSED)
SILENCE = Way((Step(before(4, "11:30"), told_by_phone),), care=0, state=State.CLOSED)

ENDS = (
    ("LT-0377", "澜图科技", "quality", CHEN, 338, 40, 32000, "CNY", EARLY),
    ("HM-0190", "禾木教育", "vault", CHEN, 327, 20, 9600, "CNY", A_WEEK),
    ("YS-0166", "云杉物流", "collab", CHEN, 316, 60, 43200, "CNY", EARLY),
    ("BC-0081", "北辰设计院", "analytics", CHEN, 305, 12, 14400, "CNY", ON_THE_PAGE),
    ("HL-0029", "Harbor Labs", "collab", CHEN, 294, 22, 15840, "USD", NO),
    ("NS-0240", "南山律师事务所", "collab", CHEN, 283, 30, 21600, "CNY", EARLY),
    ("LW-0117", "蓝湾地产", "vault", HE, 271, 18, 8640, "CNY", LAST_DAYS),
    ("HF-0051", "Hinata Foods", "collab", CHEN, 260, 24, 1056000, "JPY", ON_THE_PAGE),
    ("QH-0213", "青禾医疗", "quality", CHEN, 249, 50, 40000, "CNY", EARLY),
    ("XY-0377", "星野游戏", "analytics", HE, 238, 15, 18000, "CNY", SILENCE),
    ("DL-0021", "Dune Logistics", "collab", EMMA, 227, 25, 18000, "USD", A_WEEK),
    ("WS-0011", "Wattle & Stone", "learning", CHEN, 216, 16, 8000, "AUD", BY_THEMSELVES),
    ("CF-0040", "Cedar & Finch", "vault", EMMA, 205, 10, 4800, "USD", NO),
    ("LP-0008", "Lone Pine Robotics", "quality", EMMA, 193, 14, 11200, "USD", BUFFER),
    ("YF-0031", "远帆外贸", "vault", CHEN, 182, 8, 3840, "CNY", EARLY),
    ("QM-0280", "启明制造", "dispatch", CHEN, 171, 45, 54000, "CNY", ON_THE_PAGE),
    ("BL-0063", "白鹭检测", "vault", HE, 160, 12, 5760, "CNY", AFTER_LOCK),
    ("YQ-0120", "雨前茶业", "vault", HE, 149, 6, 2880, "CNY", BY_THEMSELVES),
    ("CF-0440", "长风电力", "collab", CHEN, 138, 70, 50400, "CNY", EARLY),
    ("TL-0003", "Thames Ledger", "analytics", EMMA, 131, 18, 21600, "GBP", A_WEEK),
    ("KM-0009", "Kiefer Maschinenbau", "collab", EMMA, 118, 40, 28800, "EUR", EARLY),
    ("YW-0090", "一苇出版", "vault", HE, 104, 10, 4800, "CNY", BUFFER),
    ("TS-0041", "天山乳业", "quality", HE, 93, 30, 24000, "CNY", LAST_DAYS),
    ("MF-0071", "Merlion Freight", "collab", CHEN, 81, 35, 25200, "SGD", ON_THE_PAGE),
    ("PA-0024", "Pennine Audio", "collab", EMMA, 70, 11, 7920, "GBP", LAST_DAYS),
    ("AM-0010", "Atelier Marais", "vault", EMMA, 58, 8, 3840, "EUR", AFTER_LOCK),
    ("AF-0018", "Avalon Fisheries", "quality", EMMA, 47, 12, 9600, "CAD", A_WEEK),
    ("HT-0002", "Himal Trekking", "collab", EMMA, 36, 5, 3600, "USD", ON_THE_PAGE),
    ("LT-0402", "澜图科技", "learning", CHEN, 25, 30, 15000, "CNY", A_WEEK),
    ("QM-0301", "启明制造", "vault", CHEN, 14, 20, 9600, "CNY", EARLY),
)  # fmt: skip

LAST_YEAR = tuple(
    Story(
        number=number, company=company, product=product, owner=owner, sold=ends_in(-ago), seats=seats, value=value,
        currency=currency, steps=way.steps, care=way.care, state=way.state,
    )
    for number, company, product, owner, ago, seats, value, currency, way in ENDS
)  # fmt: skip
