"""What the list of contracts can be narrowed by, from its address."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.filters import OWNERS, ListFilter, owned, segments
from accounts.models import Contract, Product
from accounts.models.customers import name_key
from renewals.desk.today import UNTOLD
from renewals.desk.words import STATES
from renewals.entitlement import State
from renewals.health.models import Snapshot
from renewals.health.score import Band, limits
from renewals.health.words import BANDS
from renewals.locking.models import Clock, ClockQuerySet

DAY_FIELD = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ContractFilter(ListFilter):
    """Contracts by number or customer, state, product, owner, segment, kind, and the days between which they end."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), empty_label=_("any"), method="in_state"
    )
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )
    owner = django_filters.ChoiceFilter(label=_("Owner"), choices=OWNERS, empty_label=_("anybody"), method="owned_by")
    segment = django_filters.ChoiceFilter(
        label=_("Segment"), field_name="contract__customer__segment", choices=segments, empty_label=_("any")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), field_name="contract__kind", choices=Contract.Kind.choices, empty_label=_("any")
    )
    told = django_filters.ChoiceFilter(
        label=_("Told"),
        choices=[("nobody", _("nobody yet")), ("somebody", _("somebody"))],
        empty_label=_("either"),
        method="told_to",
    )
    health = django_filters.ChoiceFilter(
        label=_("Health"), choices=list(BANDS.items()), empty_label=_("any"), method="faring"
    )
    ends_from = django_filters.DateFilter(label=_("Ends from"), widget=DAY_FIELD, method="ends_on_or_after")
    ends_to = django_filters.DateFilter(label=_("Ends until"), widget=DAY_FIELD, method="ends_on_or_before")

    class Meta:
        model = Clock
        fields: list[str] = []

    def called(self, clocks: ClockQuerySet, _name: str, text: str) -> ClockQuerySet:
        """Part of the number, or of the customer's name as `name_key` compares names: two characters are enough."""
        return clocks.filter(
            Q(contract__number__icontains=text.strip()) | Q(contract__customer__key__contains=name_key(text))
        )

    def in_state(self, clocks: ClockQuerySet, _name: str, state: str) -> ClockQuerySet:
        return clocks.in_state(State(state), at=self.request.now)

    def owned_by(self, clocks: ClockQuerySet, _name: str, whose: str) -> ClockQuerySet:
        return owned(clocks, "contract__owner", whose, self.request.user)

    def told_to(self, clocks: ClockQuerySet, _name: str, who: str) -> ClockQuerySet:
        return clocks.filter(UNTOLD if who == "nobody" else ~UNTOLD)

    def faring(self, clocks: ClockQuerySet, _name: str, word: str) -> ClockQuerySet:
        """By the scores of the last whole day: an index says whose they are."""
        least, below = limits(Band(word))
        kept = Snapshot.objects.of_last_day().filter(score__gte=least, score__lt=below)
        return clocks.filter(contract__in=kept.order_by().values("contract"))

    def ends_on_or_after(self, clocks: ClockQuerySet, _name: str, day: date) -> ClockQuerySet:
        """By the promise itself: the customer's own date, not the reader's."""
        return clocks.filter(term__last_minute__gte=datetime.combine(day, time()))

    def ends_on_or_before(self, clocks: ClockQuerySet, _name: str, day: date) -> ClockQuerySet:
        if day == date.max:
            return clocks
        return clocks.filter(term__last_minute__lt=datetime.combine(day + timedelta(days=1), time()))
