"""What the list of answers can be narrowed by, from its address."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.filters import ListFilter
from renewals.answers.models import Answer, AnswerQuerySet

SHOWN = [
    ("all", _("all")),
    ("read", _("read already")),
    ("automatic", _("written by a program")),
    ("unmatched", _("nobody knows whose")),
]


class AnswerFilter(ListFilter):
    """Answers by words or people; what is to be read, unless the address says otherwise."""

    q = django_filters.CharFilter(label=_("Customer, person, number or words"), method="about")
    show = django_filters.ChoiceFilter(
        label=_("Which"), choices=SHOWN, empty_label=_("still to be read"), method="shown"
    )

    class Meta:
        model = Answer
        fields: list[str] = []

    def filter_queryset(self, queryset: AnswerQuerySet) -> AnswerQuerySet:
        """What is to be read, where nothing else is asked for."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("show") else found.unread()

    def about(self, answers: AnswerQuerySet, _name: str, text: str) -> AnswerQuerySet:
        text = text.strip()
        people = Q(sender__icontains=text) | Q(address__icontains=text) | Q(contact__name__icontains=text)
        where = Q(customer__name__icontains=text) | Q(contract__number__icontains=text)
        return answers.filter(people | where | Q(subject__icontains=text) | Q(text__icontains=text))

    def shown(self, answers: AnswerQuerySet, _name: str, which: str) -> AnswerQuerySet:
        match which:
            case "read":
                return answers.real().exclude(read_at=None)
            case "automatic":
                return answers.filter(is_automatic=True)
            case "unmatched":
                return answers.unmatched()
            case _:
                return answers
