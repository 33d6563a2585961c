"""Makes static/customer.min.css: what the customer's pages use of all style sheets, in one file.

Run it by hand after changing a style sheet or one of the templates below: `python scripts/customer_css.py`. The
result is committed; a test holds it to its sources. Run twice, it writes the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parent.parent
SHEETS = ("vendor/bootstrap/bootstrap.min.css", "portal.css", "customer.css")
TEMPLATES = (
    "_page.html", "_language.html", "_messages.html", "_countdown.html", "customer_base.html", "page/**/*.html",
    "door/**/*.html", "offers/**/*.html", "ribbon/*.html", "desk/customers_page.html",
)  # fmt: skip
CODE = ("renewals/page/*.py", "renewals/door/*.py", "renewals/offers/*.py")
"""Where else a class is named: in a form's widget."""
DRAWN = ("renewals/templatetags/drawn.py",)
"""Code that writes HTML itself."""
ALSO = {
    "html", "body", "root", "time", "small", "middle", "large", "scheduled", "active", "buffer", "soft_locked",
    "closed", "night", "peak", "debug", "info", "success", "warning", "error", "is-invalid",
    "invalid-feedback", "errorlist", "form-label", "form-text",
}  # fmt: skip
"""What comes from variables: the states, what lies along a ribbon and its sizes, the levels of a message, a field that
was refused.
"""
MADE = ROOT / "static" / "customer.min.css"
HEAD = "/*! Made by scripts/customer_css.py from our style sheets and Bootstrap 5.3 (MIT: vendor/bootstrap/LICENSE). */"
WORD = re.compile(r"[\w-]+")
NOT = re.compile(r":not\([^()]*(\([^()]*\))?[^()]*\)")
NAMED = re.compile(r"[.#]([\w-]+)|(?:^|[\s>+~,(])([a-z][\w]*)(?![\w-]*\()")
SET = re.compile(r"(?<=[{;])(--[\w-]+):[^;{}]*(;|(?=}))")
BARE = {"skip_comments": True, "skip_whitespace": True}
VARIABLE = re.compile(r"var\((--[\w-]+)")
TAG = re.compile(r"{[{%#].*?[%#}]}", re.S)
ELEMENT = re.compile(r"<([a-z][\w]*)")
IN_HTML, IN_CODE = re.compile(r"(?:class|id)=\"([^\"]*)\""), re.compile(r"\"class\": \"([^\"]*)\"")


def words() -> set[str]:
    """Every element, class and id that the templates and the forms name."""
    found = set(ALSO)
    for path in (*files(ROOT / "templates", TEMPLATES), *files(ROOT, DRAWN)):
        text = TAG.sub(" ", path.read_text(encoding="utf-8"))
        found.update(ELEMENT.findall(text), *(WORD.findall(said) for said in IN_HTML.findall(text)))
    for path in files(ROOT, CODE):
        found.update(*(WORD.findall(said) for said in IN_CODE.findall(path.read_text(encoding="utf-8"))))
    return found


def files(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """The files of a folder that some patterns name."""
    for pattern in patterns:
        yield from folder.glob(pattern)


def is_used(selector: str, known: set[str]) -> bool:
    """Whether all that one selector asks for may be there; what it asks not to be there is no matter."""
    asked = (name or tag for name, tag in NAMED.findall(NOT.sub("", selector)))
    return all(one in known for one in asked)


def kept(rules: Iterable[Any], known: set[str]) -> Iterator[str]:
    """The rules that something uses, one a line, each selector of theirs by itself."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [one for one in selectors_of(rule.prelude) if is_used(one, known)]
            if selectors:
                yield f"{','.join(selectors)}{{{squeezed(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword == "page":
            yield f"@page {{{squeezed(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "container"):
            inside = "".join(kept(tinycss2.parse_rule_list(rule.content, **BARE), known))
            if inside:
                yield f"@{rule.lower_at_keyword} {squeezed(rule.prelude)}{{{inside}}}"


def selectors_of(prelude: list[Any]) -> list[str]:
    """A list of selectors, taken apart at its commas."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [re.sub(r"\s+", " ", tinycss2.serialize(part)).strip() for part in parts]


def squeezed(tokens: list[Any]) -> str:
    """The same without comments and without white space that says nothing."""
    text = re.sub(r"/\*.*?\*/", "", tinycss2.serialize(tokens), flags=re.S)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\s*;\s*", ";", re.sub(r"(?<=[\w-]): (?=\S)", ":", text)).strip(";")


def without_unread(rules: list[str]) -> list[str]:
    """The rules without custom properties that nobody reads any more, as often as that frees another."""
    while True:
        read = set(VARIABLE.findall("\n".join(rules)))
        fewer = [SET.sub(lambda said: said[0] if said[1] in read else "", rule) for rule in rules]  # noqa: B023 - at once
        if fewer == rules:
            return [rule for rule in rules if not rule.endswith("{}")]
        rules = fewer


def made() -> str:
    """The whole file."""
    known, rules = words(), []
    for sheet in SHEETS:
        text = (ROOT / "static" / sheet).read_text(encoding="utf-8")
        rules += kept(tinycss2.parse_stylesheet(text, **BARE), known)
    return "\n".join([HEAD, *without_unread(rules)]) + "\n"


if __name__ == "__main__":
    MADE.write_text(made(), encoding="utf-8")
