"""Where the demo's renewals stand: what its people agreed, expect, and mean to do next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.models import User
from renewals.demo.script import DAY
from renewals.health.services import today_here
from renewals.pipeline.models import LossReason, Renewal, Stage
from renewals.pipeline.rates import enter_rates
from renewals.pipeline.services import change, set_deciders

Word = Stage.Word
WAY = (Word.IN_CONTACT, Word.VALUE_AGREED, Word.OFFER_OUT, Word.VERBAL_YES)
RATES = {
    "USD": "7.1",
    "EUR": "8.3",
    "GBP": "9.5",
    "JPY": "0.047",
    "SGD": "5.5",
    "AED": "1.93",
    "INR": "0.081",
    "AUD": "4.7",
}


class Deal(NamedTuple):
    """What one CSM says of one renewal: words in Chinese and in English, the rest as numbers."""

    step: tuple[str, str]
    in_days: int | None
    factor: str = "1"
    risk: tuple[str, str] = ("", "")
    competitor: str = ""


DEALS = (
    Deal(("约决策人过一遍续约方案", "Go through the renewal with who decides"), 2),
    Deal(("发出三年期报价", "Send the three-year offer"), 1, "1.15"),
    Deal(("", ""), None),
    Deal(("等法务改完合同第六条", "Wait for legal on clause six"), -2,
         risk=("法务已经拖了两周", "Legal has taken two weeks")),
    Deal(("确认新增坐席数", "Settle how many seats are added"), 5, "1.3"),
    Deal(("把使用报告讲给管理层", "Show the figures to their management"), 4, "0.8",
         ("三成坐席没人用", "A third of the seats are nobody’s"), "Parity Suite"),
    Deal(("确认付款方式", "Settle how they pay"), 3),
)  # fmt: skip


def tell(*, manager: User, now: datetime) -> None:
    """Rates on record, open renewals on their way, and lost ones with what is known of why."""
    today = today_here(now)
    for days_ago, times in ((60, "0.99"), (5, "1")):
        on = today - timedelta(days=days_ago)
        rates = [(currency, on, Decimal(rate) * Decimal(times)) for currency, rate in RATES.items()]
        enter_rates(rates, by=manager, now=now - days_ago * DAY)
    stages = {stage.word: stage for stage in Stage.objects.all()}
    renewals = Renewal.objects.select_related("contract__owner", "contract__customer").order_by(
        "contract__number", "pk"
    )
    for place, renewal in enumerate(renewals.open().filter(contract__owner__isnull=False)):
        go(renewal, DEALS[place % len(DEALS)], stages, place=place, today=today, now=now)
    explain(renewals.filter(outcome=Renewal.Outcome.LOST), now=now)


def go(renewal: Renewal, deal: Deal, stages: dict[str, Stage], *, place: int, today: date, now: datetime) -> None:
    """Through as many stages as the time that is left calls for, or fewer: some are behind."""
    by, chinese = renewal.contract.owner, renewal.contract.customer.language.startswith("zh")
    assert by is not None
    between = (now - renewal.opened_at) / (len(WAY) + 2)
    for number, word in enumerate(WAY[: how_far(renewal, place=place, now=now)], start=1):
        change(renewal, stage=stages[word], by=by, now=renewal.opened_at + number * between)
    said: dict[str, Any] = {"next_step": deal.step[not chinese], "risks": deal.risk[not chinese]}
    said |= {"competitor": deal.competitor}
    if deal.in_days is not None:
        said["next_step_on"] = today + deal.in_days * DAY
    if renewal.amount is not None and deal.factor != "1":
        said["amount"] = (renewal.amount * Decimal(deal.factor)).quantize(Decimal(100))
    change(renewal, by=by, now=now - (1 + place % 6) * DAY if renewal.opened_at < now - 7 * DAY else now, **said)
    decides = renewal.contract.customer.contacts.filter(role="decides")
    set_deciders(renewal, decides[:1], by=by, now=now)


def how_far(renewal: Renewal, *, place: int, now: datetime) -> int:
    """How many stages a renewal has gone: one in four is behind."""
    left = (renewal.ends_at - now) // DAY
    usual = 0 if left > 75 else 1 if left > 45 else 2 if left > 21 else 3 if left > 7 else 4
    return max(usual - 2, 0) if place % 4 == 2 else usual


def explain(lost: Any, *, now: datetime) -> None:
    """Why the last ones went; of the others nobody knows yet."""
    reasons = {reason.word: reason for reason in LossReason.objects.all()}
    why = (
        (LossReason.Word.COMPETITOR, ("集团统一换了平台", "Their group moved everybody to another platform")),
        (LossReason.Word.PRICE, ("预算砍了一半", "Their budget was halved")),
    )
    found = lost.filter(contract__owner__isnull=False).order_by("-closed_at")[: len(why)]
    for renewal, (word, words) in zip(found, why, strict=False):
        english = not renewal.contract.customer.language.startswith("zh")
        lost_for = {"loss_reason": reasons[word], "loss_words": words[english], "stage": renewal.stage}
        change(renewal, by=renewal.contract.owner, now=now, **lost_for)
