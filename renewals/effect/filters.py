"""Which renewals are compared, from the address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from renewals.forecast.filters import ForecastFilter

LATELY = {
    "90": _("the last 90 days"),
    "182": _("the last half-year"),
    "365": _("the last year"),
    "1095": _("three years"),
}
USUAL = "365"


class EffectFilter(ForecastFilter):
    """Renewals by when their term ended, by team, CSM, product and segment."""

    days = django_filters.ChoiceFilter(
        label=_("Ended in"), choices=list(LATELY.items()), empty_label=None, method="as_they_are"
    )

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        said = data.copy()
        said.setdefault("days", USUAL)
        super().__init__(said, *args, **kwargs)

    def as_they_are(self, renewals: object, _name: str, _days: str) -> object:
        """How far back is a matter of the present, which the page knows: see `since`."""
        return renewals

    def since(self, now: datetime) -> datetime:
        """How far back the page looks."""
        days = self.data.get("days", USUAL)
        return now - timedelta(days=int(days if days in LATELY else USUAL))
