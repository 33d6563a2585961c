"""Posts to a team's channel: what is said, to whose own host alone, and what came back (rules 4 and 13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Team, User
from renewals.channels import ADAPTERS, is_plain, service_of, without_keys
from renewals.channels.answers import Answer, Verdict
from renewals.interventions.models import Channel, Message
from renewals.interventions.writing import address_of, said_of
from renewals.outbound import Line, NoAnswer, Refused, asked_for
from renewals.touches.leasing import shortened
from renewals.touches.writing import one_line, paragraphs

WITHIN = 10.0
"""Seconds that a service has to answer."""
LONGEST_ASKED = timedelta(hours=1)
"""How much of a `Retry-After` is believed: a lock that is older has been passed on long since."""
A_MINUTE = 15
"""Posts to one channel in a minute: DingTalk silences a robot for ten minutes after 20."""
MINUTE = timedelta(minutes=1)
HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "23:59 channels/1"}


def may_be_called(kind: str, url: str) -> bool:
    """Whether it leads to the service's own host; `CSPORTAL_ALLOW_PRIVATE_CALLS` allows any."""
    return service_of(url) == kind or (settings.CSPORTAL_ALLOW_PRIVATE_CALLS and is_plain(url))


def channel_of(message: Message) -> Channel | None:
    """Where a posting goes: the channel that the team of whoever has it has by now."""
    return Channel.objects.filter(team=message.hand_over.user.team_id or -1).select_related("team").first()


def has_posted_enough(channel: Channel, *, now: datetime) -> bool:
    """Whether so much was posted there lately that the next has to wait."""
    lately = Message.objects.filter(way=Message.Way.CHANNEL, outcome=Message.Outcome.SENT, over_at__gt=now - MINUTE)
    return lately.filter(hand_over__user__team=channel.team_id).count() >= A_MINUTE


def post(channel: Channel, text: str, link: str, *, now: datetime) -> Answer:
    """Post a text to a channel; what its service made of it. What is secret is in no text that comes back."""
    answer = exchange(channel, text, link, now=now)
    said = without_keys(answer.said, url=channel.url, secret=channel.secret)
    return Answer(answer.verdict, shortened(said), min(answer.asked, LONGEST_ASKED))


def exchange(channel: Channel, text: str, link: str, *, now: datetime) -> Answer:
    """One request and its answer, as the service's adapter reads it."""
    if not may_be_called(channel.kind, channel.url):
        return Answer(Verdict.REFUSED, _("This is not an address of %(service)s.") % {"service": channel.service})
    adapter = ADAPTERS[channel.kind]
    built = adapter.build(channel.url, secret=channel.secret, text=text, link=link, at=now)
    try:
        with Line(built.url, allow_private=settings.CSPORTAL_ALLOW_PRIVATE_CALLS, within=WITHIN) as line:
            came = line.post(built.body, HEADERS)
    except Refused as problem:
        return Answer(Verdict.REFUSED, str(problem))
    except NoAnswer as problem:
        return Answer(Verdict.LATER, str(problem))
    read: Answer = adapter.read(came.status, came.body)
    if read.verdict is not Verdict.LATER:
        return read
    return Answer(read.verdict, read.said, asked_for(came.header("Retry-After"), at=now))


def reader_of(team: Team) -> User | None:
    """Whose language a team's channel speaks: its manager's."""
    leads = User.objects.filter(team=team, role=User.Role.MANAGER, is_active=True)
    return leads.order_by("duty_place", "name", "pk").first()


def text_about(message: Message, channel: Channel, *, now: datetime) -> tuple[str, str]:
    """What is posted about one turn, and the link that ends it."""
    turn, lead = message.hand_over, reader_of(channel.team)
    with translation.override((lead and lead.language) or settings.LANGUAGE_CODE):
        words = said_of(turn.intervention, reader=lead or turn.user, now=now)
        words |= {"holder": one_line(turn.user.name), "person": next(iter(words["facts"].people), None)}
        return paragraphs(render_to_string("interventions/posting.txt", words)), address_of(turn.intervention)


def trial(channel: Channel, *, by: User) -> str:
    """What a test says, in the language of whoever sends it."""
    said = {"team": one_line(channel.team.name), "name": one_line(by.name)}
    return _("A test by %(name)s: the soft locks of team %(team)s are told here.") % said
