"""What the list of renewals at risk is narrowed by, from its address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.filters import OWNERS, ListFilter, owned, teams_of
from accounts.models import Product
from accounts.models.customers import name_key
from renewals.risk.models import RiskFacts
from renewals.risk.reading import holds
from renewals.risk.rules import Band, Rules, Word, limits
from renewals.risk.words import BANDS, RULES


class RiskFilter(ListFilter):
    """Renewals at risk by whose they are, how much, and why."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    risk = django_filters.ChoiceFilter(
        label=_("Risk"), choices=list(BANDS.items()), empty_label=_("any"), method="so_much"
    )
    why = django_filters.ChoiceFilter(
        label=_("Why"), choices=[(word, said.name) for word, said in RULES.items()], empty_label=_("any"),
        method="because",
    )  # fmt: skip
    owner = django_filters.ChoiceFilter(label=_("Owner"), choices=OWNERS, empty_label=_("anybody"), method="owned_by")
    team = django_filters.ModelChoiceFilter(
        label=_("Team"),
        field_name="contract__owner__team",
        queryset=lambda request: teams_of(request.user),
        empty_label=_("any"),
    )
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), field_name="contract__product", queryset=Product.objects.all(), empty_label=_("any")
    )

    class Meta:
        model = RiskFacts
        fields: list[str] = []

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules

    def called(self, renewals: Any, _name: str, text: str) -> Any:
        """Part of the number, or of the customer's name as `name_key` compares names."""
        key = name_key(text)
        return renewals.filter(Q(contract__number__icontains=text.strip()) | Q(contract__customer__key__contains=key))

    def so_much(self, renewals: Any, _name: str, word: str) -> Any:
        least, below = limits(Band(word))
        return renewals.filter(points__gte=least, points__lt=below)

    def because(self, renewals: Any, _name: str, word: str) -> Any:
        """Those for which a rule holds; none where it weighs nothing."""
        rule = self.rules[Word(word)]
        if not rule.weight:
            return renewals.none()
        return renewals.filter(holds(Word(word), rule.limit, now=self.request.now))

    def owned_by(self, renewals: Any, _name: str, whose: str) -> Any:
        return owned(renewals, "contract__owner", whose, self.request.user)
