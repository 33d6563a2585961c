"""Papers: readable Chinese on any machine, and no way to open an address."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from renewals import papers


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_chinese_and_latin_letters_stand_in_the_file() -> None:
    # given a document with both
    # when it is typeset, then both can be read back from the letters that the file carries
    read = text_of(papers.typeset("<p>至2026年5月15日23时59分 · Asia/Shanghai</p>"))
    assert "至2026年5月15日23时59分 · Asia/Shanghai" in read


def test_the_only_address_that_opens_is_the_font() -> None:
    with pytest.raises(ValueError, match="etc/hostname"):
        papers.fetcher().fetch("file:///etc/hostname")


def test_an_address_in_a_text_from_outside_is_not_opened() -> None:
    # given a document that asks for a file of the machine to be attached, when it is typeset, then nothing is attached
    pdf = papers.typeset('<link rel="attachment" href="file:///etc/hostname"><p>ours</p>')
    assert PdfReader(BytesIO(pdf)).attachments == {}


def test_without_pango_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    load = builtins.__import__

    def lacking(name: str, *rest: object) -> object:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(papers.NoPapers, match="apt-get install libpango"):
        papers.typeset("<p>text</p>")
