"""What every page keeps: readable colours, no inline style or script, vendored files as they were pinned."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static" / "portal.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LIGHT, DARK = CSS.split("@media screen and (prefers-color-scheme: dark)")
GROUNDS = ("paper", "card", "hover")
PAIRS = [(ink, ground) for ink in ("ink", "muted", "live", "live-ink", "risk-ink") for ground in GROUNDS] + [
    ("live-ink", "live-soft"),
    ("buffer-ink", "buffer-soft"),
    ("lock-ink", "lock-soft"),
    ("risk-ink", "risk-soft"),
    ("quiet-ink", "quiet-soft"),
    ("on-live", "live"),
    ("on-live", "live-deep"),
]
SHAPES = [("field", "card"), ("field", "paper"), ("live", "card"), ("buffer", "card"), ("lock", "card")]


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6})", css))


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_has_aa_contrast_in_both_schemes(scheme, ink, ground):
    colours = tokens(scheme)

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_what_is_not_text_stands_out_too(scheme, shape, ground):
    colours = tokens(scheme)

    assert contrast(colours[shape], colours[ground]) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_page_has_inline_style_or_script(path):
    text = path.read_text()

    is_mail = "emails" in path.parts
    assert is_mail or not re.search(r"\sstyle\s*=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']", text)
    assert "|safe" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_stay_short(path):
    assert len(path.read_text().splitlines()) <= 120


@pytest.mark.parametrize("folder", ["static", "tests/browser"])
def test_vendored_files_are_those_that_were_pinned(folder):
    vendor = ROOT / folder / "vendor"
    record = json.loads((vendor / "vendor.json").read_text())

    for name, about in record.items():
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (vendor / name).iterdir()}
        assert found == about["sha256"]
    assert {path.name for path in vendor.iterdir()} == {"vendor.json", *record}


def test_no_vendored_file_points_to_a_map_that_is_not_there():
    files = [path for path in (ROOT / "static" / "vendor").rglob("*.min.*") if path.is_file()]

    assert files
    assert not any(b"sourceMappingURL" in path.read_bytes() for path in files)


def test_an_address_that_takes_a_form_says_so_in_both_languages(client):
    response = client.get("/language/")

    assert response.status_code == 405
    assert "这个地址只接收表单" in response.content.decode()
    assert "This address only takes a form" in response.content.decode()
