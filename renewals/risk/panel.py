"""One renewal's risk as pages show it: how much, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from renewals.pipeline.models import Renewal
from renewals.risk import rules, words
from renewals.risk.reading import met_peaks, rules_at, weighed, why
from renewals.risk.rules import Band, Reason

CSS = {Band.HIGH: "risk", Band.SOME: "buffer", Band.LOW: ""}


@dataclass(frozen=True, slots=True)
class Risk:
    """A renewal that was read by `weighed`, and its reasons, what weighs most first."""

    renewal: Any
    reasons: Sequence[Reason]

    @property
    def points(self) -> int:
        return rules.points(self.reasons)

    @property
    def pill(self) -> SafeString | str:
        """The points as a word; nothing where nothing speaks against it."""
        band = rules.band(self.points)
        return format_html('<span class="pill {}">{}</span>', CSS[band], words.BANDS[band]) if band else ""

    @property
    def lines(self) -> list[tuple[str, str, int]]:
        """Each reason: the rule's name, what was found, and how much it weighs."""
        return [(str(words.RULES[one.word].name), words.sentence(one), one.rule.weight) for one in self.reasons]

    @property
    def suggested(self) -> words.Advice | None:
        return words.advice(self.reasons)


def risks(contract_ids: Iterable[int], *, now: datetime) -> Mapping[int, Risk]:
    """By contract, the risk of its open renewal. Five queries, however many contracts."""
    ids = list(contract_ids)
    holding = rules_at(now)
    open_ones = Renewal.objects.open().filter(contract__in=ids).order_by("-ends_at")
    found = weighed(open_ones, holding, peaks=met_peaks(ids, now=now), now=now)
    return {one.contract_id: Risk(one, why(one, holding)) for one in found}
