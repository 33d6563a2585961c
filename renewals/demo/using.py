"""What the demo customers did with the products, and what was said with them: up, down and quiet, week by week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from accounts import terms, wording
from accounts.models import Product
from renewals.conversations.models import Conversation, Promise
from renewals.conversations.services import Promised, note_conversation
from renewals.demo.script import DAY, Life
from renewals.health.services import keep, keep_scores, today_here
from renewals.usage.models import Metric
from renewals.usage.services import Signal, take_signals

WEEK = 7 * DAY
METRICS: Mapping[str, tuple[str, str, str, str]] = {
    "collab": ("reports", "report", "reports", "份报表"),
    "learning": ("lessons", "lesson", "lessons", "节课"),
    "dispatch": ("shipments", "shipment", "shipments", "张运单"),
    "quality": ("inspections", "inspection", "inspections", "次质检"),
    "analytics": ("queries", "query", "queries", "次查询"),
    "vault": ("documents", "document", "documents", "份文件"),
}
"""By product, what it counts: its code, one, many, and in Chinese."""
TICKETS = ("support_tickets", "request for support", "requests for support", "次求助")
A_HEAD = 3.5
"""How much of it one person does in a week."""
SINGLY = 9
"""For so many weeks each person is counted, further back only all of them together."""
HEALTHY, RISING, FADING, STOPPED = (0.75, 0.0), (0.7, 0.35), (0.45, -0.6), (0.35, -0.2)
"""Which share of the seats is used, and how much more of it is done within half a year."""
SHAPES = {
    "LT-0418": RISING, "HF-0077": RISING, "MF-0093": RISING, "QM-0392": RISING, "TL-0006": RISING,
    "HL-0042": FADING, "XY-0502": FADING, "CF-0064": FADING, "YS-0208": FADING, "AM-0016": FADING,
    "NS-0316": STOPPED, "LP-0011": STOPPED,
}  # fmt: skip
SILENT = frozenset({"MM-0012", "HT-0004", "YF-0045", "SG-0007", "BC-0108", "BL-0088"})
"""Of these the product has sent nothing."""
IN_TROUBLE = frozenset({"XY-0502", "YS-0208", "HL-0042"})
"""These ask for help again and again."""
STOPPED_FOR = 5
SCORED = 26
"""Weeks for which the scores of the past are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One conversation: how many days ago, how, what was said, the mood, and what either side promised."""

    number: str
    days: int
    zh: str
    en: str = ""
    channel: Conversation.Channel = Conversation.Channel.CALL
    mood: int | None = None
    ours: tuple[str, int] | None = None
    theirs: tuple[str, int] | None = None


TALKS = (
    Talk(number="LT-0418", days=9, mood=1, zh="林澜问批量导出什么时候上：月报要一次导十二份。她说今年比去年顺手多了。",
         ours=("批量导出上线后第一时间告诉林澜", 3)),
    Talk(number="LT-0418", days=52, mood=2, channel=Conversation.Channel.MEETING,
         zh="季度回顾。经营报告从两天缩到半天，方哲那边也开始用了。"),
    Talk(number="HM-0233", days=16, mood=0, zh="何老师还在等学校批预算，说最迟月底有消息。",
         theirs=("告知预算批没批", 5)),
    Talk(number="YS-0208", days=12, mood=-2, zh="许总对上周两次卡顿很不满，说再这样就换一家。",
         ours=("把卡顿的原因和改法写成一页给许总", -2), theirs=("提供卡顿当时的截图", 4)),
    Talk(number="YS-0208", days=70, mood=1, channel=Conversation.Channel.MAIL, zh="新开了两个仓，问能不能再加三十席。"),
    Talk(number="QM-0391", days=20, mood=0, zh="王工说质检月报在月底最后一个工作日交，那几天不能停。"),
    Talk(number="QH-0290", days=33, mood=1, channel=Conversation.Channel.CHAT,
         zh="沈主任说护士站也想用，先要一份培训材料。",
         ours=("护士站的培训材料", 8)),
    Talk(number="XY-0502", days=25, mood=-1, zh="项目停了一个，用的人少了一半。想知道能不能降席位。"),
    Talk(number="HL-0042", days=47, mood=-1, zh="",
         en="Dana says queries time out in the afternoon, New York time; her team has gone back to spreadsheets.",
         ours=("find out why queries time out", -6)),
    Talk(number="MF-0093", days=11, mood=2, channel=Conversation.Channel.MEETING, zh="",
         en="Ms Tan wants to take the Johor depot on board in spring, some forty seats more.",
         theirs=("send the list of users in Johor", 12)),
    Talk(number="LP-0011", days=88, mood=0, zh="", en="Priya is on leave; nobody else there knows about the renewal."),
    Talk(number="TL-0006", days=18, mood=1, channel=Conversation.Channel.MAIL, zh="",
         en="Mr Grant asked for the audit log as a file, and was glad that it exists already."),
)  # fmt: skip


def name_metrics(products: Mapping[str, Product], *, now: datetime) -> None:
    """What the products' numbers are called; each counts requests for support too."""
    for code, product in products.items():
        for (metric, one, many, zh), is_support in ((METRICS[code], False), (TICKETS, True)):
            words = {"one_en": one, "many_en": many, "zh": zh, "is_support": is_support, "changed_at": now}
            Metric.objects.update_or_create(product=product, code=metric, defaults=words)


def used(lives: Sequence[Life], *, now: datetime) -> None:
    """Signals of the last two years, conversations and promises, and the scores that follow from them, by the week."""
    take_signals((signal for life in lives for signal in signals_of(life, now=now)), now=now)
    by_number = {life.story.number: life for life in reversed(lives)}
    for talk in TALKS:
        had(talk, by_number[talk.number], now=now)
    for ago in range(SCORED, 0, -1):
        at = now - ago * WEEK
        keep([life.contract for life in lives if began(life, now=now) < at], today_here(at), now=at)
    keep_scores(now=now)


def signals_of(life: Life, *, now: datetime) -> Iterator[Signal]:
    """One contract's signals since it began, in whole weeks back from now."""
    number = life.story.number
    if number in SILENT:
        return
    share, growth = SHAPES.get(number, HEALTHY)
    people = max(1, round(life.story.seats * share))
    metric = METRICS[life.story.product][0]
    weeks = max(0, min(104, (now - began(life, now=now)) // WEEK))
    for ago in range(STOPPED_FOR if SHAPES.get(number) is STOPPED else 0, weeks):
        at = now - ago * WEEK - timedelta(hours=20 + crc32(number.encode()) % 40)
        amount = people * A_HEAD * (1 + growth * (13 - ago) / 26 if ago < 26 else 1 - growth / 2) * wobble(number, ago)
        yield from signals_of_week(life, metric, at, people=people if ago < SINGLY else 0, amount=amount)
        if number in IN_TROUBLE or crc32(f"{number}?{ago}".encode()) % 5 == 0:
            yield Signal(contract_id=life.contract.pk, at=at, metric=TICKETS[0], value=3 if number in IN_TROUBLE else 1)


def signals_of_week(life: Life, metric: str, at: datetime, *, people: int, amount: float) -> Iterator[Signal]:
    """A week's signals: one a person where they are counted singly, else one for all."""
    heads, total = max(people, 1), round(amount)
    for n in range(heads):
        user = f"{life.story.number} {n}" if people else ""
        value = total * (n + 1) // heads - total * n // heads
        yield Signal(contract_id=life.contract.pk, at=at, metric=metric, value=value, user=user)


def wobble(number: str, ago: int) -> float:
    """No week is like the other: between 0.85 and 1.15, the same whenever it is asked."""
    return 0.85 + (crc32(f"{number}:{ago}".encode()) % 31) / 100


def began(life: Life, *, now: datetime) -> datetime:
    """When the first term began; never after now."""
    return min(terms.start_instant(life.first_start, life.zone), now)


def had(talk: Talk, life: Life, *, now: datetime) -> None:
    """A conversation at the customer's work, and on record at once; its promises are by days from today."""
    at = life.at_work(now - talk.days * DAY)
    today = wording.local(now, life.zone).date()
    note_conversation(
        life.person.customer,
        contract=life.contract,
        contact=life.person,
        channel=talk.channel,
        at=at,
        time_zone=life.colleague.time_zone,
        said=life.say(zh=talk.zh, en=talk.en),
        sentiment=talk.mood,
        promises=[
            Promised(side=side, what=said[0], due_on=today + said[1] * DAY)
            for side, said in ((Promise.Side.OURS, talk.ours), (Promise.Side.THEIRS, talk.theirs))
            if said
        ],
        by=life.colleague,
        now=max(at, now - talk.days * DAY),
    )
