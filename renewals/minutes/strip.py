"""One customer's part of 72 hours, drawn to scale, and all ends by the hour. Pure geometry; the words are handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.worktime import WorkingHours, is_working_day
from renewals.entitlement import Windows
from renewals.ribbon.drawing import local_days, spans
from renewals.ribbon.labels import Label, Wish, place
from renewals.ribbon.shapes import Band, Interval, Scale, Size

HOUR = timedelta(hours=1)
SMALL = Size(css="small", width=320, height=42, top=5, bar=16, reach=5, text=12)
MIDDLE = Size(css="middle", width=560, height=42, top=5, bar=16, reach=5, text=12)
SIZES = (SMALL, MIDDLE)
"""The drawings of one strip; the style sheet shows the widest that fits, so that its text stays legible."""
HOURS_SMALL = Size(css="small", width=340, height=104, top=20, bar=60, text=12)
HOURS_MIDDLE = Size(css="middle", width=640, height=104, top=20, bar=60, text=12)
HOURS_LARGE = Size(css="large", width=1080, height=104, top=20, bar=60, text=12)
HOURS_SIZES = (HOURS_SMALL, HOURS_MIDDLE, HOURS_LARGE)

DayName = Callable[[date, bool], tuple[str, ...]]
"""What a day is called, as (long, short); whether it is a day off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One contract's strip: its states, when its customer does not work, its days, its last minute, the present."""

    size: Size
    bands: list[Band]
    shades: list[Band]
    days: list[float]
    labels: list[Label]
    end_x: float | None
    now_x: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many end in one hour: from `at` on."""

    at: datetime
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """All ends by the hour: a bar for each hour that has any, and the reader's days."""

    size: Size
    bars: list[Bar]
    counts: list[Label]
    days: list[float]
    labels: list[Label]
    now_x: float | None


def scale_of(shows: Interval, size: Size) -> Scale:
    """The whole width for the time that is shown."""
    return Scale(from_at=shows[0], to_at=shows[1], left=0, right=size.width)


def strip(
    windows: Windows, *, shows: Interval, now: datetime, zone: str, hours: WorkingHours, day: DayName, size: Size
) -> Strip:
    """The strip of one contract over the time that is shown, with its customer's nights and days off shaded."""
    scale = scale_of(shows, size)
    states = [band for state, *span in spans(windows, scale) for band in scale.bands(state, [(span[0], span[1])])]
    days = local_days(scale, zone)
    return Strip(
        size=size,
        bands=states,
        shades=shades(scale, days, zone, hours),
        days=[scale.x(begin) for begin, _end in days if scale.shows(begin)],
        labels=day_labels(scale, days, zone, lambda on: day(on, not is_working_day(on, hours)), size),
        end_x=scale.x(windows.ends_at) if scale.shows(windows.ends_at) else None,
        now_x=scale.x(now) if scale.shows(now) else None,
    )


def shades(scale: Scale, days: Sequence[Interval], zone: str, hours: WorkingHours) -> list[Band]:
    """When they do not work: a whole day as `off`, what lies around the working hours of any other as `night`."""
    here = ZoneInfo(zone)
    found: list[Band] = []
    for begin, end in days:
        on = begin.astimezone(here).date()
        if not is_working_day(on, hours):
            found += scale.bands("off", [(begin, end)])
            continue
        opens_at = datetime.combine(on, hours.opens, here).astimezone(UTC)
        closes_at = end if hours.closes == time() else datetime.combine(on, hours.closes, here).astimezone(UTC)
        found += scale.bands("night", [(begin, opens_at), (closes_at, end)])
    return found


def day_labels(
    scale: Scale, days: Sequence[Interval], zone: str, called: Callable[[date], tuple[str, ...]], size: Size
) -> list[Label]:
    """Below the bar: each day in the middle of what is seen of it."""
    wishes = []
    for begin, end in days:
        left, right = scale.x(begin), scale.x(end)
        if right - left > size.text:
            wishes.append(Wish((left + right) / 2, called(begin.astimezone(ZoneInfo(zone)).date())))
    return place(wishes, width=size.width, y=size.bottom + 17, text=size.text)


def by_hour(
    counts: Mapping[datetime, int], *, shows: Interval, now: datetime, zone: str, day: DayName, size: Size
) -> Hours:
    """The bars of these hours, each from its first instant; days are those of the reader's `zone`."""
    scale = scale_of(shows, size)
    most = max(counts.values(), default=1)
    bars = [bar(at, count, most, scale, size) for at, count in sorted(counts.items())]
    tallest = sorted(bars, key=lambda one: -one.count)
    days = local_days(scale, zone)
    wishes = [Wish(one.x + one.width / 2, (str(one.count),), strong=True) for one in tallest]
    return Hours(
        size=size,
        bars=bars,
        counts=place(wishes, width=size.width, y=size.top - 6, text=size.text),
        days=[scale.x(begin) for begin, _end in days if scale.shows(begin)],
        labels=day_labels(scale, days, zone, lambda on: day(on, False), size),
        now_x=scale.x(now) if scale.shows(now) else None,
    )


def bar(at: datetime, count: int, most: int, scale: Scale, size: Size) -> Bar:
    """One hour's bar; the tallest fills the height, and none is too low to be seen."""
    left, right = scale.x(at), scale.x(at + HOUR)
    height = max(round(size.bar * count / most, 1), 3)
    return Bar(
        at=at, count=count, x=left, y=size.bottom - height, width=round(max(right - left - 1, 2), 1), height=height
    )
