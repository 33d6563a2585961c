"""Steps of playbooks in words, and what changed from one version to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from renewals.playbooks.models import Anchor, Said, Step

SAID = ("anchor", "days", "purpose", "channel", "writer", "title", "aim")
"""What a step says: two that say the same are the same."""
ORDER = [Anchor.START, Anchor.END, Anchor.LOCK]


def in_order(steps: Iterable[Step]) -> list[Step]:
    """By time: from the beginning over the last minute to the lock."""
    return sorted(steps, key=lambda step: (ORDER.index(Anchor(step.anchor)), step.days, step.place))


def when(step: Said) -> str:
    """“90 days before the last minute”."""
    days = {"days": abs(step.days)}
    if step.anchor == Anchor.START:
        said = ngettext("%(days)d day after the term begins", "%(days)d days after the term begins", step.days)
        return said % days if step.days else _("when the term begins")
    if step.anchor == Anchor.LOCK:
        said = ngettext("%(days)d day after the soft lock", "%(days)d days after the soft lock", step.days)
        return said % days if step.days else _("at the soft lock")
    if not step.days:
        return _("at the end, as the buffer begins")
    if step.days < 0:
        return (
            ngettext("%(days)d day before the last minute", "%(days)d days before the last minute", -step.days) % days
        )
    return ngettext("%(days)d day after the end", "%(days)d days after the end", step.days) % days


def how(step: Said) -> str:
    """“letter · the owner”."""
    return f"{step.get_channel_display()} · {step.get_writer_display()}"


def in_a_line(step: Said) -> str:
    """When, what, by which way and by whom."""
    return f"{when(step)} · {step.name} · {how(step)}"


class Changed(NamedTuple):
    """One step that a version has otherwise than the one before it."""

    what: str
    step: Step

    @property
    def line(self) -> str:
        said = {"added": _("New: %(step)s"), "gone": _("Gone: %(step)s"), "changed": _("Changed: %(step)s")}
        return said[self.what] % {"step": in_a_line(self.step)}


def what_changed(before: Sequence[Step], after: Sequence[Step]) -> list[Changed]:
    """The steps that differ between two versions, in order of time."""
    old, new = {content(step): step for step in before}, {content(step): step for step in after}
    gone = {place(step): step for key, step in old.items() if key not in new}
    fresh = [step for key, step in new.items() if key not in old]
    changed = [Changed("changed" if gone.pop(place(step), None) else "added", step) for step in in_order(fresh)]
    return [*changed, *(Changed("gone", step) for step in in_order(gone.values()))]


def content(step: Said) -> tuple[object, ...]:
    """All that a step says."""
    return tuple(getattr(step, name) for name in SAID)


def place(step: Said) -> tuple[object, ...]:
    """What makes a step the same one with another content."""
    return (step.anchor, step.days, step.purpose)
