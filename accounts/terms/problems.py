"""What is refused, in sentences that name the text and the way out. `accounts.wording` translates them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


def _(sentence: str) -> str:
    """Marks a sentence for the message catalogue."""
    return sentence


PROBLEMS = {
    "unknown_zone": _("“{text}” is not a time zone of the IANA database. Write a full name, such as {near}."),
    "no_such_date": _("The date in “{text}” does not exist. Check its year, month and day."),
    "no_such_local_date": _("The calendar of {zone} skipped {date}. Take the day before it or after it."),
    "no_such_time": _("The time in “{text}” does not exist. Hours go from 00 to 23, minutes from 00 to 59."),
    "seconds": _("“{text}” has seconds. A start is exact to the minute: leave them out."),
    "bad_start": _("“{text}” is not a start. Write 2026-05-01, 2026-05-01T15:00 or 2026-05-01T15:00+08:00."),
    "bad_term": _(
        "“{text}” is not a term. Write 30 days, 6 weeks, 1 month, 1 year, through 2026-05-15 or until 2026-05-15T18:00."
    ),
    "term_too_short": _("“{text}” is too short. A term has at least 1 day."),
    "ends_before_start": _("The end, {end}, comes before the start, {start}. Correct one of them."),
    "no_whole_minute": _(
        "On {day} the clocks of {zone} were off by seconds, so nothing can end then to the minute. "
        "Check the year for a typing error."
    ),
    "out_of_range": _("“{text}” leads outside the years 1900 to 9998. Check it for a typing error."),
}


class TermError(ValueError):
    """A start, term or zone that is refused. `code` is a key of `PROBLEMS`; `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return PROBLEMS[self.code].format_map(shown(self.params))

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.code, self.params)


def _again(code: str, params: dict[str, object]) -> TermError:
    return TermError(code, **params)


def shown(params: Mapping[str, object]) -> dict[str, object]:
    """The values of a sentence as ISO writes them, wall times to the minute."""
    return {
        name: value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else value
        for name, value in params.items()
    }


def quoted(text: object) -> str:
    """The offending text as a message shows it: never longer than a line."""
    shown = str(text)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
