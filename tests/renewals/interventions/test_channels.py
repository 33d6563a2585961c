"""What a team's channel is told of a soft lock: once a turn, signed, tried with care, its answer read (rule 13)."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact, User
from renewals.interventions import posting, sending
from renewals.interventions.channel import remove_channel, set_channel
from renewals.interventions.models import Channel, HandOver, Message
from renewals.interventions.sending import carry_out
from renewals.interventions.services import message_id, take
from renewals.locking.models import BusySession
from renewals.tick import tick
from renewals.touches.leasing import LEASE
from tests.renewals.cast import T
from tests.renewals.interventions.conftest import LOCK_AT

pytestmark = pytest.mark.django_db

TOKEN = "566cc69da782ec33e5c1b8a0"
OK = (200, {}, b'{"errcode":0,"errmsg":"ok"}')
REFUSES = (200, {}, b'{"errcode":310000,"errmsg":"sign not match"}')
TOO_FAST = (200, {}, b'{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}')
MINUTE = timedelta(minutes=1)


def dingtalk(team: dict[str, User], url: str, *, secret: str = "SECabc") -> Channel:
    china = team["zhou"].team
    return set_channel(china, kind="dingtalk", url=url, secret=secret, by=team["zhou"], now=T)


@pytest.fixture
def bot(told, team, receiver, mailbox):
    """The team's robot on DingTalk, which a receiver inside this machine stands for; Lin can be called."""
    Contact.objects.update(phone="+86 138 0000 2101")
    receiver.answer = lambda headers, body: OK
    dingtalk(team, f"{receiver.url}?access_token={TOKEN}")
    return receiver


@pytest.fixture
def posted(bot) -> Message:
    """The posting of the lock, which has just begun."""
    tick(now=LOCK_AT)
    return Message.objects.get(way="channel")


def text(bot) -> str:
    return json.loads(bot.got[-1][1])["text"]["content"]


def test_it_tells_who_is_to_be_called_about_what_and_who_has_it(posted, bot) -> None:
    assert [carry_out(posted.pk, now=LOCK_AT), carry_out(posted.pk, now=LOCK_AT)] == ["sent", "not due"]

    assert len(bot.got) == 1
    for said in (
        "Soft lock: call 澜图设计 · LT-2026-01",
        "usable until 27 November 2026, 23:59 (Asia/Shanghai)",
        "Locked since 30 November 2026, 09:00 (Asia/Shanghai)",
        "陈舟 has it.",
        "林岚 (林女士) · +86 138 0000 2101",
        "What they were told:",
        "No session reported work in progress.",
    ):
        assert said in text(bot)
    assert text(bot).endswith(f"/intervention/{posted.hand_over.intervention_id}/")


def test_it_tells_of_work_that_was_in_progress(posted, bot) -> None:
    contract = posted.hand_over.intervention.contract
    since = LOCK_AT - timedelta(minutes=20)
    BusySession.objects.create(contract=contract, hashed="s-1", busy_since=since, busy_until=LOCK_AT + MINUTE)

    carry_out(posted.pk, now=LOCK_AT)

    assert "30 November 2026, 08:40 (Asia/Shanghai)" in text(bot)


def test_it_goes_to_the_robot_signed(posted, bot) -> None:
    carry_out(posted.pk, now=LOCK_AT)

    assert bot.paths[0].startswith(f"/hooks?access_token={TOKEN}&timestamp=1796000400000&sign=")


def test_it_speaks_the_language_of_the_teams_manager(posted, bot, team) -> None:
    User.objects.filter(pk=team["zhou"].pk).update(language="zh-hans")

    carry_out(posted.pk, now=LOCK_AT)

    assert "2026年11月27日23时59分" in text(bot)


def test_a_manager_elsewhere_reads_their_own_time_beside(posted, bot, team) -> None:
    User.objects.filter(pk=team["zhou"].pk).update(time_zone="Europe/Berlin")

    carry_out(posted.pk, now=LOCK_AT)

    assert "On your own clock that is 30 November 2026, 02:00 (Europe/Berlin)" in text(bot)


def test_a_customer_of_a_wicked_name_calls_nobody(posted, bot) -> None:
    customer = posted.hand_over.intervention.contract.customer
    type(customer).objects.update(name="@all <!channel>\n@everybody")

    carry_out(posted.pk, now=LOCK_AT)

    assert "@" not in text(bot)
    assert "＠all ＜!channel＞ ＠everybody" in text(bot)


def test_a_team_without_a_channel_gets_the_mail_alone(locked) -> None:
    assert list(Message.objects.values_list("way", flat=True)) == ["mail"]


def test_the_posting_and_the_mail_are_made_with_the_turn_under_ids_of_their_own(posted) -> None:
    turn = HandOver.objects.get()

    found = dict(Message.objects.filter(hand_over=turn).values_list("way", "pk"))
    assert found == {way.value: message_id(turn, way) for way in Message.Way}
    assert len(set(found.values())) == 2


def test_the_next_in_turn_is_told_there_too(posted, bot) -> None:
    tick(now=LOCK_AT + 15 * MINUTE)

    second = Message.objects.get(way="channel", hand_over__place=1)
    assert carry_out(second.pk, now=LOCK_AT + 15 * MINUTE) == "sent"
    assert "何静 has it." in text(bot)


def test_once_a_colleague_took_it_nothing_is_posted(posted, bot, team) -> None:
    take(posted.hand_over.intervention, by=team["he"], now=LOCK_AT)

    assert carry_out(posted.pk, now=LOCK_AT) == "dropped"
    assert bot.got == []


def test_a_yes_of_the_status_and_a_no_of_the_body_is_a_no(posted, bot) -> None:
    bot.script = [REFUSES]

    assert carry_out(posted.pk, now=LOCK_AT) == "failed"

    posted.refresh_from_db()
    assert (posted.outcome, posted.answer) == ("failed", "310000 sign not match")


def test_a_refusal_of_the_channel_takes_nothing_from_the_mail(posted, bot, mailbox) -> None:
    bot.script = [REFUSES]
    carry_out(posted.pk, now=LOCK_AT)

    assert carry_out(Message.objects.get(way="mail").pk, now=LOCK_AT) == "sent"
    assert mailbox.recipients == [["chen@vendor.test"]]


def test_what_is_too_much_for_now_is_tried_again(posted, bot) -> None:
    bot.script = [TOO_FAST]

    assert carry_out(posted.pk, now=LOCK_AT) == "later"
    assert carry_out(posted.pk, now=LOCK_AT + MINUTE - timedelta(seconds=1)) == "not due"
    assert carry_out(posted.pk, now=LOCK_AT + MINUTE) == "sent"


@pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
@pytest.mark.parametrize(("asked", "minutes"), [("600", 10), ("5", 1), ("864000", 60), ("soon", 1)])
def test_who_asks_to_be_left_alone_is_for_an_hour_at_most(posted, bot, name, asked, minutes) -> None:
    bot.script = [(429, {name: asked}, b"")]

    carry_out(posted.pk, now=LOCK_AT)

    posted.refresh_from_db()
    assert posted.next_try_at == LOCK_AT + minutes * MINUTE


def test_after_five_tries_it_has_failed(posted, bot) -> None:
    bot.answer = lambda headers, body: TOO_FAST
    at, became = LOCK_AT, []
    for wait in (0, 1, 5, 15, 60):
        at += wait * MINUTE
        HandOver.objects.update(passes_on_at=None)
        became.append(carry_out(posted.pk, now=at))

    assert became == ["later", "later", "later", "later", "failed"]


def test_a_robot_that_never_answers_is_tried_again(posted, bot, monkeypatch) -> None:
    monkeypatch.setattr(posting, "WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Channel.objects.update(url=f"http://127.0.0.1:{silent.getsockname()[1]}/robot/send?access_token={TOKEN}")
        assert carry_out(posted.pk, now=LOCK_AT) == "later"

    posted.refresh_from_db()
    assert posted.answer == "no whole answer within 0.2 s"


@pytest.mark.parametrize("answer", [f"token {TOKEN} invalid", "not SECabc"])
def test_an_answer_that_repeats_a_secret_is_kept_without_it(posted, bot, answer) -> None:
    bot.script = [(404, {}, answer.encode())]

    carry_out(posted.pk, now=LOCK_AT)

    posted.refresh_from_db()
    assert "…" in posted.answer
    assert TOKEN not in posted.answer
    assert "SECabc" not in posted.answer


def test_nothing_goes_to_a_host_that_is_not_the_services_own(posted, bot, settings) -> None:
    settings.CSPORTAL_ALLOW_PRIVATE_CALLS = False

    assert carry_out(posted.pk, now=LOCK_AT) == "failed"

    posted.refresh_from_db()
    assert (bot.got, posted.answer) == ([], "This is not an address of DingTalk.")


def test_a_service_is_not_called_by_the_address_of_another(posted, bot, settings) -> None:
    settings.CSPORTAL_ALLOW_PRIVATE_CALLS = False
    Channel.objects.update(url="https://hooks.slack.com/services/T0000/B0000/XXXXXXXXXXXX")

    with mock.patch.object(posting, "Line", side_effect=AssertionError):
        assert carry_out(posted.pk, now=LOCK_AT) == "failed"


def test_after_the_channel_is_removed_what_waits_is_dropped(posted, bot, team) -> None:
    remove_channel(team["zhou"].team, by=team["zhou"], now=LOCK_AT)

    assert carry_out(posted.pk, now=LOCK_AT) == "dropped"
    assert bot.got == []


def test_a_channel_is_told_no_more_than_its_service_takes_in_a_minute(posted, bot, monkeypatch) -> None:
    monkeypatch.setattr(posting, "A_MINUTE", 1)
    carry_out(posted.pk, now=LOCK_AT)
    tick(now=LOCK_AT + 15 * MINUTE)
    second = Message.objects.get(way="channel", hand_over__place=1)
    Message.objects.filter(pk=posted.pk).update(over_at=LOCK_AT + 15 * MINUTE)

    assert carry_out(second.pk, now=LOCK_AT + 15 * MINUTE) == "postponed"
    assert carry_out(second.pk, now=LOCK_AT + 16 * MINUTE) == "sent"


def test_who_dies_between_posting_and_marking_posts_again(posted, bot) -> None:
    with mock.patch.object(sending, "finish", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        carry_out(posted.pk, now=LOCK_AT)

    assert carry_out(posted.pk, now=LOCK_AT + LEASE / 2) == "not due"
    assert carry_out(posted.pk, now=LOCK_AT + LEASE) == "sent"


def test_handing_over_asks_for_the_channels_once(told, team, receiver) -> None:
    dingtalk(team, receiver.url)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        tick(now=LOCK_AT)

    assert sum('FROM "renewals_channel"' in query["sql"] for query in asked) == 1


def refused(**said) -> str:
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        Channel.objects.create(**said)
    return str(problem.value)


def test_only_who_reads_signatures_has_a_secret(team) -> None:
    said = {"team": team["zhou"].team, "kind": "slack", "url": "https://x.test", "secret": "s", "set_at": T}

    assert "channel_signs_where_it_can" in refused(**said)


def test_a_service_nobody_knows_is_none(team) -> None:
    assert "channel_kind_known" in refused(team=team["zhou"].team, kind="fax", url="https://x.test", set_at=T)


def test_a_turn_is_told_once_each_way(posted) -> None:
    with pytest.raises(IntegrityError, match="message_once_a_turn_and_way"), transaction.atomic():
        Message.objects.create(hand_over=posted.hand_over, way="channel", recipient="x", next_try_at=T)


def test_there_is_no_third_way(posted) -> None:
    with pytest.raises(IntegrityError, match="message_way_known"), transaction.atomic():
        Message.objects.filter(pk=posted.pk).update(way="fax")


def test_a_channel_names_itself_by_its_end_alone(team) -> None:
    assert str(dingtalk(team, f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}")) == "dingtalk …b8a0"
