"""The one style sheet of the customer's pages is what its script makes of the others."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "scripts" / "customer_css.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("customer_css", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_it_is_made_of_what_stands_in_the_sheets_and_templates_now(script) -> None:
    assert script.made() == script.MADE.read_text(encoding="utf-8"), "run: .venv/bin/python scripts/customer_css.py"


@pytest.mark.parametrize(
    ("selector", "used"),
    [
        (".btn", True),
        (".btn:not(.btn-check):hover", True),
        (".btn.gone", False),
        ("table .btn", False),
        ("#people .btn", True),
        ("::after", True),
        ('[lang|="zh"]', True),
    ],
)
def test_a_rule_is_kept_where_all_that_it_asks_for_may_be_there(script, selector, used) -> None:
    assert script.is_used(selector, {"btn", "people"}) is used


def test_a_colour_that_only_a_dropped_colour_read_is_dropped_too(script) -> None:
    rules = [":root{--a:red;--b:var(--a);--c:blue}", "p{color:var(--c)}"]

    assert script.without_unread(rules) == [":root{--c:blue}", "p{color:var(--c)}"]


@pytest.mark.parametrize(
    "word", ["active", "hatch", "soft_locked", "night", "peak", "day", "end", "now", "touch", "break"]
)
def test_all_that_a_ribbon_is_drawn_of_has_its_colour(script, word) -> None:
    assert f".ribbon .{word}{{" in script.made()
