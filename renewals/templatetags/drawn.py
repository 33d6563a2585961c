"""A ribbon's drawing as SVG. Fifty of them stand in a list: a template would take longer than all else there."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

from renewals.ribbon.labels import Label
from renewals.ribbon.shapes import Band, Drawing, Size


def svg(drawing: Drawing) -> SafeString:
    """The whole picture. All but the labels are numbers and the style sheet's own words."""
    size = drawing.size
    head = (
        f'<svg class="ribbon {size.css}" viewBox="0 0 {size.width} {size.height}" aria-hidden="true" focusable="false">'
    )
    return mark_safe("\n  ".join([head, *shapes(drawing, size)]) + "\n</svg>")  # noqa: S308 - labels are escaped


def shapes(drawing: Drawing, size: Size) -> Iterator[str]:
    """What it is made of, what lies below first."""
    high, low = size.tick
    yield from (hatched(one, size) if one.is_hatched else plain(one, size) for one in drawing.bands)
    yield from (block("night", one, size.top, size.bar) for one in drawing.nights)
    yield from (block("peak", one, size.bottom, 3) for one in drawing.peaks)
    yield from (f'<path class="day" d="M{x} {size.bottom}v6"/>' for x in drawing.days)
    if drawing.break_x is not None:
        there_and_back = f"m-1 0l-4 {size.bar}m7 -{size.bar}l-4 {size.bar}"
        yield f'<path class="break" d="M{drawing.break_x} {size.top}{there_and_back}"/>'
    for dot in drawing.dots:
        done = " done" if dot.done else ""
        yield f'<circle class="touch{done}" cx="{dot.x}" cy="{size.middle}" r="{size.dot}"/>'
    yield f'<path class="now" d="M{drawing.now_x} {high}V{low}"/>'
    yield f'<path class="end" d="M{drawing.end_x} {high}V{low}"/>'
    yield from map(named, drawing.labels)


def block(css: str, band: Band, y: float, height: float, more: str = "") -> str:
    """A stretch as a rectangle."""
    return f'<rect class="{css}" x="{band.x}" y="{y}" width="{band.width}" height="{height}"{more}/>'


def plain(band: Band, size: Size) -> str:
    """A stretch that its colour tells."""
    return block(str(band.css), band, size.top, size.bar, ' rx="3"')


def hatched(band: Band, size: Size) -> str:
    """A stretch that its pattern tells too."""
    faded = f' opacity="{band.opacity}"' if band.opacity < 1 else ""
    return (
        f'<svg x="{band.x}" y="{size.top}" width="{band.width}" height="{size.bar}"{faded}>'
        f'<rect class="{band.css!s}" width="100%" height="100%"/>'
        f'<path class="hatch" d="M0 {size.half}H2400" stroke-width="{size.bar}" stroke-dasharray="4.5 5.5" '
        f'stroke-dashoffset="{band.x}" transform="skewX(-45)"/></svg>'
    )


def named(label: Label) -> str:
    """A text in its place."""
    strong = ' class="strong"' if label.strong else ""
    return f'<text x="{label.x}" y="{label.y}" text-anchor="middle"{strong}>{escape(label.text)}</text>'
