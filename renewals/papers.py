"""Papers: a template of ours as a PDF file that reads the same everywhere, Chinese included.

The Chinese letters come from a package with their licence, not from the machine, so a paper looks the same on each.
A paper opens no address: what it needs is in the template, in `static/paper.css` and in that one font.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

FONT = "font:sans"
"""The only address that a paper may open."""


class NoPapers(RuntimeError):
    """This machine lacks the library that sets type (Pango). The message says what to install."""


def paper(template: str, context: Mapping[str, Any], *, language: str) -> bytes:
    """The PDF of a template in one language. Raises NoPapers where the machine cannot set type."""
    with translation.override(language):
        return typeset(render_to_string(template, {**context, "language": language}))


def typeset(html: str) -> bytes:
    """The PDF of a whole document. Raises NoPapers where the machine cannot set type."""
    weasyprint = typesetter()
    fonts = weasyprint.text.fonts.FontConfiguration()
    only_the_font = fetcher()
    style = weasyprint.CSS(string=style_sheet(), font_config=fonts, url_fetcher=only_the_font)
    document = weasyprint.HTML(string=html, base_url=None, url_fetcher=only_the_font)
    return bytes(document.write_pdf(stylesheets=[style], font_config=fonts))


def typesetter() -> Any:
    """WeasyPrint, loaded when the first paper is asked for: it takes half a second and a system library."""
    try:
        import weasyprint
        import weasyprint.text.fonts
    except OSError as problem:
        hint = _("PDF files need the system’s library Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0")
        raise NoPapers(hint) from problem
    return weasyprint


def fetcher() -> Any:
    """Opens the font, and refuses every other address: a paper must not be a way to read files or to call hosts."""
    from pylopdf_fonts_zh_cn import sans_path
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyTheFont(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url != FONT:
                raise ValueError(url)
            return URLFetcherResponse(url, Path(sans_path()).read_bytes(), {"Content-Type": "font/otf"})

    return OnlyTheFont()


@cache
def style_sheet() -> str:
    """The one style of all papers, with its font."""
    found = finders.find("paper.css")
    font = f"@font-face {{ font-family: 'Paper Sans'; src: url('{FONT}'); }}\n"
    return font + Path(str(found)).read_text(encoding="utf-8")
