"""What a browser sends of a page's form where nobody has touched it, hidden fields and all."""

from __future__ import annotations

from html.parser import HTMLParser

Sent = dict[str, list[str]]


class Forms(HTMLParser):
    """Every form of a page, field by field."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Sent] = []
        self.name = self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append({})
        elif tag == "select":
            self.name = said.get("name", "")
        elif tag == "option" and "selected" in dict(attrs):
            self.take(self.name, said.get("value", ""))
        elif tag == "textarea":
            self.name, self.text = said.get("name", ""), ""
        elif tag == "input" and (said.get("type") not in ("checkbox", "radio") or "checked" in said):
            self.take(said.get("name", ""), said.get("value", "on" if said.get("type") == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.take(self.name, self.text.strip())

    def take(self, name: str, value: str) -> None:
        if name and self.found:
            self.found[-1].setdefault(name, []).append(value)


def sent_of(page: str, *, having: str) -> Sent:
    """The fields of the one form of this page that has a field of that name."""
    parser = Forms()
    parser.feed(page)
    return next(one for one in parser.found if having in one)
