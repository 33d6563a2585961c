"""Two touches of one recipient on a day become one: the later step goes out with the first (rule 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts import terms
from accounts.bulk import update_all
from renewals.playbooks.models import Channel, PlanStep

DAY = timedelta(days=1)
Key = tuple[int, date]


def join(changed: Sequence[PlanStep], *, now: datetime) -> None:
    """Settle who goes out with whom for the recipients of these steps, which have just got their instants."""
    people = {step.contact_id for step in changed if step.contact_id and step.channel == Channel.LETTER}
    if not people:
        return
    first, last = min(step.goes_at for step in changed), max(step.goes_at for step in changed)
    beside = Q(goes_at__gte=first - DAY, goes_at__lte=last + DAY) | Q(joins__in=[step.pk for step in changed])
    letters = PlanStep.objects.coming(at=now).filter(beside, contact__in=people, channel=Channel.LETTER)
    steps = list(letters.select_related("contact__customer").order_by("goes_at", "pk"))
    leaders = leader_of(by_day(steps))
    wrong = [(step.pk, leaders[step.pk]) for step in steps if step.joins_id != leaders[step.pk]]
    update_all(PlanStep, ("joins",), wrong)


def by_day(steps: Iterable[PlanStep]) -> Mapping[Key, list[PlanStep]]:
    """The steps of each recipient and day, by the recipient's own clock, in order."""
    found: dict[Key, list[PlanStep]] = defaultdict(list)
    for step in steps:
        if step.contact:
            found[step.contact.pk, step.goes_at.astimezone(terms.zone(step.contact.zone)).date()].append(step)
    return found


def leader_of(days: Mapping[Key, Sequence[PlanStep]]) -> Mapping[int, int | None]:
    """By step, the one that it goes out with; None for one that goes out by itself."""
    return {step.pk: None if step is group[0] else group[0].pk for group in days.values() for step in group}


def rejoin(left: Sequence[PlanStep], *, now: datetime) -> None:
    """What was to go out with a step that is over now goes out by itself, or with the next."""
    PlanStep.objects.filter(pk__in=[step.pk for step in left]).update(joins=None)
    join(left, now=now)
