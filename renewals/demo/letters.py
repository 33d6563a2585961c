"""Letters of the demo: one that goes out at its moment, one that waits for a manager, one that is half written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from renewals.demo.cast import CHEN, HE
from renewals.letters import services
from renewals.letters.models import Letter
from renewals.playbooks.models import Channel, PlanStep

ZHOU = "manager@demo.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote to the customer of a number, and how far it has come."""

    number: str
    subject: str
    text: str
    by: str
    approved: bool = False
    shown: bool = False


LETTERS = (
    Written(
        number="MF-0093",
        by=CHEN,
        approved=True,
        subject="Johor in spring, and the minute your contract ends",
        text=(
            "Dear Ms Tan,\n\nwhen we met you spoke of the Johor depot in spring, some forty seats more. I have set "
            "them aside for you at the price that you pay now, and nothing changes for those you use.\n\n"
            "Send the list of users in Johor whenever it suits you; the depot can begin the same day.\n\n"
            "Your contract runs until {minute}. What happens after it, and how to go on, is on your page: {link}\n"
        ),
    ),
    Written(
        number="XY-0502",
        by=HE,
        shown=True,
        subject="少一半的人，怎样续最划算",
        text=(
            "{greeting}，您好：\n\n上次您说项目停了一个，用的人少了一半，想知道能不能降席位。"
            "可以：现在的 150 个席位，我按留下来的人数重算了一份，"
            "随时能再加回来，已有的内容一份不动。\n\n可用至{最后可用分钟}，续约页在这里：{续约页}\n"
        ),
    ),
    Written(
        number="LT-0418",
        by=CHEN,
        subject="批量导出，月报前可用",
        text="林总，您好：\n\n您问批量导出什么时候上：\n\n{最后可用分钟}\n{续约页}\n",
    ),
)  # fmt: skip


def write_letters(colleagues: Mapping[str, User], *, now: datetime) -> None:
    """The letters, each for the next step of its contract's plan that is a letter; a manager sees He Jing's first."""
    services.see_first(colleagues[HE], first=True, by=colleagues[ZHOU], now=now)
    for written in LETTERS:
        step = next_step(written.number, now=now)
        if step is not None:
            write(step, written, by=colleagues[written.by], now=now)


def next_step(number: str, *, now: datetime) -> PlanStep | None:
    """The next letter of a contract's plan that is still to come."""
    steps = PlanStep.objects.coming(at=now).filter(contract__number=number, channel=Channel.LETTER, joins=None)
    steps = steps.filter(goes_at__gt=now)
    return steps.select_related("contract__customer", "contact__customer").order_by("goes_at", "pk").first()


def write(step: PlanStep, written: Written, *, by: User, now: datetime) -> Letter:
    """One letter, as far as it has come."""
    letter = services.letter_of(step, by=by, now=now)
    text = written.text.replace("{greeting}", letter.contact.greeting)
    letter = services.save(letter, subject=written.subject, text=text, revision=letter.revision, now=now)
    if written.shown:
        services.ask(letter, now=now)
    if written.approved:
        services.approve(letter, by=by, now=now)
    return letter
