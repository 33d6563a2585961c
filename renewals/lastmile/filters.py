"""What the last mile, and the rows behind one of its figures, are narrowed by, from their address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.filters import ListFilter, named, people_of, teams_of
from accounts.models import Product
from renewals.health.services import today_here
from renewals.lastmile.models import Verdict, VerdictQuerySet

NONE = "none"
MONTHS = 12
"""How many months the page looks back on, the present one among them."""


def months_until(day: date) -> list[date]:
    """The first days of the months that are looked back on, the latest first."""
    found = [day.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


class LastMileFilter(ListFilter):
    """Verdicts by the month of their last minute, team, CSM and product."""

    month = django_filters.ChoiceFilter(label=_("Month"), empty_label=_("the last 12 months"), method="of_month")
    team = django_filters.ChoiceFilter(label=_("Team"), empty_label=_("any"), method="of_team")
    csm = django_filters.ChoiceFilter(label=_("CSM"), empty_label=_("anybody"), method="of_csm")
    product = django_filters.ModelChoiceFilter(label=_("Product"), queryset=Product.objects.all(), empty_label=_("any"))

    class Meta:
        model = Verdict
        fields: list[str] = []

    def get_form_class(self) -> Any:
        """With what there is for the reader to choose from."""
        user = self.request.user
        self.filters["team"].extra["choices"] = [*named(teams_of(user)), (NONE, _now("no team"))]
        self.filters["csm"].extra["choices"] = [*named(people_of(user)), (NONE, _now("nobody"))]
        self.filters["month"].extra["choices"] = [(f"{one:%Y-%m}", wording.month(one)) for one in self.months]
        return super().get_form_class()

    @property
    def months(self) -> list[date]:
        """The months that can be chosen."""
        return months_until(today_here(self.request.now))

    @property
    def span(self) -> tuple[date, date]:
        """From the first day of the first month asked for until the first day after the last."""
        asked = self.chosen.get("month")
        last = date.fromisoformat(f"{asked}-01") if asked else self.months[0]
        return last if asked else self.months[-1], (last + timedelta(days=31)).replace(day=1)

    def of_month(self, verdicts: VerdictQuerySet, _name: str, _month: str) -> VerdictQuerySet:
        """Whoever reads narrows by `span`, which all figures of the page share."""
        return verdicts

    def of_team(self, verdicts: VerdictQuerySet, _name: str, team: str) -> VerdictQuerySet:
        return verdicts.filter(owner__team=None if team == NONE else int(team))

    def of_csm(self, verdicts: VerdictQuerySet, _name: str, csm: str) -> VerdictQuerySet:
        return verdicts.filter(owner=None if csm == NONE else int(csm))

    @property
    def chosen(self) -> dict[str, str]:
        """What the address narrows by, as it stands there; what makes no sense left out."""
        self.form.is_valid()
        names = [name for name in self.form.fields if name not in self.form.errors]
        return {name: self.form.data[name] for name in names if self.form.data.get(name)}

    @property
    def back(self) -> str:
        """The same as the end of an address."""
        return urlencode(self.chosen)
