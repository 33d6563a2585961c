"""Compiles the message catalogues without the system's gettext.

python -m csportal.catalogues
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def out_of_date(folder: Path) -> list[Path]:
    """The catalogues whose compiled file is missing or older than they are."""
    sources = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    return [source for source in sources if not is_newer(source.with_suffix(".mo"), source)]


def is_newer(target: Path, source: Path) -> bool:
    """Whether `target` is there and at least as new as `source`."""
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Write each compiled file that is out of date, whole or not at all; returns those written."""
    written = []
    for source in out_of_date(folder):
        target = source.with_suffix(".mo")
        part = target.with_suffix(f".{os.getpid()}.part")
        with source.open("rb") as lines, part.open("wb") as out:
            write_mo(out, read_po(lines, locale=source.parent.parent.name))
        part.rename(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogues()
