"""A letter's cast: Lan Tu's contract with a plan, what they achieved, and what was said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from renewals.conversations.models import Conversation
from renewals.conversations.services import note_conversation
from renewals.letters import services
from renewals.playbooks import laying
from renewals.usage.models import Metric, UsageSignal
from tests.renewals.cast import T, chen, lan_tu_contract, utc

WRITING = utc("2026-11-19T02:00")
"""A Thursday: the letter a week ahead can be written, the manager is told on Friday."""
PERSONAL = """林女士：

上次电话里您说月结前要导出全部评审记录，我已请同事把批量导出开好，周三前可用。
这一期您团队已完成 3,418 份报告，都在账户里。

{最后可用分钟}
{续约页}
"""


def lay_all(now=WRITING):
    laying.watch(now=now)
    while laying.lay_due(now=now, limit=500):
        pass


def told_us(contract):
    """What Lin said on the phone, and what they achieved."""
    customer = contract.customer
    words = {"one_en": "report", "many_en": "reports", "zh": "份报告", "changed_at": T}
    Metric.objects.get_or_create(product=contract.product, code="reports", defaults=words)
    UsageSignal.objects.create(
        contract=contract, at=T - timedelta(days=20), metric="reports", value=3418, received_at=T - timedelta(days=20)
    )
    note_conversation(
        customer, channel=Conversation.Channel.CALL, at=utc("2026-11-12T02:00"), time_zone=customer.time_zone,
        said="月结前要导出全部评审记录，希望能批量导出", by=chen(), now=utc("2026-11-12T03:00"),
        contact=customer.contacts.first(),
    )  # fmt: skip


@pytest.fixture
def contract(db):
    found = lan_tu_contract()
    told_us(found)
    lay_all()
    return found


@pytest.fixture
def step(contract):
    return contract.plan_steps.get(purpose="talk_track")


def written(step, *, text=PERSONAL, subject="月结前，评审记录的导出已备好", now=WRITING, by=None):
    """The letter of a step with these words."""
    letter = services.letter_of(step, by=by or chen(), now=now)
    return services.save(letter, subject=subject, text=text, revision=letter.revision, now=now)
