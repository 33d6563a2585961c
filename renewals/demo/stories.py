"""The contracts of the demo data, each for a story that must hold on whatever day and at whatever hour it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from accounts.models import Contract
from accounts.terms import Term
from accounts.worktime import WorkingHours
from renewals.demo.cast import EMMA, HE
from renewals.demo.script import DAY, Present, Step, Story, a_year_or_through, months_before
from renewals.demo.steps import (
    acknowledged,
    after_lock,
    answered,
    asked_for_call,
    away,
    before,
    came_back,
    confirmed,
    days_from_end,
    given_back,
    locked_by_product,
    moved,
    opened,
    reached,
    renewed_by_itself,
    said_no,
    taken,
    told_by_phone,
    told_that_it_renews,
)
from renewals.entitlement import State

Sold = Callable[[Present, str, WorkingHours], tuple[date | datetime, Term]]


def ends_in(days: int, until: str = "") -> Sold:
    """A year whose last day is so many days from today, there; through a minute of it where `until` says one."""

    def sold(present: Present, zone: str, hours: WorkingHours) -> tuple[date | datetime, Term]:
        last_day = present.today(zone) + days * DAY
        start = months_before(last_day + DAY, 12)
        if until:
            return start, Term.until(datetime.combine(last_day, time.fromisoformat(until)))
        return start, a_year_or_through(start, last_day)

    return sold


def locked_on_last_opening(*, days_ago: int = 0) -> Sold:
    """A year that ended so that its lock, which waits for daylight, came as the last working day began (rule 9)."""

    def sold(present: Present, zone: str, hours: WorkingHours) -> tuple[date | datetime, Term]:
        last_day = present.last_opening_day(zone, hours, days_ago=days_ago) - 2 * DAY
        start = months_before(last_day + DAY, 12)
        return start, a_year_or_through(start, last_day)

    return sold


def starts_in(days: int) -> Sold:
    """A year that is still to begin."""
    return lambda present, zone, hours: (present.today(zone) + days * DAY, Term.years(1))


def switched_on(days_ago: int, wall: str, days: int) -> Sold:
    """A trial of so many days, from the minute in which it was switched on (rule 3)."""

    def sold(present: Present, zone: str, hours: WorkingHours) -> tuple[date | datetime, Term]:
        return datetime.combine(present.today(zone) - days_ago * DAY, time.fromisoformat(wall)), Term.days(days)

    return sold


TRIAL = Contract.Kind.TRIAL

CLOSE_TO_THE_END = (
    Story(number="HM-0233", company="禾木教育", product="learning", sold=ends_in(0), years=2, seats=40, value=28800,
          steps=(Step(before(2, "10:12"), acknowledged), Step(days_from_end(0, "00:00"), locked_by_product))),
    Story(number="BC-0107", company="北辰设计院", product="collab", sold=ends_in(1), years=1, seats=60, value=43200,
          steps=(Step(before(3, "15:36"), opened), Step(before(3, "15:41"), asked_for_call))),
    Story(number="HL-0042", company="Harbor Labs", product="analytics", sold=ends_in(1, "17:59"), seats=15,
          value=18000, currency="USD"),
    Story(number="NS-0316", company="南山律师事务所", product="vault", sold=ends_in(3, "18:00"), seats=25,
          value=36000, steps=(Step(before(5, "11:20"), told_by_phone), Step(days_from_end(-4, "09:40"), came_back))),
    Story(number="LT-0418", company="澜图科技", product="collab", sold=ends_in(4), years=3, seats=120, value=86400,
          steps=(Step(before(6, "14:05"), opened),)),
    Story(number="HX-0021", company="槐序咖啡", product="collab", kind=TRIAL, sold=switched_on(26, "15:00", 30),
          seats=8, value=None, steps=(Step(days_from_end(-5, "15:20"), answered),)),
    Story(number="LW-0150", company="蓝湾地产", product="collab", owner=HE, sold=ends_in(2), seats=30, value=21600,
          steps=(Step(before(4, "17:10"), moved(3, zh="月末结账撞上到期,先给三天,不收费。")),)),
    Story(number="HF-0077", company="Hinata Foods", product="quality", sold=ends_in(5), years=1, seats=20,
          value=880000, currency="JPY", steps=(Step(before(14, "10:25"), confirmed),)),
    Story(number="QH-0290", company="青禾医疗", product="collab", sold=ends_in(6), years=1, seats=80, value=57600),
    Story(number="QH-0290", company="青禾医疗", product="vault", sold=ends_in(40), seats=80, value=19200),
    Story(number="XY-0502", company="星野游戏", product="collab", owner=HE, sold=ends_in(7), seats=150, value=99000),
    Story(number="DL-0033", company="Dune Logistics", product="dispatch", owner=EMMA, sold=ends_in(8), seats=45,
          value=31500, currency="USD"),
    Story(number="WS-0019", company="Wattle & Stone", product="analytics", sold=ends_in(9), seats=12, value=14400,
          currency="AUD"),
    Story(number="CF-0064", company="Cedar & Finch", product="collab", owner=EMMA, sold=ends_in(12), years=1,
          seats=35, value=25200, currency="USD", steps=(Step(before(20, "11:15"), said_no),)),
)  # fmt: skip
"""Those that end today, tomorrow, this week and next."""

PAST_THE_END = (
    Story(number="YS-0208", company="云杉物流", product="dispatch", sold=ends_in(-1), years=2, seats=200,
          value=240000, state=State.BUFFER,
          steps=(Step(before(3, "16:20"), opened), Step(days_from_end(0, "22:05"), opened))),
    Story(number="LP-0011", company="Lone Pine Robotics", product="collab", owner=EMMA, sold=ends_in(-1), seats=18,
          value=12960, currency="USD", state=State.BUFFER,
          steps=(Step(before(3, "13:30"), told_by_phone), Step(days_from_end(0, "13:40"), away))),
    Story(number="YF-0045", company="远帆外贸", product="collab", sold=ends_in(-5), seats=10, value=7200,
          state=State.BUFFER,
          steps=(Step(days_from_end(0, "20:30"), locked_by_product), Step(days_from_end(1, "09:40"), given_back))),
    Story(number="QM-0391", company="启明制造", product="quality", sold=locked_on_last_opening(), years=1, seats=64,
          value=51200, state=State.SOFT_LOCKED,
          steps=(Step(before(3, "10:40"), told_by_phone), Step(before(2, "16:48"), opened),
                 Step(days_from_end(0, "00:00"), locked_by_product), Step(after_lock(timedelta(0)), taken))),
    Story(number="BL-0088", company="白鹭检测", product="quality", owner=HE, sold=ends_in(-115), seats=16, value=12800,
          state=State.CLOSED,
          steps=(Step(before(8, "09:50"), told_by_phone), Step(days_from_end(0, "00:00"), locked_by_product))),
    Story(number="YQ-0172", company="雨前茶业", product="collab", owner=HE, sold=ends_in(-6), years=1, seats=22,
          value=15840, steps=(Step(days_from_end(1, "10:40"), confirmed),)),
    Story(number="CF-0610", company="长风电力", product="dispatch", sold=locked_on_last_opening(days_ago=8), years=1,
          seats=110, value=132000,
          steps=(Step(before(3, "14:30"), told_by_phone), Step(days_from_end(1, "00:00"), locked_by_product),
                 Step(after_lock(timedelta(minutes=12)), reached),
                 Step(after_lock(timedelta(hours=2, minutes=30)), confirmed))),
)  # fmt: skip
"""Those whose last minute has passed: in the buffer, locked, closed, renewed late."""

FAR_FROM_THE_END = (
    Story(number="SG-0007", company="松果早教", product="learning", owner=HE, sold=starts_in(9), seats=30, value=21000,
          state=State.SCHEDULED),
    Story(number="TL-0005", company="Thames Ledger", product="vault", owner=EMMA, sold=ends_in(45), years=2, seats=50,
          value=24000, currency="GBP", notice_days=30, steps=(Step(days_from_end(-66, "06:00"), told_that_it_renews),)),
    Story(number="KM-0013", company="Kiefer Maschinenbau", product="quality", owner=EMMA, sold=ends_in(20), years=1,
          seats=90, value=67500, currency="EUR", notice_days=30,
          steps=(Step(days_from_end(-66, "06:00"), told_that_it_renews),
                 Step(days_from_end(-29, "00:01"), renewed_by_itself))),
    Story(number="NH-0002", company="Neem Health", product="collab", owner=EMMA, kind=TRIAL,
          sold=switched_on(75, "11:40", 30), seats=25, value=None,
          steps=(Step(before(4, "16:10"), confirmed),)),
    Story(number="YW-0124", company="一苇出版", product="collab", owner=HE, sold=ends_in(75), years=1, seats=28,
          value=20160,
          steps=(Step(days_from_end(-95, "10:30"), moved(-30, zh="两个账号合并,客户要求提前到合并那天。")),)),
    Story(number="TS-0066", company="天山乳业", product="dispatch", owner=HE, sold=ends_in(17), seats=55, value=46200),
    Story(number="MF-0093", company="Merlion Freight", product="dispatch", sold=ends_in(24), years=1, seats=70,
          value=58800, currency="SGD"),
    Story(number="PA-0038", company="Pennine Audio", product="analytics", owner=EMMA, sold=ends_in(31), seats=9,
          value=6300, currency="GBP"),
    Story(number="AM-0016", company="Atelier Marais", product="collab", owner=EMMA, sold=ends_in(52), seats=14,
          value=9800, currency="EUR"),
    Story(number="AF-0027", company="Avalon Fisheries", product="dispatch", owner=EMMA, sold=ends_in(66, "16:30"),
          seats=20, value=16400, currency="CAD"),
    Story(number="MM-0012", company="木棉服饰", product="learning", owner=None, sold=ends_in(83), seats=26,
          value=13000),
    Story(number="HT-0004", company="Himal Trekking", product="learning", owner=EMMA, sold=ends_in(96), seats=6,
          value=2400, currency="USD"),
    Story(number="LT-0419", company="澜图科技", product="analytics", sold=ends_in(120), seats=12, value=14400),
    Story(number="HM-0234", company="禾木教育", product="collab", sold=ends_in(143), years=1, seats=20, value=14400),
    Story(number="YS-0209", company="云杉物流", product="vault", sold=ends_in(171), seats=40, value=24000),
    Story(number="QM-0392", company="启明制造", product="collab", sold=ends_in(204), years=2, seats=90, value=64800),
    Story(number="BC-0108", company="北辰设计院", product="vault", sold=ends_in(236), seats=15, value=11250),
    Story(number="MF-0094", company="Merlion Freight", product="analytics", sold=ends_in(268), seats=10, value=12000,
          currency="SGD"),
    Story(number="TL-0006", company="Thames Ledger", product="collab", owner=EMMA, sold=ends_in(301), years=1,
          seats=32, value=18600, currency="GBP"),
    Story(number="CF-0611", company="长风电力", product="quality", sold=ends_in(334), seats=75, value=60000),
)  # fmt: skip
"""Those that have time left, and those that have just been given a year more."""
