"""How many rows there are, asked along with the first of them: one query for both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import IntegerField, Model, QuerySet, Subquery

Row = TypeVar("Row", bound=Model)


class CountOf(Subquery):
    """How many rows a query has, as one value beside another's rows."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def first_of(found: QuerySet[Row], most: int) -> tuple[list[Row], int]:
    """The first of these, no more than `most`, and how many there are in all."""
    read: Sequence[Any] = list(found.annotate(counted=CountOf(found.order_by().values("pk")))[:most])
    return list(read), read[0].counted if read else 0
