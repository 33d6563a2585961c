"""What lists can be narrowed by, from their address."""

from __future__ import annotations

from html import escape
from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Product, Team, User
from accounts.models.customers import name_key

Rows = TypeVar("Rows", bound=QuerySet)
SEARCH = "q"
MINE, TEAM, NOBODY = "mine", "team", "nobody"
OWNERS = [(MINE, _("me")), (TEAM, _("my team")), (NOBODY, _("nobody"))]


class Choices(forms.Select):
    """A select whose options are written at once: Django's renders a template for each, a second for all colleagues."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        options = "\n".join(option(str(key), str(label), is_chosen=str(key) in chosen) for key, label in self.choices)
        opened = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>\n{}\n</select>", opened, mark_safe(options))  # noqa: S308 - each is escaped


def option(key: str, label: str, *, is_chosen: bool) -> str:
    """One of very many: Django's own way to put three words together takes ten times as long."""
    return f'<option value="{escape(key)}"{" selected" if is_chosen else ""}>{escape(label)}</option>'


class ListFilter(django_filters.FilterSet):
    """Filters in the clothes of the page; a field that makes no sense says so and narrows nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            chosen = isinstance(field.widget, forms.Select)
            if type(field.widget) is forms.Select:
                field.widget = Choices(field.widget.attrs, field.choices)
            field.widget.attrs["class"] = "form-select" if chosen else "form-control"

    @property
    def narrows_more(self) -> bool:
        """Whether more than the search narrows the list: a phone does not fold that away."""
        return any(self.form.data.get(name) for name in self.form.fields if name != SEARCH)


def owned(queryset: Rows, column: str, whose: str, user: User) -> Rows:
    """The rows whose owner, in `column`, is the user, someone of their team, or nobody."""
    match whose:
        case "mine":
            return queryset.filter(**{column: user})
        case "team":
            return queryset.filter(Q(**{column: user}) | Q(**{f"{column}__team": user.team_id or -1}))
        case _:
            return queryset.filter(**{column: None})


def teams_of(user: User) -> QuerySet[Team]:
    """The teams whose contracts the reader sees, as something to choose from."""
    return Team.objects.order_by("name") if user.sees_everything else Team.objects.filter(pk=user.team_id or -1)


def people_of(user: User) -> QuerySet[User]:
    """Whose contracts the reader sees. Who has left is among them: their contracts are still theirs, and are found."""
    seen = Q() if user.sees_everything else Q(pk=user.pk) | Q(team=user.team_id or -1)
    return User.objects.filter(seen).order_by("name", "pk")


def named(rows: QuerySet) -> list[tuple[str, str]]:
    """These by their names, as choices."""
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def segments() -> list[tuple[str, str]]:
    """The segments in use, as choices; asked for each time a list is shown."""
    return [(segment, segment) for segment in Customer.objects.segments()]


class CustomerFilter(ListFilter):
    """Customers by name, by who looks after them, and by segment."""

    q = django_filters.CharFilter(label=_("Name"), method="called")
    owner = django_filters.ChoiceFilter(label=_("Owner"), choices=OWNERS, empty_label=_("anybody"), method="owned_by")
    segment = django_filters.ChoiceFilter(label=_("Segment"), choices=segments, empty_label=_("any"))

    class Meta:
        model = Customer
        fields: list[str] = []

    def called(self, queryset: QuerySet, _name: str, text: str) -> QuerySet:
        return queryset.filter(key__contains=name_key(text))

    def owned_by(self, queryset: QuerySet, _name: str, whose: str) -> QuerySet:
        return owned(queryset, "owner", whose, self.request.user)


class ProductFilter(ListFilter):
    """Products by name or code."""

    q = django_filters.CharFilter(label=_("Name or code"), method="called")

    class Meta:
        model = Product
        fields: list[str] = []

    def called(self, queryset: QuerySet, _name: str, text: str) -> QuerySet:
        return queryset.filter(Q(name__icontains=text) | Q(code__icontains=text))
