"""What people do with their team's channel: on record, without its address or secret."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accounts.models import Team, User
from renewals.channels.answers import Answer
from renewals.interventions import posting
from renewals.interventions.models import Channel


@transaction.atomic
def set_channel(team: Team, *, kind: str, url: str, secret: str, by: User, now: datetime) -> Channel:
    """From now on the team is told there, and nowhere else."""
    said = {"kind": kind, "url": url, "secret": secret, "set_at": now, "set_by": by}
    channel, _made = Channel.objects.update_or_create(team=team, defaults=said)
    note(team, CHANGE, f"channel: {channel}", by=by, now=now)
    return channel


@transaction.atomic
def remove_channel(team: Team, *, by: User, now: datetime) -> None:
    """The team has no channel any more; what had not been posted yet is not."""
    gone = Channel.objects.select_for_update().filter(team=team).first()
    if gone:
        note(team, DELETION, f"channel removed: {gone}", by=by, now=now)
        gone.delete()


def send_test(channel: Channel, *, by: User, now: datetime) -> Answer:
    """Post a message that is about nothing, at once; what the service answered."""
    return posting.post(channel, posting.trial(channel, by=by), f"{settings.CSPORTAL_BASE_URL}/", now=now)


def note(team: Team, flag: int, said: str, *, by: User, now: datetime) -> None:
    """Who did what, in the administration's own record."""
    LogEntry.objects.create(
        action_time=now,
        user=by,
        content_type=ContentType.objects.get_for_model(Team),
        object_id=str(team.pk),
        object_repr=team.name,
        action_flag=flag,
        change_message=said,
    )
