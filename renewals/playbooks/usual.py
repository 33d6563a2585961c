"""The usual playbook: what a vendor begins with who has said nothing else yet (rule 17). Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from renewals.playbooks.moments import Anchor


@dataclass(frozen=True, slots=True)
class Usual:
    """One step of it; its words follow from its purpose, in the reader's language."""

    anchor: Anchor
    days: int
    purpose: str
    channel: str = "letter"
    writer: str = "owner"


USUAL = (
    Usual(Anchor.START, 3, "explain"),
    Usual(Anchor.END, -90, "look_back"),
    Usual(Anchor.END, -60, "value"),
    Usual(Anchor.END, -30, "options"),
    Usual(Anchor.END, -7, "talk_track"),
    Usual(Anchor.END, -1, "care"),
    Usual(Anchor.END, 0, "buffer"),
    Usual(Anchor.LOCK, 0, "intervention", "call", "portal"),
    Usual(Anchor.LOCK, 3, "way_back"),
)


class Fit(NamedTuple):
    """For whom a playbook is meant; nothing said is for everybody."""

    product: int | None
    segment: str
    kind: str


def closest(playbooks: dict[int, Fit], *, product: int, segment: str, kind: str) -> int | None:
    """Of these playbooks the one that says most of what a contract is, its product before segment before kind."""
    fitting = {
        pk: (fit.product is not None, bool(fit.segment), bool(fit.kind), -pk)
        for pk, fit in playbooks.items()
        if fit.product in (None, product) and fit.segment in ("", segment) and fit.kind in ("", kind)
    }
    return max(fitting, key=lambda pk: fitting[pk], default=None)
