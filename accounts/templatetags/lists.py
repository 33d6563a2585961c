"""The cells of a list's row: {% load lists %}{% cells row %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def cells(context: template.Context, row: Any) -> SafeString:
    """Every cell with its heading, which a phone shows. What all cells of a column have in common is written once.

    In a template's loop each cell costs as much again as what stands in it. No list has attributes that differ by row.
    """
    table = row.table
    if not hasattr(table, "openings"):
        table.openings = {column.name: opening(column) for column in table.columns}
    shown = ((table.openings[column.name], render_value_in_context(cell, context)) for column, cell in row.items())
    return format_html_join("", "{}{}</td>", shown)


def opening(column: Any) -> SafeString:
    """How each cell of a column begins."""
    return format_html('<td role="cell" data-label="{}" {}>', column.header, column.attrs["td"].as_html())
