"""What the demo's colleagues did with their contracts' plans: mostly what was planned, and some of it otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zlib import crc32

from django.db.models import Min

from accounts.models import Contract, User
from renewals.locking.models import Clock
from renewals.pipeline import following
from renewals.playbooks import laying, services
from renewals.playbooks.anew import SAID
from renewals.playbooks.models import Anchor, Channel, PlanStep, Playbook, Watch, Writer
from renewals.playbooks.reading import Known
from renewals.playbooks.services import counting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_DAY_OF_WORK = 8 * HOUR
DONE = {
    "explain": ("电话里说清了最后一分钟和之后的缓冲", "Explained the minute and the buffer on the phone"),
    "look_back": ("一起回顾了这一年，目标完成了大半", "Looked back together: most of what they wanted is done"),
    "value": ("发了使用报告，他们转给了管理层", "Sent them their figures; they passed them on upstairs"),
    "options": ("三种方案都讲了，倾向一年期", "Went through the options: they lean to a year"),
    "talk_track": ("这周的事情都对过了", "Settled what has to happen this week"),
    "care": ("打了电话，一切正常", "Called: all is well"),
}
"""By purpose, what came of it, in both languages."""
TRIAL = [
    {"anchor": "start", "days": 1, "purpose": "explain", "channel": "call"},
    {"anchor": "end", "days": -7, "purpose": "value"},
    {"anchor": "end", "days": -3, "purpose": "options"},
    {"anchor": "end", "days": -1, "purpose": "care", "channel": "call"},
    {"anchor": "end", "days": 0, "purpose": "buffer"},
]


def lay(*, now: datetime) -> None:
    """What the tick does about plans, and about the renewals that begin with them."""
    laying.watch(now=now)
    following.watch(now=now)
    while laying.lay_due(now=now, limit=500):
        pass


def make_playbooks(*, by: User, now: datetime) -> None:
    """The usual playbook, and one for trials, which are over too soon for it."""
    laying.ensure_usual(now=now)
    if not Playbook.objects.filter(product=None, segment="", kind=Contract.Kind.TRIAL).exists():
        services.make_playbook(steps=TRIAL, by=by, now=now, name="试用转正 Trials", kind=Contract.Kind.TRIAL)


def call_about_value(*, by: User, now: datetime) -> None:
    """Since yesterday what the product did for them is told on the phone: running plans still say a letter."""
    usual = Playbook.objects.get(product=None, segment="", kind="")
    last = usual.versions.get(number=usual.versions.count())
    if last.number > 1:
        return
    steps = [{name: getattr(step, name) for name in SAID} for step in last.steps.all()]
    for said in steps:
        said["channel"] = Channel.CALL if said["purpose"] == "value" else said["channel"]
    services.make_version(usual, steps=steps, by=by, now=now)


def next_to_lay() -> datetime | None:
    """When the next end comes near enough for a plan."""
    looked_until = Watch.objects.values_list("looked_until", flat=True).first()
    clocks = Clock.objects.filter(ends_at__gt=looked_until + laying.AHEAD) if looked_until else Clock.objects.all()
    ends_at = clocks.aggregate(at=Min("ends_at"))["at"]
    return ends_at - laying.AHEAD if ends_at else None


def carry_out(care: Mapping[tuple[str, str], int], *, since: datetime, now: datetime) -> None:
    """Of what became due since then colleagues did so many in four as they cared for the contract, at its time."""
    for step in due(since=since - A_DAY_OF_WORK, until=now - A_DAY_OF_WORK):
        owner, contract = step.contract.owner, step.contract
        if owner and luck(step) % 4 < care[contract.number, contract.product.code]:
            done_at = step.goes_at + luck(step) % 5 * HOUR
            services.mark_done(step, how=said(step, DONE[step.purpose]), by=owner, now=done_at)


def luck(step: PlanStep) -> int:
    """A number that looks like chance and is the same on every loading."""
    return crc32(f"{step.contract.number} {step.contract.product.code} {step.purpose}".encode())


def due(*, since: datetime, until: datetime) -> Iterator[PlanStep]:
    """What was to go out in a stretch of time, and is a person's to do, in a steady order."""
    steps = PlanStep.objects.open().filter(goes_at__gt=since, goes_at__lte=until, purpose__in=DONE, writer=Writer.OWNER)
    related = steps.select_related("contract__owner", "contract__customer", "contract__product")
    for step in related.order_by("contract__number", "goes_at"):
        if PlanStep.objects.counting(at=step.goes_at).filter(pk=step.pk).exists():
            yield step


def change(*, now: datetime) -> None:
    """One step that somebody moved, one that was left out, and one that was added: each of another contract."""
    coming = PlanStep.objects.coming(at=now).filter(
        goes_at__gt=now + 5 * DAY, joins=None, contract__owner__isnull=False
    )
    letters = coming.filter(channel=Channel.LETTER, anchor=Anchor.END, contact__isnull=False)
    related = letters.select_related("plan", "contract__owner", "contract__customer", "contact__customer")
    chosen: dict[int, PlanStep] = {}
    for step in related.order_by("contract__number", "goes_at"):
        chosen.setdefault(step.contract_id, step)
    for step, act in zip(chosen.values(), (move, drop, add), strict=False):
        act(step, now=now - HOUR)


def move(step: PlanStep, *, now: datetime) -> None:
    """Two days earlier, in their hours."""
    clock = counting(step.plan, now=now)
    to = Known.read([clock], now=now).reader(clock, step.contact).next(step.goes_at - 2 * DAY)
    services.move(step, to=to, by=owner_of(step.contract), now=now)


def drop(step: PlanStep, *, now: datetime) -> None:
    """They were met in person instead."""
    why = said(step, ("上周当面谈过了", "Talked about it in person last week"))
    services.drop(step, reason=why, by=owner_of(step.contract), now=now)


def add(step: PlanStep, *, now: datetime) -> None:
    """A call of their own."""
    title = said(step, ("邀请参加用户日", "Invite them to the user day"))
    services.add(
        step.plan, purpose="other", channel=Channel.CALL, goes_at=step.goes_at + HOUR, contact=step.contact,
        by=owner_of(step.contract), now=now, title=title,
    )  # fmt: skip


def owner_of(contract: Contract) -> User:
    """Whoever looks after it."""
    assert contract.owner is not None
    return contract.owner


def said(step: PlanStep, words: tuple[str, str]) -> str:
    """In the language that a colleague and the customer share."""
    return words[0 if step.contract.customer.language.startswith("zh") else 1]
