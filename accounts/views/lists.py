"""One way to show a list: filtered, sorted, paged, as a whole page, in place, or as a file of the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_tables2
from django.core.paginator import Page, Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django_htmx.middleware import HtmxDetails
from django_tables2.data import TableQuerysetData
from django_tables2.rows import BoundRows

from accounts.access import StaffRequest
from accounts.tables.files import AT_ONCE, FORMATS, Column, as_file

PER_PAGE = 50
NOT_ASKED = "\ud800"
"""How long a page is, is not the address's to say: no address has a field of this name."""
MOST_COUNTED = 10_000
"""Further on nobody turns pages: that there are more is said, and how many more is not counted."""


class Pages(Paginator):
    """The pages of a table's rows, of the first `MOST_COUNTED`."""

    @cached_property
    def count(self) -> int:
        return min(self.counted, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        """Whether there are rows beyond the last page."""
        return self.counted > MOST_COUNTED

    def page(self, number: Any) -> Page:
        """Of a queryset first the keys alone: among very many rows only those of the page are read whole."""
        rows: Any = self.object_list
        if not isinstance(rows.data, TableQuerysetData):
            return super().page(number)
        number, found = self.validate_number(number), rows.data.data
        keys = list(found.values_list("pk", flat=True)[(number - 1) * self.per_page :][: self.per_page])
        read = {row.pk: row for row in found.order_by().filter(pk__in=keys)}
        shown = [read[key] for key in keys if key in read]
        return Page(BoundRows(shown, table=rows.table), number, self)

    @cached_property
    def counted(self) -> int:
        """How many rows there are, as far as that was counted."""
        rows: Any = self.object_list
        data = rows.data
        if isinstance(data, TableQuerysetData) and getattr(data, "_length", None) is None:
            return data.data.order_by()[: MOST_COUNTED + 1].count()
        return len(rows)


def show_list(
    request: StaffRequest, template: str, table: django_tables2.Table, *, columns: Sequence[Column], **context: Any
) -> HttpResponseBase:
    """The list as the address asks: `?export=csv` or `xlsx` a file of all its rows, else one page of its table.

    When htmx replaces the table in place, only the table is answered.
    """
    kind = request.GET.get("export")
    if kind in FORMATS:
        django_tables2.RequestConfig(request, paginate=False).configure(table)
        rows = table.data.data.iterator(chunk_size=AT_ONCE)
        name, zone = template.split("/", maxsplit=1)[0], request.user.time_zone
        return as_file(kind, name, columns, rows, now=request.now, zone=zone)
    table.per_page_field = NOT_ASKED
    django_tables2.RequestConfig(request, paginate={"per_page": PER_PAGE, "paginator_class": Pages}).configure(table)
    htmx = HtmxDetails(request)
    in_place = htmx.target == f"{table.prefix}table" and not htmx.history_restore_request
    response = render(request, "tables/_table.html" if in_place else template, {"table": table, **context})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
