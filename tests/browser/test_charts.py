"""Charts are drawn from the table beside them: both schemes, on paper, and clicked."""

from __future__ import annotations

from django.template import Context, Template
from playwright.sync_api import Page, expect

from renewals.charts import Cell, Chart, Kind, Line, Series
from tests.browser.conftest import PHONE

SERIES = (Series(name="Commit"), Series(name="Best case"), Series(name="Target", is_mark=True))
ROWS = [("December", (120, 40, 200)), ("January", (80.5, 60, 200)), ("February", (20, None, 200))]
CHART = Chart(
    kind=Kind.STACKED,
    title="Forecast",
    first="Month",
    series=SERIES,
    lines=[
        Line(name=name, series=SERIES, cells=[Cell(value, f"¥ {value}", f"#{name}-{value}") for value in values])
        for name, values in ROWS
    ],
)
DRAWN = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
READ = "() => Chart.getChart(document.querySelector('canvas')).data.datasets.map(set => [set.label, set.data])"


def show(page: Page) -> None:
    html = Template(
        '{% load static %}<!doctype html><html lang="en"><title>.</title><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="{% static "vendor/bootstrap/bootstrap.min.css" %}">'
        '<link rel="stylesheet" href="{% static "portal.css" %}">{% include "charts/_scripts.html" %}'
        '<main>{% include "charts/_chart.html" %}</main>'
    ).render(Context({"chart": CHART}))
    page.route("**/alone", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto("/alone")
    expect(page.locator(".picture")).to_be_visible()


def test_the_chart_says_what_the_table_says(open_page) -> None:
    page = open_page(reduced_motion="reduce")
    show(page)

    assert page.evaluate(READ) == [
        ["Commit", [120, 80.5, 20]],
        ["Best case", [40, 60, None]],
        ["Target", [200, 200, 200]],
    ]
    assert page.locator("canvas").evaluate(DRAWN)


def test_a_bar_opens_the_rows_of_its_cell(open_page) -> None:
    page = open_page(reduced_motion="reduce")
    show(page)
    bar = page.evaluate(
        "() => Chart.getChart(document.querySelector('canvas')).getDatasetMeta(0).data[0].getCenterPoint()"
    )

    page.locator("canvas").click(position=bar)

    page.wait_for_url("**#December-120")


def test_on_paper_the_ink_is_dark_whatever_the_screen_is(open_page) -> None:
    page = open_page(scheme="dark", size=PHONE, reduced_motion="reduce")
    show(page)
    ink = "() => Chart.getChart(document.querySelector('canvas')).colours.ink"
    on_the_screen = page.evaluate(ink)

    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")

    assert (on_the_screen, page.evaluate(ink)) == ("#ece7df", "#000")


def test_without_the_script_the_table_stands_alone(open_page) -> None:
    page = open_page(java_script_enabled=False)
    page.set_default_timeout(5000)
    html = Template('{% include "charts/_chart.html" %}').render(Context({"chart": CHART}))
    page.set_content(html)

    expect(page.locator(".picture")).to_be_hidden()
    expect(page.get_by_role("link", name="¥ 120")).to_be_visible()
