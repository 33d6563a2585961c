"""Every contract of the demo data."""

from __future__ import annotations

from renewals.demo.last_year import LAST_YEAR
from renewals.demo.stories import CLOSE_TO_THE_END, FAR_FROM_THE_END, PAST_THE_END

STORIES = (*CLOSE_TO_THE_END, *PAST_THE_END, *FAR_FROM_THE_END, *LAST_YEAR)
