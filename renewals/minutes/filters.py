"""What the minutes can be narrowed by, from their address."""

from __future__ import annotations

from datetime import date
from typing import cast

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.filters import ListFilter, Rows, people_of, teams_of
from accounts.models import Product
from accounts.models.customers import name_key
from renewals.locking.models import Clock
from renewals.minutes.reading import ending_between

DAY_FIELD = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


class MonthFilter(ListFilter):
    """By number or customer, team, CSM and product."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    team = django_filters.ModelChoiceFilter(
        label=_("Team"),
        field_name="contract__owner__team",
        queryset=lambda request: teams_of(request.user),
        empty_label=_("any"),
    )
    csm = django_filters.ModelChoiceFilter(
        label=_("CSM"),
        field_name="contract__owner",
        queryset=lambda request: people_of(request.user),
        empty_label=_("anybody"),
    )
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )

    class Meta:
        model = Clock
        fields: list[str] = []

    def narrow(self, ends: Rows) -> Rows:
        """Other rows by the same: terms."""
        self.form.is_valid()
        return cast("Rows", self.filter_queryset(ends))

    def called(self, ends: Rows, _name: str, text: str) -> Rows:
        """Part of the number, or of the customer's name as `name_key` compares names."""
        key = name_key(text)
        return ends.filter(Q(contract__number__icontains=text.strip()) | Q(contract__customer__key__contains=key))


class MinutesFilter(MonthFilter):
    """And by one day, instead of the next 72 hours."""

    on = django_filters.DateFilter(
        label=_("Ends on the day"),
        widget=DAY_FIELD,
        method="ending_on",
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )

    def ending_on(self, ends: Rows, _name: str, day: date) -> Rows:
        """By the promise itself: the customer's own date, not the reader's."""
        return ending_between(ends, day, day)

    @property
    def day(self) -> date | None:
        """The day that the address asks about; None: the next 72 hours."""
        return self.form.cleaned_data.get("on") if self.form.is_bound and self.form.errors is not None else None
