"""Which renewals end in a period by their customers' own calendars, and what each counts as."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import Amendment, Contract, ContractTerm
from accounts.models.fields import Month
from renewals.forecast.periods import Period
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates, in_home

AROUND = timedelta(hours=15)
"""No zone is further from UTC: a wall time and its instant are never further apart."""
Rows = list[tuple[Any, ...]]


def ending_in(renewals: RenewalQuerySet, period: Period) -> RenewalQuerySet:
    """Those whose last minute is in a period by their customers' own calendars, each with its `month`.

    Where every zone on earth agrees, the instants alone say so: of them the planner knows how many there are. Only of
    the others the term is asked, which has the wall time itself.
    """
    begins, ends = midnight(period.first), midnight(period.ends)
    agreed = Q(ends_at__gt=begins + AROUND, ends_at__lt=ends - AROUND)
    asked = ContractTerm.objects.filter(pk=OuterRef("term")).order_by().values(month=Month("last_minute"))
    month = Case(*inside(period), default=Subquery(asked), output_field=DateField())
    return (
        about(renewals, period).annotate(month=month).filter(agreed | Q(month__gte=period.first, month__lt=period.ends))
    )


def about(renewals: RenewalQuerySet, period: Period) -> RenewalQuerySet:
    """Those that end in a period by the calendar of any zone on earth."""
    return renewals.filter(ends_at__gt=midnight(period.first) - AROUND, ends_at__lt=midnight(period.ends) + AROUND)


def inside(period: Period) -> list[When]:
    """The month of what ends where every zone on earth agrees about it with UTC."""
    return [
        When(
            ends_at__gt=midnight(month.first) + AROUND,
            ends_at__lt=midnight(month.ends) - AROUND,
            then=Value(month.first, output_field=DateField()),
        )
        for month in period.each_month
    ]


def near_an_edge(period: Period) -> QuerySet[ContractTerm]:
    """Terms that end where some zone on earth may already, or still, have another month than UTC has."""
    edges = [midnight(period.first), *(midnight(month.ends) for month in period.each_month)]
    near = Q()
    for edge in edges:
        near |= Q(ends_at__gte=edge - AROUND, ends_at__lte=edge + AROUND)
    # The whole stretch besides: of one range the planner reads the index alone, of several it fetches each row.
    return ContractTerm.objects.filter(near, ends_at__gte=edges[0] - AROUND, ends_at__lte=edges[-1] + AROUND)


FOUND = """
SELECT one.*, coalesce(agreed, edge.month) AS month FROM ({renewals}) one LEFT JOIN ({terms}) edge ON edge.id = term
WHERE agreed IS NOT NULL OR (edge.month >= %s AND edge.month < %s)
"""


def found_in(renewals: RenewalQuerySet, period: Period, columns: Iterable[str]) -> tuple[str, tuple[Any, ...]]:
    """A statement, and what it asks for: those of these renewals that end in a period, these columns and the `month`.

    The same renewals as `ending_in` has. That looks up one term after the other, which is quick for a page of rows;
    here, where all are read, so are the terms: those near an edge, at once.
    """
    agreed = Case(*inside(period), default=None, output_field=DateField())
    found = about(renewals, period).annotate(agreed=agreed).order_by().values("term", "agreed", *columns)
    terms = near_an_edge(period).order_by().values("id", month=Month("last_minute"))
    (sql, params), (edges, edge_params) = said(found), said(terms)
    return FOUND.format(renewals=sql, terms=edges), (*params, *edge_params, period.first, period.ends)


def said(rows: Any) -> tuple[str, tuple[Any, ...]]:
    """A queryset as a statement, and what it asks for."""
    sql, params = rows.query.sql_with_params()
    return str(sql), tuple(params)


def answers(statement: str, params: Iterable[Any]) -> Rows:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, tuple(params))
        return list(cursor.fetchall())


def midnight(day: date) -> datetime:
    """The day's 00:00 in UTC."""
    return datetime.combine(day, time(), UTC)


def bucketed(renewals: RenewalQuerySet, rates: Rates) -> RenewalQuerySet:
    """Each with its `bucket` (how it ended, or its category), and `home` and `was`: its amounts in one currency."""
    return renewals.annotate(
        bucket=Case(When(outcome="", then=F("category")), default=F("outcome"), output_field=CharField()),
        home=in_home("amount", "currency", rates),
        was=in_home("amount_now", "currency_now", rates),
    )


def without_trials(renewals: RenewalQuerySet) -> RenewalQuerySet:
    """Those of what was paid for: who goes on after a trial is won, not kept.

    What the contract was when the renewal began counts, whatever became of it since.
    """
    since = once_a_trial().filter(contract=OuterRef("contract"), at__gt=OuterRef("opened_at"))
    return renewals.filter(~Exists(since)).exclude(contract__kind=Contract.Kind.TRIAL)


def once_a_trial() -> QuerySet[Amendment]:
    """What made contracts something else that until then were trials."""
    return Amendment.objects.filter(before__kind=Contract.Kind.TRIAL).order_by()
