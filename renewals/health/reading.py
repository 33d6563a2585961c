"""The facts behind the health of any number of contracts, read at one instant in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from accounts.models import Contract
from renewals.conversations.models import Conversation
from renewals.health.models import Weighing
from renewals.health.score import MOOD_LASTS, STRETCH, WEIGHTS, Facts, Health, Use, Weights, health
from renewals.locking.models import Clock, Evidence
from renewals.timeline.models import Event
from renewals.usage.achieving import was_counted
from renewals.usage.measuring import Known, Measure, Measures, Stretch, known, measured, words_of
from renewals.usage.words import Words, named

YEAR = timedelta(days=364)
"""A year back in whole weeks: the same weekdays are compared."""
NOW, BEFORE, YEAR_AGO = "now", "before", "year_ago"
BACK = {NOW: timedelta(0), BEFORE: STRETCH, YEAR_AGO: YEAR}
NOT_REACHED = "not_reached"
"""How a call in which nobody was spoken to is on record."""


def weights_at(now: datetime) -> Weights:
    """The weights that hold at an instant."""
    last = Weighing.objects.filter(at__lte=now).order_by("-at").first()
    return last.weights if last else WEIGHTS


def health_of(contracts: Iterable[Contract], *, now: datetime) -> Mapping[int, Health]:
    """By contract, its health as it follows from the facts up to `now`. Nine queries, however many contracts."""
    found = list(contracts)
    weights = weights_at(now)
    return {pk: health(facts, weights, now=now) for pk, facts in facts_of(found, now=now).items()}


def facts_of(contracts: Sequence[Contract], *, now: datetime) -> Mapping[int, Facts]:
    """By contract, what is known of it at an instant."""
    ids = [contract.pk for contract in contracts]
    stretches = [stretch for pk in ids for stretch in stretches_of(pk, now=now)]
    measures, counted_in = measured(stretches), known(ids, now=now)
    words = words_of(contract.product_id for contract in contracts)
    seats = dict(Clock.objects.counting(at=now).filter(contract__in=ids).values_list("contract", "term__seats"))
    contact_at = last_contacts({contract.customer_id for contract in contracts}, now=now)
    moods = moods_of(contracts, now=now)
    return {
        contract.pk: Facts(
            use=use_of(contract.pk, words[contract.product_id], measures, counted_in[contract.pk], now=now),
            used_at=used_at(words[contract.product_id], counted_in[contract.pk]),
            people=people_of(measures.get((contract.pk, NOW), {}), words[contract.product_id]),
            seats=seats.get(contract.pk),
            requests=requests_of(contract.pk, words[contract.product_id], measures, counted_in[contract.pk]),
            moods=moods[contract.pk],
            contact_at=contact_at.get(contract.customer_id),
        )
        for contract in contracts
    }


def stretches_of(contract_id: int, *, now: datetime) -> list[Stretch]:
    """The last four weeks, those before, and the same weeks a year ago."""
    return [
        Stretch(contract_id=contract_id, key=key, since=now - back - STRETCH, until=now - back)
        for key, back in BACK.items()
    ]


def use_of(
    contract_id: int, words: Mapping[str, Words], measures: Measures, counted_in: Mapping[str, Known], *, now: datetime
) -> list[Use]:
    """The metrics of use that were ever counted: lately, and in those pasts through which they were counted."""
    stretches = {stretch.key: stretch for stretch in stretches_of(contract_id, now=now)}

    def value(called: Words, key: str) -> float:
        found = measures.get((contract_id, key), {}).get(called.code)
        return found.value(called.adds) if found else 0.0

    def past(called: Words, key: str) -> float | None:
        return value(called, key) if was_counted(counted_in[called.code], stretches[key]) else None

    return [
        Use(metric=called.code, now=value(called, NOW), before=past(called, BEFORE), year_ago=past(called, YEAR_AGO))
        for called in of_use(words, counted_in)
    ]


def of_use(words: Mapping[str, Words], counted_in: Iterable[str]) -> list[Words]:
    """Those of these metrics that say that somebody uses the product."""
    called = (named(words, metric) for metric in counted_in)
    return [one for one in called if one.is_shown and not one.is_support]


def used_at(words: Mapping[str, Words], counted_in: Mapping[str, Known]) -> datetime | None:
    """When the last signal of use was sent; None where there never was one."""
    return max((counted_in[one.code].until for one in of_use(words, counted_in)), default=None)


def people_of(lately: Mapping[str, Measure], words: Mapping[str, Words]) -> int | None:
    """How many people used it lately, by the metric that most of them are in; None where no signal said who."""
    most = max((measure.people for measure in lately.values()), default=0)
    return most or None


def requests_of(
    contract_id: int, words: Mapping[str, Words], measures: Measures, counted_in: Mapping[str, Known]
) -> int | None:
    """Requests for support lately; None where the product has no such metric, or was never heard of."""
    support = [called for called in words.values() if called.is_support]
    if not support or not counted_in:
        return None
    lately = measures.get((contract_id, NOW), {})
    return round(sum(lately[called.code].value(called.adds) for called in support if called.code in lately))


def moods_of(contracts: Iterable[Contract], *, now: datetime) -> Mapping[int, list[tuple[datetime, int]]]:
    """By contract, the moods noted in conversations about it, or with its customer about none in particular."""
    by_customer: dict[int, list[Contract]] = defaultdict(list)
    for contract in contracts:
        by_customer[contract.customer_id].append(contract)
    said = Conversation.objects.filter(customer__in=by_customer, at__gte=now - MOOD_LASTS, at__lte=now)
    noted = said.exclude(sentiment=None).order_by("at", "pk")
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for customer_id, contract_id, at, felt in noted.values_list("customer", "contract", "at", "sentiment"):
        for contract in by_customer[customer_id]:
            if felt is not None and contract_id in (None, contract.pk):
                found[contract.pk].append((at, felt))
    return found


def last_contacts(customer_ids: Iterable[int], *, now: datetime) -> Mapping[int, datetime]:
    """By customer, when somebody here last spoke with somebody there: a conversation, a telling, a call that reached
    them. Three queries.
    """
    ids = list(customer_ids)
    told = Evidence.objects.by_a_person().filter(at__lte=now, term__contract__customer__in=ids)
    called = Event.objects.filter(kind=Event.Kind.CALLED, occurred_at__lte=now, contract__customer__in=ids)
    found: dict[int, datetime] = {}
    for rows, column, at in (
        (Conversation.objects.filter(customer__in=ids, at__lte=now), "customer", "at"),
        (told, "term__contract__customer", "at"),
        (called.exclude(detail__outcome=NOT_REACHED), "contract__customer", "occurred_at"),
    ):
        for customer_id, last in rows.order_by().values_list(column).annotate(last=Max(at)):
            found[customer_id] = max(last, found.get(customer_id, last))
    return found
