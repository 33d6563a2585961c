"""What the rules of risk look at, of any number of renewals, in the database; and what they come to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Max,
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
from renewals.risk.models import RiskRule
from renewals.risk.rules import AT_MOST, USUAL, Facts, Reason, Rules, Word, reasons
from renewals.touches.models import Delivery

YEAR = timedelta(days=365)
"""How far back a lock that took paid time counts."""
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


def measured(renewals: QuerySet[Renewal], *, peaks: Collection[int], now: datetime) -> Any:
    """Each with what each rule looks at, in a column of its own: the set-based twin of `rules.Facts`."""
    untold = Clock.objects.counting(at=now).filter(term=OuterRef("term"), lock_at=None, joins_at=None, is_history=False)
    left, today = days(F("ends_at") - Value(now)), today_here(now)
    return renewals.annotate(contact_at=last_contact(now), heard_at=last_heard(now)).annotate(
        found_agreed=only_if(~Q(category=Category.COMMIT), left),
        found_health=Subquery(
            Snapshot.objects.of_last_day().filter(contract=OuterRef("contract")).order_by().values("score")[:1]
        ),
        found_locked=lock_took(now),
        found_told=only_if(Exists(untold), left),
        found_promises=late_promises(now),
        found_contact=days(Value(now) - Coalesce(F("contact_at"), F("term__starts_at"))),
        found_silence=letters_since_heard(),
        found_competitor=only_if(~Q(competitor=""), Value(1)),
        found_past=late_before(),
        found_step=only_if(Q(next_step_on__lt=today), days(Value(today, output_field=DateField()) - F("next_step_on"))),
        found_peak=only_if(Q(contract__in=list(peaks)), Value(1)),
    )


def most(rows: QuerySet[Any], column: str) -> Subquery:
    """The latest of these instants."""
    found = rows.order_by().annotate(all=Value(1)).values("all").annotate(last=Max(column)).values("last")
    return Subquery(found, output_field=DateTimeField())


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


def late_promises(now: datetime) -> Coalesce:
    """How many promises of ours are open after their day."""
    ours = Promise.objects.open().filter(side=Promise.Side.OURS, due_on__lt=today_here(now))
    of_contract = Q(contract=OuterRef("contract")) | Q(contract=None, customer=OuterRef("contract__customer"))
    return many(ours.filter(of_contract))


def lock_took(now: datetime) -> Subquery:
    """How many minutes of paid time a lock took from them within a year, at the worst; None where none did."""
    early = LockObservation.objects.filter(
        contract=OuterRef("contract"), locked_at__lt=F("ends_at"), locked_at__gt=now - YEAR, locked_at__lte=now
    )
    took = Whole(ExpressionWrapper(F("ends_at") - F("locked_at"), output_field=DurationField()), seconds=60)
    return Subquery(early.annotate(took=took).order_by("-took").values("took")[:1])


def late_before() -> Coalesce:
    """How many renewals of this contract came after their ends before."""
    before = Renewal.objects.filter(contract=OuterRef("contract"), ends_at__lt=OuterRef("ends_at"))
    return many(before.filter(outcome=Renewal.Outcome.SIGNED, closed_at__gte=F("ends_at")))


def weighed(renewals: QuerySet[Renewal], rules: Rules, *, peaks: Collection[int], now: datetime) -> Any:
    """Each with what the rules look at, and the `points` that they come to: the twin of `rules.points`."""
    held = (
        Case(
            When(**{f"found_{word}__{'lte' if word in AT_MOST else 'gte'}": rule.limit}, then=Value(rule.weight)),
            default=Value(0),
            output_field=IntegerField(),
        )
        for word, rule in rules.items()
        if rule.weight
    )
    total: Any = Value(0)
    for one in held:
        total = total + one
    return measured(renewals, peaks=peaks, now=now).annotate(
        points=ExpressionWrapper(total, output_field=IntegerField())
    )


def at_risk(user: User, *, rules: Rules, now: datetime) -> Any:
    """The open renewals that `user` may see, each with its points. It is read whose end meets a peak."""
    renewals = Renewal.objects.visible_to(user).open()
    peaks = met_peaks(renewals.order_by().values("contract"), now=now)
    return weighed(renewals, rules, peaks=peaks, now=now)


def facts_of(renewal: Any) -> Facts:
    """What the rules look at, of one that was read by `measured`."""
    return {word: getattr(renewal, f"found_{word}") for word in Word}


def why(renewal: Any, rules: Rules) -> list[Reason]:
    """The reasons of one that was read by `measured`, what weighs most first."""
    return reasons(facts_of(renewal), rules)
