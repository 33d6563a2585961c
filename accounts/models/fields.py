"""Columns that Django has no field for, and the validators that go with them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts import terms


class WallTimeField(models.Field):
    """A wall time: what a clock in some zone shows, `timestamp without time zone`, a naive datetime (rule 1)."""

    description = _("Wall time")

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "timestamp without time zone"

    def get_internal_type(self) -> str:
        return "WallTimeField"

    def to_python(self, value: Any) -> datetime | None:
        """A naive datetime from itself or from its ISO text; an instant is refused: it names another thing."""
        wall: Any = parse_datetime(value) if isinstance(value, str) else value
        if value is not None and (not isinstance(wall, datetime) or wall.tzinfo is not None):
            raise ValidationError(
                _("“%(value)s” is not a wall time such as 2026-05-15T23:59."), params={"value": value}
            )
        return wall

    def get_prep_value(self, value: Any) -> datetime | None:
        return self.to_python(super().get_prep_value(value))

    def value_to_string(self, obj: models.Model) -> str:
        wall = self.to_python(self.value_from_object(obj))
        return "" if wall is None else wall.isoformat(timespec="minutes")


class Month(models.Func):
    """The first day of a wall time's month: no zone has a say in it."""

    template = "(DATE_TRUNC('month', %(expressions)s))::date"
    output_field = models.DateField()


def validate_zone(name: str) -> None:
    """Refuse a zone that the zone data does not know (rule 2)."""
    try:
        terms.zone(name)
    except terms.TermError as problem:
        raise ValidationError(
            _("“%(zone)s” is not a time zone. Write one such as Asia/Shanghai or America/New_York."),
            code="unknown_zone",
            params={"zone": name},
        ) from problem


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The countries of ISO 3166, by their two letters, as the zone data lists them."""
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


def validate_country(code: str) -> None:
    """Refuse two letters that are no country: its days off decide when a lock may begin (rule 9)."""
    if code not in countries():
        raise ValidationError(
            _("“%(country)s” is no country. Write its name, or its two letters such as CN or US."),
            code="unknown_country",
            params={"country": code},
        )
