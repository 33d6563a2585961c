"""What a forecast, and the rows behind one of its figures, are narrowed by, from their address."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

import django_filters
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.filters import ListFilter, named, people_of, segments, teams_of
from accounts.models import Product
from renewals.forecast.weights import WEIGHED
from renewals.locking.models import ClockQuerySet
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet

NONE = "none"


class ForecastFilter(ListFilter):
    """Renewals by team, CSM, product and segment."""

    team = django_filters.ChoiceFilter(label=_("Team"), empty_label=_("any"), method="of_team")
    csm = django_filters.ChoiceFilter(label=_("CSM"), empty_label=_("anybody"), method="of_csm")
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )
    segment = django_filters.ChoiceFilter(label=_("Segment"), empty_label=_("any"), method="of_segment")

    class Meta:
        model = Renewal
        fields: list[str] = []

    def get_form_class(self) -> Any:
        """With what there is for the reader to choose from."""
        user = self.request.user
        self.filters["team"].extra["choices"] = [*named(teams_of(user)), (NONE, _now("no team"))]
        self.filters["csm"].extra["choices"] = [*named(people_of(user)), (NONE, _now("nobody"))]
        self.filters["segment"].extra["choices"] = [*segments(), (NONE, _now("without"))]
        return super().get_form_class()

    def of_team(self, renewals: RenewalQuerySet, _name: str, team: str) -> RenewalQuerySet:
        return renewals.filter(contract__owner__team=None if team == NONE else int(team))

    def of_csm(self, renewals: RenewalQuerySet, _name: str, csm: str) -> RenewalQuerySet:
        return renewals.filter(contract__owner=None if csm == NONE else int(csm))

    def of_segment(self, renewals: RenewalQuerySet, _name: str, segment: str) -> RenewalQuerySet:
        return renewals.filter(contract__customer__segment="" if segment == NONE else segment)

    def narrow(self, clocks: ClockQuerySet) -> ClockQuerySet:
        """Clocks by the same, where there is no renewal yet."""
        self.form.is_valid()
        return cast("ClockQuerySet", self.filter_queryset(clocks))

    @property
    def chosen(self) -> dict[str, str]:
        """What the address narrows by, as it stands there; what makes no sense left out."""
        self.form.is_valid()
        names = [name for name in self.form.fields if name not in self.form.errors]
        return {name: self.form.data[name] for name in names if self.form.data.get(name)}

    @property
    def kept(self) -> dict[str, str]:
        """What the address says besides its period: by what it narrows and breaks down, and its weights."""
        return self.chosen | {name: self.form.data[name] for name in ("by", *WEIGHED) if self.form.data.get(name)}

    @property
    def back(self) -> str:
        """The same as the end of an address."""
        return urlencode(self.kept)
