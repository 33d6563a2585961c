"""What the list of what is to be paid is narrowed by, from its address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.filters import OWNERS, ListFilter, owned
from accounts.models import Team
from accounts.models.customers import name_key
from renewals.offers.models import Agreement, PaymentTerms
from renewals.payments.models import overdue, paid_ones, unpaid
from renewals.payments.standing import STANDINGS, Standing, late

SHOWN = [(word, STANDINGS[word]) for word in (Standing.OVERDUE, Standing.LATE, Standing.PAID)]


class UnpaidFilter(ListFilter):
    """Agreements by how they stand, and by whose they are. Where nothing is said: what is unpaid."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    show = django_filters.ChoiceFilter(label=_("Payment"), choices=SHOWN, empty_label=_("unpaid"), method="standing_so")
    owner = django_filters.ChoiceFilter(label=_("Owner"), choices=OWNERS, empty_label=_("anybody"), method="owned_by")
    team = django_filters.ModelChoiceFilter(
        label=_("Team"), field_name="contract__owner__team", queryset=Team.objects.all(), empty_label=_("any")
    )

    class Meta:
        model = Agreement
        fields: list[str] = []

    def __init__(self, *args: Any, terms: PaymentTerms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms

    @property
    def shows(self) -> str:
        """How the agreements stand that are asked for; "" for the unpaid ones."""
        said = self.form.cleaned_data.get("show") if self.form.is_valid() else ""
        return said or ""

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.shows else unpaid(found)

    def called(self, agreements: Any, _name: str, text: str) -> Any:
        """Part of the number, or of the customer's name as `name_key` compares names."""
        key = name_key(text)
        return agreements.filter(Q(contract__number__icontains=text.strip()) | Q(contract__customer__key__contains=key))

    def standing_so(self, agreements: Any, _name: str, show: str) -> Any:
        at = self.request.now
        match show:
            case Standing.OVERDUE:
                return overdue(agreements, at=at)
            case Standing.LATE:
                return late(agreements, self.terms, at=at)
            case _paid:
                return agreements.filter(paid_ones())

    def owned_by(self, agreements: Any, _name: str, whose: str) -> Any:
        return owned(agreements, "contract__owner", whose, self.request.user)
