"""What somebody wrote, apart from the letter that their mail program put under it.

Plain Python: no Django, no database, no clock.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

BEGINS_HISTORY = re.compile(
    r"""^\s*(?:
        [-_\s]*(?:original\s+message|原始邮件|邮件原件|原始郵件|forwarded\s+message|转发邮件)[-_:：\s]*$
      | _{20,}\s*$
      | \*{0,2}(?:from|发件人|寄件者|發件人)\s*\*{0,2}\s*[:：].*@
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Lines after which nothing new follows: other programs put the whole letter there, unmarked."""
INTRODUCES = re.compile(
    r"^\s*(?:on\b.*\bwrote|le\b.*\ba écrit|am\b.*\bschrieb.*|.*(?:写道|寫道))\s*[:：]\s*$", re.IGNORECASE | re.DOTALL
)
"""The line above a quotation; it may have been broken into two."""
SKIPPED = {"script", "style", "head", "title", "template", "noscript", "svg", "object"}
BLOCKS = {
    "p",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "hr",
    "section",
}


def told_apart(text: str) -> tuple[str, str]:
    """The new words, and the history beneath or between them; either may be empty."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    new: list[str] = []
    old: list[str] = []
    for place, line in enumerate(lines):
        if BEGINS_HISTORY.match(line):
            old += lines[place:]
            break
        if line.lstrip().startswith((">", "＞")) or introduces(lines, place):
            old.append(line)
        else:
            new.append(line)
    return tidy(new), tidy(old)


def introduces(lines: list[str], place: int) -> bool:
    """Whether a line, or it and the next, says who wrote what is quoted after it."""
    here, after = lines[place], lines[place + 1 :]
    quoted = next((line for line in after[:3] if line.strip() and not INTRODUCES.match(f"{here} {line}")), "")
    if not quoted.lstrip().startswith((">", "＞")):
        return False
    before = lines[place - 1] if place else ""
    return any(INTRODUCES.match(said) for said in (here, f"{here} {after[0]}", f"{before} {here}"))


def tidy(lines: list[str]) -> str:
    """Lines as a text, without empty ones around them or more than one between them."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


class Reducing(HTMLParser):
    """Reads the words of a page and nothing else: no script, no style, no address behind a link, no picture."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.skipped = 0
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self.skipped += 1
        if tag == "br" or tag in BLOCKS:
            self.new_line()
        if tag == "blockquote":
            self.quoted += 1
            self.new_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipped = max(self.skipped - 1, 0)
        if tag == "blockquote":
            self.quoted = max(self.quoted - 1, 0)
        if tag in BLOCKS:
            self.new_line()

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.lines[-1] += re.sub(r"\s+", " ", data)

    def new_line(self) -> None:
        """Begin a line, marked as quoted where it is."""
        if self.lines[-1].strip("> "):
            self.lines.append("")
        self.lines[-1] = "> " * self.quoted


def reduced(html: str) -> str:
    """The words of an HTML mail as plain text; what it quotes is marked as mail programs mark it."""
    reader = Reducing()
    reader.feed(html)
    reader.close()
    return "\n".join(line.strip() for line in reader.lines if line.strip("> "))
