"""From what was sold to the exact minute: rules 1 to 3, told with worked examples in `docs/time.md`.

Plain Python: no Django, no database, no clock. Instants are aware datetimes in UTC, wall times are naive
datetimes, zones are IANA names, intervals are half-open: `ends_at` is the first instant not covered.
"""

from accounts.terms.days import (
    day_exists,
    end_instant,
    first_instant,
    readings,
    start_instant,
    zone_data_release,
    zone_names,
)
from accounts.terms.days import zone_info as zone
from accounts.terms.problems import PROBLEMS, TermError
from accounts.terms.reading import Term, parse_start, parse_term
from accounts.terms.reckoning import Reckoned, explain, reckon

__all__ = [
    "PROBLEMS",
    "Reckoned",
    "Term",
    "TermError",
    "day_exists",
    "end_instant",
    "explain",
    "first_instant",
    "parse_start",
    "parse_term",
    "readings",
    "reckon",
    "start_instant",
    "zone",
    "zone_data_release",
    "zone_names",
]
