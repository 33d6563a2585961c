"""What the lists of endpoints and calls can be narrowed by, from their address."""

from __future__ import annotations

from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import ListFilter
from renewals.callbacks.models import Call, CallQuerySet, Endpoint, Type

WAITING = "waiting"
STANDS = [(WAITING, _("waiting")), *Call.Outcome.choices]


class EndpointFilter(ListFilter):
    """Endpoints by name or address."""

    q = django_filters.CharFilter(label=_("Name or address"), method="called")

    class Meta:
        model = Endpoint
        fields: list[str] = []

    def called(self, endpoints: QuerySet[Endpoint], _name: str, text: str) -> QuerySet[Endpoint]:
        return endpoints.filter(Q(name__icontains=text.strip()) | Q(url__icontains=text.strip()))


class CallFilter(ListFilter):
    """Calls by contract or id, how they stand, and what they are about."""

    q = django_filters.CharFilter(label=_("Contract, customer or webhook-id"), method="called")
    stands = django_filters.ChoiceFilter(label=_("Stands"), choices=STANDS, empty_label=_("any"), method="standing")
    type = django_filters.ChoiceFilter(
        label=_("Event"), choices=[(kind.value, kind.value) for kind in Type], empty_label=_("any")
    )

    class Meta:
        model = Call
        fields: list[str] = []

    def called(self, calls: CallQuerySet, _name: str, text: str) -> CallQuerySet:
        text = text.strip()
        try:
            return calls.filter(uid=UUID(text))
        except ValueError:
            return calls.filter(Q(contract__number__icontains=text) | Q(contract__customer__name__icontains=text))

    def standing(self, calls: CallQuerySet, _name: str, stands: str) -> CallQuerySet:
        return calls.open() if stands == WAITING else calls.filter(outcome=stands)
