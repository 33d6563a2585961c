"""The health of a contract as its page shows it: a number, its reasons, and small lines of the past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import wording
from accounts.models import Contract, ContractTerm
from renewals.health.lines import Line, line
from renewals.health.models import Snapshot
from renewals.health.reading import health_of
from renewals.health.score import Health, Part
from renewals.health.services import today_here
from renewals.health.words import KINDS, called, reason
from renewals.usage.achieving import Achievement, achievements
from renewals.usage.measuring import words_of
from renewals.usage.weeks import WEEK, WEEKS, by_week
from renewals.usage.words import Words, counted, named, number

DAYS = 182
"""Over how much of the past the line of health goes."""
TURNED = 5
"""Points in four weeks from which on a score has risen or fallen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One part in words."""

    part: Part
    name: Promise
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One small line, as a sentence, and as a table for whoever does not see it."""

    name: str
    sentence: str
    line: Line | None
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Everything the page shows of one contract's health; nothing is read any more."""

    health: Health
    achieved: Sequence[Achievement]
    scores: Sequence[tuple[date, int]]
    uses: Sequence[Past]

    @property
    def is_known(self) -> bool:
        """Whether there is anything to show at all."""
        return self.health.score is not None or bool(self.uses)

    @property
    def word(self) -> str:
        """The score as a word."""
        return "" if self.health.score is None else called(self.health.score)

    @property
    def css(self) -> str:
        """The look of the word: green, plain, amber. Never red: no money is at risk yet."""
        score = self.health.score
        return "" if score is None or 60 <= score < 80 else "active" if score >= 80 else "buffer"

    @property
    def known(self) -> list[Shown]:
        """The parts that count, the worst first."""
        counting = sorted((p for p in self.health.parts if p.counts), key=lambda part: part.value or 0)
        return [Shown(part=part, name=KINDS[part.kind], reason=reason(part)) for part in counting]

    @property
    def left_out(self) -> list[Shown]:
        """The parts that do not count, and why."""
        return [
            Shown(part=part, name=KINDS[part.kind], reason=reason(part) if part.value is None else _("weighs nothing"))
            for part in self.health.parts
            if not part.counts
        ]

    @property
    def past(self) -> Past | None:
        """The line of health, once there are two days of it."""
        if len(self.scores) < 2:
            return None
        return Past(
            name=_("Health"),
            sentence=self.turn,
            line=line([score for _on, score in self.scores], most=100),
            rows=[(day_of(on), str(score)) for on, score in reversed(weekly(self.scores))],
        )

    @property
    def turn(self) -> str:
        """Whether it rose, fell or stayed, against about four weeks ago."""
        last_on, last = self.scores[-1]
        then = next((score for on, score in self.scores if on >= last_on - timedelta(days=28)), last)
        if abs(last - then) < TURNED:
            return _("much as it was four weeks ago")
        said = _("up from %(then)s in four weeks") if last > then else _("down from %(then)s in four weeks")
        return said % {"then": then}


def weekly(scores: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """One score a week, counted back from the last."""
    last_on = scores[-1][0]
    return [(on, score) for on, score in scores if (last_on - on).days % 7 == 0]


def day_of(on: date) -> str:
    """A day of the past, in words."""
    return wording.day_and_clock(datetime.combine(on, time()))[0].rstrip(",")


def panels(contracts: Iterable[Contract], *, now: datetime) -> Mapping[int, Panel]:
    """By contract, what its page shows. A constant number of queries; each comes with its terms."""
    found = list(contracts)
    words = words_of(contract.product_id for contract in found)
    of_contract = {contract.pk: words[contract.product_id] for contract in found}
    weeks = by_week(of_contract, of_contract, now=now)
    healths, scores = health_of(found, now=now), scores_of(of_contract, now=now)
    terms = {contract.pk: current_term(contract, now=now) for contract in found}
    done = achievements([term for term in terms.values() if term], now=now)
    return {
        pk: Panel(
            health=healths[pk],
            achieved=done.get(term.pk, ()) if term else (),
            scores=scores[pk],
            uses=uses(weeks.get(pk, {}), of_contract[pk], now=now),
        )
        for pk, term in terms.items()
    }


def current_term(contract: Contract, *, now: datetime) -> ContractTerm | None:
    """The last term that has begun."""
    begun = [term for term in contract.terms.all() if term.starts_at < now]
    return max(begun, key=lambda term: term.starts_at, default=None)


def scores_of(contract_ids: Iterable[int], *, now: datetime) -> Mapping[int, list[tuple[date, int]]]:
    """By contract, the kept scores of half a year, the oldest first."""
    today = today_here(now)
    kept = Snapshot.objects.filter(contract__in=list(contract_ids), on__gt=today - timedelta(days=DAYS), on__lte=today)
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for contract_id, on, score in kept.order_by("on").values_list("contract", "on", "score"):
        found[contract_id].append((on, score))
    return found


def uses(weeks: Mapping[str, Sequence[float]], words: Mapping[str, Words], *, now: datetime) -> list[Past]:
    """The lines of the metrics that are shown, named ones first."""
    called = sorted((named(words, metric) for metric in weeks), key=lambda one: (not one.is_named, one.code))
    return [use(one, weeks[one.code], now=now) for one in called if one.is_shown]


def use(words: Words, values: Sequence[float], *, now: datetime) -> Past:
    """One metric by the week."""
    zh = (get_language() or "").startswith("zh")
    said = {"last": counted(values[-1], words, zh=zh), "mean": number(sum(values) / WEEKS)}
    return Past(
        name=words.name(zh=zh),
        sentence=_("%(last)s in the last seven days; %(mean)s a week in half a year") % said,
        line=line(values),
        rows=[(day_of((now - ago * WEEK).date()), number(value)) for ago, value in enumerate(reversed(values))],
    )
