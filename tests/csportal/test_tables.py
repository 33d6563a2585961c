"""A list says to everybody how it is sorted, what a cell is, and on which page one is."""

from __future__ import annotations

import django_tables2 as tables
import pytest
from django.test import RequestFactory
from django.utils import translation


class Minutes(tables.Table):
    customer = tables.Column(verbose_name="Customer")
    value = tables.Column(verbose_name="Value", orderable=False)


def render(query: str = "", *, rows: int = 60, **more) -> str:
    request = RequestFactory().get("/contracts/" + query)
    table = Minutes([{"customer": f"Nr {n:02}", "value": n} for n in range(rows)], **more)
    tables.RequestConfig(request, paginate={"per_page": 10}).configure(table)
    with translation.override("en"):
        return table.as_html(request)


def test_a_cell_carries_its_heading_for_a_phone():
    assert 'data-label="Customer" >Nr 00</td>' in render()


def test_the_sorted_column_says_so_and_turns_on_a_click():
    html = render("?sort=customer")

    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-customer"' in html


def test_a_column_that_cannot_be_sorted_is_no_link():
    assert "sort=value" not in render()


def test_sorting_anew_begins_at_the_first_page_and_keeps_the_filters():
    html = render("?q=harbor&page=3")

    assert 'href="?q=harbor&amp;sort=customer"' in html


@pytest.mark.parametrize(("page", "said"), [(1, "1–10 of 60"), (6, "51–60 of 60")])
def test_the_pager_says_which_rows_are_shown(page, said):
    html = render(f"?page={page}")

    assert said in html
    assert f'aria-current="page" href="?page={page}"' in html


def test_turning_the_page_keeps_order_and_filters():
    assert 'href="?q=harbor&amp;sort=-customer&amp;page=2"' in render("?q=harbor&sort=-customer")


def test_one_page_has_no_pager():
    assert "pager" not in render(rows=10)


def test_two_lists_on_one_page_keep_apart():
    html = render(prefix="mine-")

    assert 'id="mine-table"' in html
    assert 'hx-target="#mine-table"' in html


def test_an_empty_list_says_so():
    assert "Nothing here yet." in render(rows=0)


def test_an_empty_list_says_its_own_words_where_it_has_some():
    assert "No contract fits." in render(rows=0, empty_text="No contract fits.")


def test_what_stands_in_a_cell_is_text():
    request = RequestFactory().get("/contracts/")
    with translation.override("en"):
        html = Minutes([{"customer": "<b>Harbor</b> & Co", "value": 1}]).as_html(request)

    assert '<td role="cell" data-label="Customer" >&lt;b&gt;Harbor&lt;/b&gt; &amp; Co</td>' in html
