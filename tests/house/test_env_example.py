"""`.env.example` is how an operator learns what can be set: it must name everything."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READS = re.compile(r"""(?:env\.\w+\(|one_of\(|environ(?:\.get|\.setdefault)?[\[(])\s*["']([A-Z_]+)["']""")
NOT_FOR_OPERATORS = {"DJANGO_SETTINGS_MODULE", "LC_ALL", "XDG_RUNTIME_DIR"}


def names_read_by_code() -> set[str]:
    files = ("settings.py", "database.py", "portal.py")
    found = {name for file in files for name in READS.findall((ROOT / "csportal" / file).read_text())}
    return found - NOT_FOR_OPERATORS


def names_in_example() -> set[str]:
    return set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_setting_that_is_read_is_in_the_example():
    assert names_read_by_code() - names_in_example() == set()


def test_the_example_names_nothing_that_is_not_read():
    assert names_in_example() - names_read_by_code() == set()


def test_a_copy_of_the_example_changes_nothing():
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []
