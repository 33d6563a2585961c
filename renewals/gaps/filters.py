"""What the two lists can be narrowed by, and what the first one is held against, from their address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import OWNERS, ListFilter, owned
from accounts.models import Product
from accounts.models.customers import name_key
from renewals.gaps.observing import Answer, Verdict
from renewals.locking.models import Clock, ClockQuerySet, LockObservation

DAY = timedelta(days=1)
ANY, UNDER_A_DAY, A_DAY = "any", "under", "day"


class PromiseFilter(ListFilter):
    """Promises by number or customer, product and owner: what a convention is held against."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )
    owner = django_filters.ChoiceFilter(label=_("Owner"), choices=OWNERS, empty_label=_("anybody"), method="owned_by")
    taken = django_filters.ChoiceFilter(
        label=_("Taken"),
        choices=[(ANY, _("some time")), (UNDER_A_DAY, _("less than a day")), (A_DAY, _("a day or more"))],
        empty_label=_("any"),
        method="taking",
    )

    class Meta:
        model = Clock
        fields: list[str] = []

    def called(self, clocks: ClockQuerySet, _name: str, text: str) -> ClockQuerySet:
        """Part of the number, or of the customer's name as `name_key` compares names."""
        key = name_key(text)
        return clocks.filter(Q(contract__number__icontains=text.strip()) | Q(contract__customer__key__contains=key))

    def owned_by(self, clocks: ClockQuerySet, _name: str, whose: str) -> ClockQuerySet:
        return owned(clocks, "contract__owner", whose, self.request.user)

    def taking(self, clocks: QuerySet[Any], _name: str, how_much: str) -> QuerySet[Any]:
        """By `taken`, where the clocks have it: what they are counted from is not narrowed by it."""
        if "taken" not in clocks.query.annotations:
            return clocks
        if how_much == A_DAY:
            return clocks.filter(taken__gte=DAY)
        some = clocks.filter(taken__gt=timedelta(0))
        return some.filter(taken__lt=DAY) if how_much == UNDER_A_DAY else some


class ObservedFilter(ListFilter):
    """Observed locks by number or customer, product, owner, what they were, what can be done."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )
    owner = django_filters.ChoiceFilter(label=_("Owner"), choices=OWNERS, empty_label=_("anybody"), method="owned_by")
    verdict = django_filters.ChoiceFilter(label=_("The lock"), choices=Verdict.choices, empty_label=_("any"))
    answer = django_filters.ChoiceFilter(label=_("Given back"), choices=Answer.choices, empty_label=_("any"))

    class Meta:
        model = LockObservation
        fields: list[str] = []

    def called(self, found: QuerySet[LockObservation], _name: str, text: str) -> QuerySet[LockObservation]:
        """Part of the number, or of the customer's name as `name_key` compares names."""
        key = name_key(text)
        return found.filter(Q(contract__number__icontains=text.strip()) | Q(contract__customer__key__contains=key))

    def owned_by(self, found: QuerySet[LockObservation], _name: str, whose: str) -> QuerySet[LockObservation]:
        return owned(found, "contract__owner", whose, self.request.user)
