"""What a weekly review speaks of: how last week's ends went, what comes, what slipped (rules 22 to 24)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from accounts import terms
from accounts.models import Contract, User
from accounts.models.contracts import ContractQuerySet, about_contracts_in_sight_of
from accounts.models.owners import IsAnyOf
from renewals.conversations.models import Promise
from renewals.desk.counting import first_of
from renewals.gaps.observing import observed
from renewals.interventions.models import Intervention
from renewals.lastmile.definitions import Way
from renewals.lastmile.reading import way
from renewals.locking.models import Clock
from renewals.pipeline.models import Renewal, RenewalChange, Stage
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.risk.panel import Risk, risks
from renewals.risk.words import because
from renewals.touches.models import Delivery, SendingQuerySet, Touch
from renewals.weekly.weeks import Week

AHEAD = timedelta(days=14)
"""How far the meeting looks: this week and the next."""
MOST = 40
"""How many of a kind a page for a meeting lists; beyond that it says how many more."""


WAYS: dict[Way, Words] = {
    Way.IN_TIME: _("renewed in time"),
    Way.BUFFER: _("saved in the buffer"),
    Way.LATE: _("saved after the lock"),
    Way.LOST: _("lost"),
    Way.OPEN: _("still open"),
}
"""How an end went, in the words of a sentence."""
NOT_SPOKEN_TO = Q(contacted_at=None)
"""Of locks with their first contact: that nobody has spoken to anybody there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The ends of a week that went one way: how many, and for how much in each currency."""

    way: Way
    count: int
    amounts: Sequence[tuple[Decimal, str]]

    @property
    def called(self) -> Words:
        return WAYS[self.way]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """What went wrong for customers in a week, and what is late now."""

    locks_too_early: int
    taken: timedelta
    """What those locks took of the promised time."""
    soft_locks: int
    not_spoken_to: int
    """Of those, after how many nobody has spoken to anybody there."""
    untold: int
    """Ends of the week that nobody there was told of."""
    promises: Sequence[Promise]
    """What we promised and have not kept by the day we named."""
    more_promises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What went out in a week."""

    personal: int
    plain: int
    late: int
    """Plain ones that went out because a letter was not written in time, or an end was entered late."""
    came_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A renewal that changed its stage: from which to which, by whom."""

    change: RenewalChange
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All of it, for one reader's contracts or one team's."""

    week: Week
    now: datetime
    ended: Sequence[Ended]
    lost: Sequence[Renewal]
    lost_count: int
    moved: Sequence[Moved]
    more_moved: int
    ahead: Sequence[Renewal]
    at_risk: Mapping[int, Risk]
    """Why what is ahead is at risk, by contract."""
    ahead_count: int
    ahead_amounts: Sequence[tuple[Decimal, str]]
    slips: Slips
    letters: Letters

    @property
    def ahead_with_why(self) -> list[tuple[Renewal, str]]:
        """What is ahead, each with what speaks against it."""
        return [(one, because(self.at_risk[one.contract_id].reasons)) for one in self.ahead]


def review(user: User, week: Week, *, team: int | None, now: datetime) -> Review:
    """The week as `user` may see it, of one team's contracts where one is asked for. A constant number of queries."""
    renewals, contracts = renewals_of(user, team), contracts_of(user, team)
    changes = RenewalChange.objects.filter(
        field=RenewalChange.Field.STAGE, renewal__in=renewals.order_by().values("pk"), **within("at", week)
    )
    coming = renewals.open().filter(ends_at__gte=now, ends_at__lt=now + AHEAD)
    closed = renewals.filter(outcome=Renewal.Outcome.LOST, **within("closed_at", week))
    lost, lost_count = first_of(shown(closed).order_by("closed_at", "pk"), MOST)
    moved, moved_count = moves(changes, limit=MOST)
    counts = list(by_currency(coming, "amount", "currency"))
    ahead = list(shown(coming).order_by("ends_at", "pk")[:MOST])
    return Review(
        week=week,
        now=now,
        ended=ended(renewals, week),
        lost=lost,
        lost_count=lost_count,
        moved=moved,
        more_moved=moved_count - len(moved),
        ahead=ahead,
        at_risk=risks([one.contract_id for one in ahead], now=now),
        ahead_count=sum(count for _currency, count, _amount in counts),
        ahead_amounts=amounts((amount, currency) for currency, _count, amount in counts),
        slips=slips(user, contracts, week, team=team, now=now),
        letters=letters(user, week, team=team),
    )


def renewals_of(user: User, team: int | None) -> RenewalQuerySet:
    """The renewals that the reader may see, of one team where one is asked for."""
    found = Renewal.objects.visible_to(user)
    return found if team is None else found.filter(contract__owner__team=team)


def contracts_of(user: User, team: int | None) -> ContractQuerySet:
    """The contracts, likewise."""
    found = Contract.objects.visible_to(user)
    return found if team is None else found.filter(owner__team=team)


def within(column: str, week: Week) -> dict[str, datetime]:
    """That an instant is in the week."""
    return {f"{column}__gte": week.starts_at, f"{column}__lt": week.ends_at}


def shown(renewals: RenewalQuerySet) -> RenewalQuerySet:
    """With what a line says of each."""
    return renewals.select_related(
        "contract__customer", "contract__product", "contract__owner", "term", "stage", "loss_reason"
    )


def ended(renewals: RenewalQuerySet, week: Week) -> list[Ended]:
    """How the ends of the week went, each way once, in the order of the funnel (rule 22).

    The week's renewals are read first, into an array. Then each is judged by its own contract; among very many the
    planner prefers to judge all that there ever were at once.
    """
    of_the_week = renewals.filter(**within("ends_at", week)).order_by().values("pk")
    rows = (
        Renewal.objects.filter(IsAnyOf(F("pk"), ArraySubquery(of_the_week)))
        .annotate(way=way())
        .order_by()
        .values("way", "currency_now")
        .annotate(count=Count("pk"), amount=Sum("amount_now"))
        .values_list("way", "currency_now", "count", "amount")
    )
    found: dict[str, list[tuple[str, int, Decimal | None]]] = defaultdict(list)
    for went, currency, count, amount in rows:
        found[went].append((currency, count, amount))
    return [
        Ended(
            way=went,
            count=sum(count for _currency, count, _amount in found[went]),
            amounts=amounts((amount, currency) for currency, _count, amount in found[went]),
        )
        for went in Way
    ]


def by_currency(renewals: RenewalQuerySet, amount: str, currency: str) -> Iterable[tuple[str, int, Decimal | None]]:
    """How many, and how much, in each currency."""
    summed = renewals.order_by().values(currency).annotate(count=Count("pk"), sum=Sum(amount))
    return summed.values_list(currency, "count", "sum")


def amounts(found: Iterable[tuple[Decimal | None, str]]) -> list[tuple[Decimal, str]]:
    """Money, the most first; what has no price is none."""
    return sorted(((amount, currency) for amount, currency in found if amount and currency), reverse=True)


def moves(changes: QuerySet[RenewalChange], *, limit: int) -> tuple[list[Moved], int]:
    """These changes of stage, the last first, in the words of the stages, and how many there are."""
    found, count = first_of(changes.select_related("renewal__contract__customer").order_by("-at", "-pk"), limit)
    names = {str(stage.pk): str(stage) for stage in Stage.objects.all()} if found else {}
    moved = [Moved(change=one, before=names.get(one.before, ""), after=names.get(one.after, "")) for one in found]
    return moved, count


def slips(user: User, contracts: ContractQuerySet, week: Week, *, team: int | None, now: datetime) -> Slips:
    """What went wrong in the week, and which promises of ours are late at `now`."""
    early = too_early(user, week, team=team, now=now)
    took = early.order_by().aggregate(count=Count("pk"), taken=Sum("lost"))
    locks = Intervention.objects.filter(locked_in(contracts, week)).with_contact()
    spoken = locks.order_by().aggregate(count=Count("pk"), silent=Count("pk", filter=NOT_SPOKEN_TO))
    today = now.astimezone(terms.zone(week.zone)).date()
    late = Promise.objects.visible_to(user).filter(settled_at=None, side=Promise.Side.OURS, due_on__lt=today)
    if team is not None:
        late = late.filter(Q(contract__owner__team=team) | Q(contract=None, customer__owner__team=team))
    first, count = first_of(late.select_related("customer", "contract", "by").order_by("due_on", "pk"), MOST)
    return Slips(
        locks_too_early=took["count"],
        taken=took["taken"] or timedelta(0),
        soft_locks=spoken["count"],
        not_spoken_to=spoken["silent"],
        untold=Clock.objects.filter(untold_in(contracts, week)).count(),
        promises=first,
        more_promises=count - len(first),
    )


def too_early(user: User, week: Week, *, team: int | None, now: datetime) -> QuerySet[Any]:
    """The week's locks that took paid time, as they were observed."""
    early: QuerySet[Any] = observed(user, now=now)  # with what it computes, of which its type knows nothing
    early = early.filter(verdict="paid", is_again=False, **within("locked_at", week))
    return early if team is None else early.filter(contract__owner__team=team)


def locked_in(contracts: ContractQuerySet, week: Week) -> Q:
    """That a soft lock of one of these is of the week."""
    return Q(contract__in=contracts, **within("locked_at", week))


def untold_in(contracts: ContractQuerySet, week: Week) -> Q:
    """That an end of one of these is of the week, and nobody there was told of it."""
    untold = Q(lock_at=None, is_history=False, joins_at=None, span__upper_inf=True)
    return untold & Q(contract__in=contracts, **within("ends_at", week))


PERSONAL, PLAIN, LATE, CAME_BACK = "personal", "plain", "late_notices", "came_back"
LETTERS = {
    PERSONAL: Q(touch__kind=Touch.Kind.LETTER),
    PLAIN: Q(touch__kind=Touch.Kind.NOTICE),
    LATE: Q(touch__kind=Touch.Kind.LATE),
    CAME_BACK: Q(outcome=Delivery.Outcome.BOUNCED),
}
"""Which of a week's letters each figure counts."""


def letters(user: User, week: Week, *, team: int | None) -> Letters:
    """What went out in the week, by how much of it was written for one customer (rules 14 and 15)."""
    counts = {figure: Count("pk", filter=counted) for figure, counted in LETTERS.items()}
    counted = gone_in(user, week, team=team).order_by().aggregate(**counts)
    return Letters(personal=counted[PERSONAL], plain=counted[PLAIN], late=counted[LATE], came_back=counted[CAME_BACK])


def gone_in(user: User, week: Week, *, team: int | None) -> SendingQuerySet:
    """What left in the week about the contracts that the reader may see, of one team where one is asked for."""
    seen = Delivery.objects.filter(about_contracts_in_sight_of(user, "touch__contract"))
    if team is not None:
        seen = seen.filter(touch__contract__owner__team=team)
    return seen.filter(outcome__in=Delivery.LEFT, **within("over_at", week))
