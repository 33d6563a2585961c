"""The ribbon: a contract's last stretch, drawn to scale. Pure geometry; the words are handed in.

A drawing shows the time around the last minute: enough before it to see how close it is, and the buffer and the
beginning of the lock after it. When the present lies far outside, a break in the bar says so and `now` stands
beyond it; everything else is to scale. Positions are user units of the SVG, rounded to a tenth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from accounts.rhythm import Stretch
from accounts.worktime import is_working_day
from renewals.entitlement import State, Windows, state_at
from renewals.ribbon.labels import Label, Wish, place
from renewals.ribbon.shapes import Band, Dot, Drawing, Interval, Scale, Size, Story, Words

LEAST_BEFORE = 1.6
"""How much time before the last minute is shown at least, as a multiple of what is shown after it."""
MOST = 3.6
"""And at most, on either side: the buffer stays readable however far away the present is."""
LOCK_SHARE = 0.35
"""How much of the lock is shown, as a share of the buffer before it."""
FADES = 6
"""In how many steps a buffer without an end fades out."""
MINUTE = timedelta(minutes=1)
IMPORTANCE = [State.BUFFER, State.SOFT_LOCKED, State.ACTIVE, State.CLOSED, State.SCHEDULED]
"""Which state's name is said first when there is not room for all."""


def draw(story: Story, words: Words, size: Size) -> Drawing:
    """The drawing of a story in one size."""
    scale = scale_for(story, size)
    bands = state_bands(story, scale, size)
    days = local_days(scale, story.zone) if size.shows_days else []
    dates = day_names(words, scale, days, story.zone, size)
    now_x, break_x = place_of_now(story.now, scale, size)
    ticks = tick_names(story, words, scale, size, now_x)
    return Drawing(
        size=size,
        bands=bands,
        nights=clipped(nights(story, scale, size), solid_until(bands)),
        peaks=scale.bands("peak", [(peak.begins_at, peak.ends_at) for peak in story.peaks]),
        days=[scale.x(begin) for begin, _end in days if scale.shows(begin)],
        dots=[Dot(scale.x(touch.at), touch.done) for touch in story.touches if scale.shows(touch.at)],
        labels=[*ticks, *dates, *state_names(words, bands, size, y=size.bottom + (45 if dates else 26))],
        end_x=scale.x(story.windows.ends_at),
        now_x=now_x,
        break_x=break_x,
    )


def scale_for(story: Story, size: Size) -> Scale:
    """The time worth showing. The present is on the scale unless that would crush the buffer."""
    windows, now = story.windows, story.now
    if story.shows is not None:
        from_at, to_at = story.shows
        return fitted(from_at, to_at, now, size)
    after = ((windows.lock_at or windows.earliest_lock_at) - windows.ends_at) * (1 + LOCK_SHARE)
    margin = after * 0.15
    from_at = max(windows.ends_at - after * MOST, min(windows.ends_at - after * LEAST_BEFORE, now - margin))
    to_at = min(windows.ends_at + after * MOST, max(windows.ends_at + after, now + margin))
    return fitted(from_at, to_at, now, size)


def drawn_peaks(story: Story, size: Size) -> list[Stretch]:
    """The peaks that a drawing shows, at least in part."""
    scale = scale_for(story, size)
    return [peak for peak in story.peaks if peak.begins_at < scale.to_at and scale.from_at < peak.ends_at]


def fitted(from_at: datetime, to_at: datetime, now: datetime, size: Size) -> Scale:
    """The scale of an interval over the whole width, or with room for a present that lies outside."""
    return Scale(
        from_at=from_at,
        to_at=to_at,
        left=size.beyond if now < from_at else 0,
        right=size.width - size.beyond if to_at < now else size.width,
    )


def place_of_now(now: datetime, scale: Scale, size: Size) -> tuple[float, float | None]:
    """Where the present stands, and where the bar is broken to reach it."""
    if now < scale.from_at:
        return round(size.beyond * 0.35, 1), round(size.beyond * 0.85, 1)
    if now > scale.to_at:
        return round(size.width - size.beyond * 0.35, 1), round(size.width - size.beyond * 0.85, 1)
    return scale.x(now), None


def state_bands(story: Story, scale: Scale, size: Size) -> list[Band]:
    """What the contract is, along the bar; beyond a break, what it is now."""
    bands = [band for state, *span in spans(story.windows, scale) for band in scale.bands(state, [(span[0], span[1])])]
    if story.windows.lock_at is None and story.now <= scale.to_at and bands[-1].css == State.BUFFER:
        bands[-1:] = fading(bands[-1])
    piece = round(size.beyond * 0.7, 1)
    state = state_at(story.windows, story.now)
    if scale.left:
        bands.insert(0, Band(state, 0, piece))
    if scale.right < size.width:
        bands.append(Band(state, round(size.width - piece, 1), piece))
    return bands


def spans(windows: Windows, scale: Scale) -> Iterator[tuple[State, datetime, datetime]]:
    """The states that follow one another on the scale, each with its first instant and the next one's."""
    starts = [
        (State.SCHEDULED, scale.from_at),
        (State.ACTIVE, windows.starts_at),
        (State.BUFFER, windows.ends_at if windows.joins_at is None else None),
        (State.SOFT_LOCKED, windows.lock_at),
        (State.CLOSED, windows.closes_at),
    ]
    until_at = windows.until_at
    known = [(state, at) for state, at in starts if at and (until_at is None or at < until_at)]
    if until_at:
        known.append((State.ACTIVE, until_at))
    for (state, begin), (_next, end) in pairwise([*known, (State.CLOSED, scale.to_at)]):
        yield state, begin, end


def fading(band: Band) -> list[Band]:
    """A band whose last part fades out: nobody knows yet where it ends."""
    solid, step = band.width * 0.55, band.width * 0.45 / FADES
    steps = [
        Band(band.css, round(band.x + solid + step * index, 1), round(step, 1), round(1 - (index + 1) / (FADES + 1), 2))
        for index in range(FADES)
    ]
    return [Band(band.css, band.x, round(solid, 1)), *steps]


def solid_until(bands: Sequence[Band]) -> float:
    """Where the last part ends that does not fade: what fades has no nights either."""
    return max(band.x + band.width for band in bands if band.opacity == 1)


def clipped(bands: Sequence[Band], right: float) -> list[Band]:
    """What of some bands lies left of an edge."""
    return [replace(band, width=round(min(band.width, right - band.x), 1)) for band in bands if band.x < right]


def local_days(scale: Scale, zone: str) -> list[Interval]:
    """The local days on the scale, each from its first instant to the next day's."""
    here = ZoneInfo(zone)
    first, last = scale.from_at.astimezone(here).date(), scale.to_at.astimezone(here).date()
    days = [first + timedelta(days=index) for index in range((last - first).days + 2)]
    return list(pairwise(datetime.combine(day, time(), here).astimezone(UTC) for day in days))


def nights(story: Story, scale: Scale, size: Size) -> list[Band]:
    """When the customer does not work, where a day is wide enough to show it: the lock falls on none of it (rule 9)."""
    if story.hours is None or scale.day_width < size.least_day:
        return []
    hours, here = story.hours, ZoneInfo(story.zone)
    edges = [scale.from_at]
    for begin, end in local_days(scale, story.zone):
        day = begin.astimezone(here).date()
        if is_working_day(day, hours):
            closes_at = datetime.combine(day, hours.closes, here).astimezone(UTC)
            edges += [datetime.combine(day, hours.opens, here).astimezone(UTC), closes_at if closes_at > begin else end]
    edges.append(scale.to_at)
    return scale.bands("night", list(zip(edges[::2], edges[1::2], strict=True)))


def tick_names(story: Story, words: Words, scale: Scale, size: Size, now_x: float) -> list[Label]:
    """Above the bar: the last minute, the lock and the present, in this order of importance."""
    if not size.text:
        return []
    windows = story.windows
    wishes = [Wish(scale.x(windows.ends_at), words.tick(windows.ends_at - MINUTE), strong=True)]
    if windows.lock_at and scale.shows(windows.lock_at):
        wishes.append(Wish(scale.x(windows.lock_at), words.tick(windows.lock_at), strong=True))
    wishes.append(Wish(now_x, (words.now,)))
    return place(wishes, width=size.width, y=size.top - 20, text=size.text)


def day_names(words: Words, scale: Scale, days: Sequence[Interval], zone: str, size: Size) -> list[Label]:
    """Right below the bar: each day in its middle, unless days are too narrow for that."""
    if scale.day_width < 4.2 * size.text:
        return []
    middles = [begin + (end - begin) / 2 for begin, end in days]
    wishes = [
        Wish(scale.x(at), (words.day(at.astimezone(ZoneInfo(zone)).date()),)) for at in middles if scale.shows(at)
    ]
    return place(wishes, width=size.width, y=size.bottom + 24, text=size.text)


def state_names(words: Words, bands: Sequence[Band], size: Size, *, y: float) -> list[Label]:
    """Below the bar: what each part of it means; the buffer first where there is not room for all."""
    if not size.text:
        return []
    named = [band for band in bands if band.opacity == 1 and band.width > size.beyond]
    named.sort(key=lambda band: IMPORTANCE.index(State(band.css)))
    wishes = [Wish(band.x + band.width / 2, words.states[State(band.css)]) for band in named]
    return place(wishes, width=size.width, y=y, text=size.text)
