"""The small scripts and the drawings, each alone on a page that holds nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation
from playwright.sync_api import Page, expect

from accounts.wording import stretch
from renewals.entitlement import Windows
from tests.browser.conftest import PHONE, WIDE

ENDS_AT = datetime(2026, 11, 27, 16, tzinfo=UTC)
NOW = ENDS_AT - timedelta(days=4, hours=11, minutes=53)
LOCK_AT = datetime(2026, 11, 30, 1, tzinfo=UTC)
WINDOWS = Windows(
    term=0,
    from_at=None,
    until_at=None,
    starts_at=ENDS_AT - timedelta(days=365),
    ends_at=ENDS_AT,
    buffer_ends_at=ENDS_AT + timedelta(days=1),
    earliest_lock_at=LOCK_AT,
    lock_at=LOCK_AT,
    closes_at=LOCK_AT + timedelta(days=90),
    is_history=False,
)
ROWS = """<div class="rows"><table class="table"><tbody>
<tr><td><a class="row-link" href="#opened">23:59</a></td><td>Harbor Labs</td><td><button>call</button></td></tr>
</tbody></table></div>"""


def show(page: Page, body: str, *, module: str = "", **context) -> None:
    """Serve one fragment with the house's styles and, if named, one module."""
    html = Template(
        "{% load static ribbon countdown %}<!doctype html><title>.</title>"
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="{% static "portal.css" %}">'
        '{% if module %}<script type="module" src="/static/modules/{{ module }}"></script>{% endif %}' + body
    ).render(Context({"window": WINDOWS, "now": NOW, "module": module} | context))
    page.route("**/alone", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto("/alone")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "left",
    [
        timedelta(days=200, hours=3, minutes=4),
        timedelta(days=30),
        timedelta(days=29, hours=23, minutes=59),
        timedelta(days=1, minutes=1),
        timedelta(hours=2),
        timedelta(minutes=1),
        timedelta(seconds=59),
    ],
)
def test_the_browser_counts_in_the_very_words_of_the_server(open_page, language, left):
    page = open_page()
    page.clock.install()

    with translation.override(language):
        show(page, "{% countdown window.ends_at now=now %}", module="countdown.js", now=ENDS_AT - left)
        page.clock.run_for(1000)
        said = stretch(left - timedelta(seconds=1))

    expect(page.locator("[data-countdown]")).to_have_text(said)


def test_the_time_left_goes_on_and_ends_with_a_way_out(open_page):
    page = open_page()
    page.clock.install()
    with translation.override("en"):
        show(
            page,
            "{% countdown window.ends_at now=now %}",
            module="countdown.js",
            now=ENDS_AT - timedelta(minutes=2, seconds=30),
        )

    page.clock.run_for(60_000)
    expect(page.locator("[data-countdown]")).to_have_text("1 minute")
    page.clock.run_for(91_000)
    expect(page.locator("[data-countdown]")).to_have_text("this minute has passed: load the page again")


def test_a_row_opens_on_a_click_anywhere_in_it(open_page):
    page = open_page()
    show(page, ROWS, module="rows.js")

    page.get_by_text("Harbor Labs").click()

    assert page.url.endswith("#opened")


def test_a_button_in_a_row_keeps_its_own_click(open_page):
    page = open_page()
    show(page, ROWS, module="rows.js")

    page.get_by_role("button").click()

    assert not page.url.endswith("#opened")


@pytest.mark.parametrize(
    ("size", "box", "shown"), [(WIDE, "page", "large"), ((700, 900), "page", "middle"), (PHONE, "page", "small")]
)
def test_one_drawing_shows_the_one_that_fits(open_page, size, box, shown):
    page = open_page(size=size)
    show(page, '{% ribbon window now=now zone="Asia/Shanghai" size=box %}', box=box)

    visible = page.locator("svg.ribbon:visible")

    expect(visible).to_have_count(1)
    expect(visible).to_have_class(f"ribbon {shown}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [WIDE, (700, 900), PHONE])
def test_no_two_words_of_the_drawing_really_touch(open_page, size, language):
    page = open_page(size=size)
    with translation.override(language):
        show(page, '{% ribbon window now=now zone="Asia/Shanghai" %}')

    boxes = [text.bounding_box() for text in page.locator("svg.ribbon:visible text").all()]

    assert len(boxes) >= 4
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert apart or abs(one["y"] - other["y"]) > 8
