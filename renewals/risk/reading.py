"""What the rules of risk look at, of any number of renewals, in the database; and what they come to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Field,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields import DateField, DateTimeField, DurationField
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from accounts.peaks import rhythms_of
from renewals.conversations.models import Conversation, Promise
from renewals.health.models import Snapshot
from renewals.health.services import today_here
from renewals.interventions.models import PhoneCall
from renewals.locking.models import Clock, Evidence, LockObservation
from renewals.locking.peaks import met_by, with_peaks
from renewals.pipeline.models import Category, Renewal
from renewals.risk.models import RiskFacts, RiskRule
from renewals.risk.rules import AT_MOST, USUAL, Facts, Reason, Rules, Word, reasons
from renewals.touches.models import Delivery

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
"""How far back a lock that took paid time counts."""
COUNTED = {
    Word.HEALTH: "health", Word.LOCKED: "locked", Word.PROMISES: "promises", Word.SILENCE: "letters", Word.PAST: "past",
}  # fmt: skip
"""The rules that look at a number as it is kept, and its column."""
FROM_THEM = ("opened", "acknowledged", "answered")
"""Evidence that somebody there did something; a letter that was delivered says nothing of it."""


class Whole(Func):
    """How many whole units of some seconds a duration has, rounded down."""

    template = "FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / %(seconds)s)::int"
    output_field = IntegerField()


def rules_at(now: datetime) -> Rules:
    """The rules that hold at an instant. One query."""
    last = RiskRule.objects.filter(at__lte=now).order_by("word", "-at").distinct("word")
    return dict(USUAL) | {Word(row.word): row.rule for row in last}


def met_peaks(contracts: QuerySet[Any] | Collection[int], *, now: datetime) -> list[int]:
    """Of these contracts those whose end meets a peak that nobody has decided about. Three queries (rule 18)."""
    clocks = Clock.objects.counting(at=now).filter(contract__in=contracts)
    near = list(with_peaks(clocks, now=now))
    rhythms = rhythms_of(clock.contract.customer_id for clock in near)
    met = met_by(near, rhythms=rhythms, now=now)
    return [clock.contract_id for clock in near if clock.pk in met and met[clock.pk].waits]


def days(span: Any) -> Whole:
    """Whole days of a span between two instants."""
    return Whole(ExpressionWrapper(span, output_field=DurationField()), seconds=86400)


def only_if(condition: Any, found: Any) -> Case:
    """What was found where it is so at all; else nothing."""
    return Case(When(condition, then=found), default=Value(None), output_field=IntegerField())


def looked_up(
    renewals: QuerySet[Renewal], *, peaks: Collection[int], now: datetime, known_until: datetime | None = None
) -> Any:
    """Each renewal with the columns of `RiskFacts`, read from the tables of the facts that lie before `known_until`:
    before `now`, if nothing else is said.
    """
    until = known_until or now
    untold = Clock.objects.counting(at=now).filter(term=OuterRef("term"), lock_at=None, joins_at=None, is_history=False)
    return renewals.annotate(contact_at=last_contact(until), heard_at=last_heard(until)).annotate(
        is_agreed=so(Q(category=Category.COMMIT)),
        health=Subquery(
            Snapshot.objects.of_last_day().filter(contract=OuterRef("contract")).order_by().values("score")[:1]
        ),
        locked=lock_took(since=now - YEAR, until=until),
        is_untold=Exists(untold),
        promises=late_promises(now),
        contact_since=Coalesce(F("contact_at"), F("term__starts_at")),
        letters=letters_since_heard(),
        has_competitor=so(~Q(competitor="")),
        past=late_before(),
        step_on=F("next_step_on"),
        meets_peak=so(Q(contract__in=list(peaks))),
    )


def found_at(rows: QuerySet[Any], now: datetime) -> Any:
    """Rows with the columns of `RiskFacts`, each with what each rule finds: the set-based twin of `rules.Facts`."""
    left, today = days(F("ends_at") - Value(now)), today_here(now)
    return rows.annotate(
        found_agreed=only_if(Q(is_agreed=False), left),
        found_health=F("health"),
        found_locked=F("locked"),
        found_told=only_if(Q(is_untold=True), left),
        found_promises=F("promises"),
        found_contact=days(Value(now) - F("contact_since")),
        found_silence=F("letters"),
        found_competitor=only_if(Q(has_competitor=True), Value(1)),
        found_past=F("past"),
        found_step=only_if(Q(step_on__lt=today), days(Value(today, output_field=DateField()) - F("step_on"))),
        found_peak=only_if(Q(meets_peak=True), Value(1)),
    )


def measured(renewals: QuerySet[Renewal], *, peaks: Collection[int], now: datetime) -> Any:
    """Each renewal with what each rule looks at, in a column of its own."""
    return found_at(looked_up(renewals, peaks=peaks, now=now), now)


def so(condition: Q) -> ExpressionWrapper:
    """Whether it is so."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def most(rows: QuerySet[Any], column: str) -> Subquery:
    """The latest of these instants."""
    found = rows.order_by().annotate(all=Value(1)).values("all").annotate(last=Max(column)).values("last")
    return Subquery(found, output_field=DateTimeField())


def least(rows: QuerySet[Any], column: str, output_field: Field[Any, Any]) -> Subquery:
    """The first of these."""
    found = rows.order_by().annotate(all=Value(1)).values("all").annotate(first=Min(column)).values("first")
    return Subquery(found, output_field=output_field)


def many(rows: QuerySet[Any]) -> Coalesce:
    """How many there are; none is 0."""
    found = rows.order_by().annotate(all=Value(1)).values("all").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(found, output_field=IntegerField()), Value(0))


def talks(now: datetime) -> QuerySet[Conversation]:
    """Conversations with the customer up to now."""
    return Conversation.objects.filter(customer=OuterRef("contract__customer"), at__lte=now)


def last_contact(now: datetime) -> Greatest:
    """When somebody here last spoke with somebody there: in a conversation, a telling, a call that reached them."""
    told = Evidence.objects.by_a_person().filter(term__contract=OuterRef("contract"), at__lte=now)
    calls = PhoneCall.objects.filter(intervention__contract=OuterRef("contract"), at__lte=now).reached()
    return Greatest(most(talks(now), "at"), most(told, "at"), most(calls, "at"))


def last_heard(now: datetime) -> Greatest:
    """When they last gave a sign: a conversation, a telling, a page opened, a minute acknowledged, an answer."""
    evidence = Evidence.objects.filter(term__contract=OuterRef("contract"), at__lte=now)
    signs = (evidence.filter(kind__in=FROM_THEM), evidence.by_a_person())
    return Greatest(most(talks(now), "at"), *(most(one, "at") for one in signs))


def letters_since_heard() -> Coalesce:
    """How many letters they were sent since they last gave a sign, or since the term began."""
    sent = Delivery.objects.filter(touch__contract=OuterRef("contract"), outcome=Delivery.Outcome.SENT)
    return many(sent.filter(over_at__gt=Coalesce(OuterRef("heard_at"), OuterRef("term__starts_at"))))


def our_promises() -> QuerySet[Promise]:
    """What we promised them and have neither kept nor dropped."""
    of_contract = Q(contract=OuterRef("contract")) | Q(contract=None, customer=OuterRef("contract__customer"))
    return Promise.objects.open().filter(of_contract, side=Promise.Side.OURS)


def late_promises(now: datetime) -> Coalesce:
    """How many promises of ours are open after their day."""
    return many(our_promises().filter(due_on__lt=today_here(now)))


def early_locks(*, since: datetime, until: datetime) -> QuerySet[LockObservation]:
    """Locks in this time that took paid time from them."""
    return LockObservation.objects.filter(
        contract=OuterRef("contract"), locked_at__lt=F("ends_at"), locked_at__gt=since, locked_at__lte=until
    )


def lock_took(*, since: datetime, until: datetime) -> Subquery:
    """How many minutes of paid time a lock took from them in this time, at the worst; None where none did."""
    took = Whole(ExpressionWrapper(F("ends_at") - F("locked_at"), output_field=DurationField()), seconds=60)
    early = early_locks(since=since, until=until)
    return Subquery(early.annotate(took=took).order_by("-took").values("took")[:1])


def late_before() -> Coalesce:
    """How many renewals of this contract came after their ends before."""
    before = Renewal.objects.filter(contract=OuterRef("contract"), ends_at__lt=OuterRef("ends_at"))
    return many(before.filter(outcome=Renewal.Outcome.SIGNED, closed_at__gte=F("ends_at")))


def weighed(renewals: QuerySet[Renewal], rules: Rules, *, peaks: Collection[int], now: datetime) -> Any:
    """Each with what the rules look at, and the `points` that they come to."""
    return with_points(measured(renewals, peaks=peaks, now=now), rules, now=now)


def with_points(found: QuerySet[Any], rules: Rules, *, now: datetime) -> Any:
    """Each with the `points` that the rules come to: the twin of `rules.points`."""
    weights = (
        Case(When(holds(word, rule.limit, now=now), then=Value(rule.weight)), default=Value(0))
        for word, rule in rules.items()
        if rule.weight
    )
    total: Any = Value(0)
    for one in weights:
        total = total + one
    return found.annotate(points=ExpressionWrapper(total, output_field=IntegerField()))


def holds(word: Word, limit: int, *, now: datetime) -> Q:
    """Whether a rule holds, by the columns of `RiskFacts`: the twin of `rules.holds` over what `found_at` finds.

    A length of time is not worked out for very many: an instant is compared with the one from which the rule holds.
    What is so or is not has no limit.
    """
    today = today_here(now)
    match word:
        case Word.AGREED:
            return Q(is_agreed=False, ends_at__lt=now + (limit + 1) * DAY)
        case Word.TOLD:
            return Q(is_untold=True, ends_at__lt=now + (limit + 1) * DAY)
        case Word.CONTACT:
            return Q(contact_since__lte=now - limit * DAY)
        case Word.STEP:
            return Q(step_on__lt=today, step_on__lte=today - limit * DAY)
        case Word.COMPETITOR:
            return Q(has_competitor=True)
        case Word.PEAK:
            return Q(meets_peak=True)
        case _counted:
            return Q(**{f"{COUNTED[word]}__{'lte' if word in AT_MOST else 'gte'}": limit})


def at_risk(user: User, *, rules: Rules, now: datetime) -> Any:
    """The open renewals that `user` may see as they are kept (`RiskFacts`), each with its points."""
    return with_points(found_at(RiskFacts.objects.visible_to(user), now), rules, now=now)


def facts_of(renewal: Any) -> Facts:
    """What the rules look at, of one that was read by `measured`."""
    return {word: getattr(renewal, f"found_{word}") for word in Word}


def why(renewal: Any, rules: Rules) -> list[Reason]:
    """The reasons of one that was read by `measured`, what weighs most first."""
    return reasons(facts_of(renewal), rules)
