"""What a playbook's page shows: its steps in words, and its versions with what each changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import User
from renewals.playbooks.gates import running
from renewals.playbooks.models import Playbook, Step, Version
from renewals.playbooks.wording import Changed, how, in_order, what_changed, when


@dataclass(frozen=True, kw_only=True)
class Told:
    """One version: what it changed, and how many running plans follow it."""

    version: Version
    changed: Sequence[Changed]
    running: int


@dataclass(frozen=True, kw_only=True)
class PlaybookPage:
    """Everything is read already."""

    playbook: Playbook
    versions: Sequence[Told]

    @property
    def last(self) -> Version:
        return self.versions[0].version

    @property
    def steps(self) -> list[tuple[Step, str, str]]:
        """The steps in order of time, each with when and how in words."""
        return [(step, when(step), how(step)) for step in in_order(self.last.steps.all())]

    @property
    def older(self) -> int:
        """How many running plans still follow an older version."""
        return sum(told.running for told in self.versions[1:])

    @property
    def is_followed(self) -> bool:
        """Whether any running plan follows it."""
        return any(told.running for told in self.versions)


def page_of(playbook: Playbook, reader: User, *, now: datetime) -> PlaybookPage:
    """The page, with the plans that its reader may see counted. A constant number of queries."""
    versions = list(playbook.versions.select_related("made_by").prefetch_related("steps"))
    for version in versions:
        version.playbook = playbook
    plans = running(reader, now=now).filter(version__playbook=playbook).order_by()
    counts = dict(plans.values_list("version").annotate(n=Count("pk")))
    before = [*versions[1:], None]
    told = [
        Told(
            version=version,
            changed=what_changed(list(earlier.steps.all()), list(version.steps.all())) if earlier else [],
            running=counts.get(version.pk, 0),
        )
        for version, earlier in zip(versions, before, strict=True)
    ]
    return PlaybookPage(playbook=playbook, versions=told)
