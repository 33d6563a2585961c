"""The cells of a list's row: {% load lists %}{% cells row %}."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_tables2.utils import signature

register = template.Library()


@dataclass(frozen=True, slots=True)
class Kind:
    """What all cells of a column have in common: how they begin, and what is asked for what stands in one."""

    opening: SafeString
    render: Callable[..., Any]
    takes: frozenset[str]
    is_plain: bool
    """Whether nothing but the record is asked, whatever the value."""


@register.simple_tag(takes_context=True)
def cells(context: template.Context, row: Any) -> SafeString:
    """Every cell with its heading, which a phone shows. What all cells of a column have in common is worked out once.

    In a template's loop each cell costs as much again as what stands in it, and so does asking each method anew what
    it wants to be given. No list has attributes that differ by row.
    """
    table = row.table
    if not hasattr(table, "kinds"):
        table.kinds = [(column, kind_of(column)) for column in table.columns]
    shown = ((kind.opening, render_value_in_context(cell(row, column, kind), context)) for column, kind in table.kinds)
    return format_html_join("", "{}{}</td>", shown)


def kind_of(column: Any) -> Kind:
    """A column's cells."""
    takes, more = signature(column.render)
    is_plain = set(takes) == {"record"} and not more and not column.link and column.column.empty_values == ()
    every = {"value", "record", "column", "bound_column", "bound_row", "table"}
    return Kind(opening(column), column.render, frozenset(every if more else takes), is_plain)


def cell(row: Any, column: Any, kind: Kind) -> Any:
    """What stands in a cell."""
    if kind.is_plain:
        return kind.render(record=row.record)
    return row._get_and_render_with(column, lambda _column, value=None: said(row, column, kind, value), column.default)


def said(row: Any, column: Any, kind: Kind, value: Any) -> Any:
    """What a column says of a value, its link around it."""
    given = {
        "value": value,
        "record": row.record,
        "column": column.column,
        "bound_column": column,
        "bound_row": row,
        "table": row.table,
    }
    content = kind.render(**{name: given[name] for name in kind.takes})
    return column.link(content, **given) if column.link else content


def opening(column: Any) -> SafeString:
    """How each cell of a column begins."""
    return format_html('<td role="cell" data-label="{}" {}>', column.header, column.attrs["td"].as_html())
