"""What a customer did with the product in a term, in their words: “3,418 reports, up 22 %” (rule 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import ContractTerm
from renewals.usage.measuring import Known, Measures, Stretch, known, measured, words_of
from renewals.usage.words import Words, change, counted, named

SOURCE = "usage"
"""Where an achievement is from, for whoever cites it."""
A_LITTLE_LATE = timedelta(days=14)
"""How late after its beginning a stretch may have its first signal and still be compared: a product starts to count
some day, and what went before was not nothing."""
THIS, BEFORE = "this", "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """One metric of one term up to an instant: how much, beside the stretch of the same length before."""

    contract_id: int
    words: Words
    value: float
    before: float | None
    """The same metric in the stretch before; None where it was not counted then."""
    since: datetime
    until: datetime
    last_at: datetime

    @property
    def metric(self) -> str:
        """The product's own word for it."""
        return self.words.code

    @property
    def source(self) -> str:
        return SOURCE

    @property
    def change(self) -> int | None:
        """By how many per cent it is more, or with a minus less; None where nothing is known of before."""
        return change(self.value, self.before)

    @property
    def amount(self) -> str:
        """「3,418 份报表」, "3,418 reports", in the active language."""
        return counted(self.value, self.words, zh=(get_language() or "").startswith("zh"))

    @property
    def change_in_words(self) -> str:
        """「增长 22%」, "up 22 %"; "" where nothing is known of before."""
        if self.change is None:
            return ""
        if self.change == 0:
            return _("as many as before")
        said = _("up %(percent)s %%") if self.change > 0 else _("down %(percent)s %%")
        return said % {"percent": f"{abs(self.change):,}"}

    def __str__(self) -> str:
        """「3,418 份报表，增长 22%」, "3,418 reports, up 22 %", in the active language."""
        if not self.change_in_words:
            return self.amount
        return _("%(amount)s, %(change)s") % {"amount": self.amount, "change": self.change_in_words}


def achievements(terms: Iterable[ContractTerm], *, now: datetime) -> Mapping[int, Sequence[Achievement]]:
    """By term, what was achieved in it until `now`, or until its end: what is shown and is no request for support.

    Compared with as long a stretch from the beginning of the previous term, or, where there is none as long, with
    the stretch of that length just before. Metrics that have a name come first. Four queries, however many terms;
    the terms come with their contract.
    """
    found = [term for term in terms if term.starts_at < now]
    pairs = [stretches_of(term, before, now=now) for term, before in zip(found, earlier(found), strict=True)]
    measures = measured([stretch for pair in pairs for stretch in pair])
    counted_in = known({term.contract_id for term in found}, now=now)
    words = words_of(term.contract.product_id for term in found)
    return {
        term.pk: shown(
            achieved(
                *pair, measures=measures, counted_in=counted_in[term.contract_id], words=words[term.contract.product_id]
            )
        )
        for term, pair in zip(found, pairs, strict=True)
    }


def achieved(
    this: Stretch, before: Stretch, *, measures: Measures, counted_in: Mapping[str, Known], words: Mapping[str, Words]
) -> Iterator[Achievement]:
    """One achievement for each metric that was counted in a stretch."""
    earlier_measures = measures.get((before.contract_id, before.key), {})
    for metric, measure in measures.get((this.contract_id, this.key), {}).items():
        called = named(words, metric)
        comparable = metric in earlier_measures and was_counted(counted_in[metric], before)
        yield Achievement(
            contract_id=this.contract_id,
            words=called,
            value=measure.value(called.adds),
            before=earlier_measures[metric].value(called.adds) if comparable else None,
            since=this.since,
            until=this.until,
            last_at=measure.last_at,
        )


def shown(achievements: Iterable[Achievement]) -> list[Achievement]:
    """Those to speak of, named ones first."""
    rows = (row for row in achievements if row.words.is_shown and not row.words.is_support)
    return sorted(rows, key=lambda row: (not row.words.is_named, row.metric))


def earlier(terms: Sequence[ContractTerm]) -> list[ContractTerm | None]:
    """The term before each of these; None for a first one. One query."""
    chains: dict[int, list[ContractTerm]] = defaultdict(list)
    for term in ContractTerm.objects.filter(contract__in={term.contract_id for term in terms}).order_by("starts_at"):
        chains[term.contract_id].append(term)
    return [
        next((one for one in reversed(chains[term.contract_id]) if one.starts_at < term.starts_at), None)
        for term in terms
    ]


def stretches_of(term: ContractTerm, before: ContractTerm | None, *, now: datetime) -> tuple[Stretch, Stretch]:
    """The term so far, and what it is compared with."""
    until = min(now, term.ends_at)
    length = until - term.starts_at
    as_long = before is not None and before.starts_at + length <= term.starts_at
    since = before.starts_at if before is not None and as_long else term.starts_at - length
    return (
        Stretch(contract_id=term.contract_id, key=f"{THIS}:{term.pk}", since=term.starts_at, until=until),
        Stretch(contract_id=term.contract_id, key=f"{BEFORE}:{term.pk}", since=since, until=since + length),
    )


def was_counted(counted_in: Known, stretch: Stretch) -> bool:
    """Whether the product counted this metric through the whole of a stretch that lies back."""
    return counted_in.since < stretch.since + min(A_LITTLE_LATE, (stretch.until - stretch.since) / 4)
