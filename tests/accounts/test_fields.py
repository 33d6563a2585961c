"""Columns that keep a wall time as what it is, and validators that say what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import ContractTerm
from accounts.models.fields import WallTimeField, validate_zone
from tests.renewals.cast import lan_tu_contract

WALL = datetime(2026, 11, 27, 23, 59)


def test_a_wall_time_comes_back_as_it_went_in_and_belongs_to_no_zone(db: None) -> None:
    lan_tu_contract()

    assert ContractTerm.objects.get().last_minute == WALL


@pytest.mark.parametrize("session_zone", ["America/New_York", "Asia/Kathmandu"])
def test_the_zone_of_the_session_moves_no_wall_time(db: None, session_zone: str) -> None:
    lan_tu_contract()

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [session_zone])

    assert ContractTerm.objects.filter(last_minute=WALL).exists()
    assert ContractTerm.objects.get().last_minute == WALL


def test_a_wall_time_is_read_from_its_text() -> None:
    assert WallTimeField().to_python("2026-11-27T23:59") == WALL


@pytest.mark.parametrize("said", ["2026-11-27T23:59+08:00", "tomorrow", WALL.replace(tzinfo=UTC), 5])
def test_an_instant_or_anything_else_is_no_wall_time(said: object) -> None:
    with pytest.raises(ValidationError, match="is not a wall time"):
        WallTimeField().to_python(said)


def test_a_wall_time_that_is_not_said_stays_unsaid() -> None:
    assert WallTimeField().to_python(None) is None


def test_a_wall_time_is_written_out_to_the_minute() -> None:
    assert ContractTerm._meta.get_field("last_minute").value_to_string(ContractTerm(last_minute=WALL)) == (
        "2026-11-27T23:59"
    )


@pytest.mark.parametrize("name", ["Asia/Shanghai", "America/Argentina/Buenos_Aires", "UTC"])
def test_a_zone_of_the_zone_data_is_taken(name: str) -> None:
    validate_zone(name)


@pytest.mark.parametrize("name", ["Asia/Peking", "GMT+8:00", "Factory", "asia/shanghai", "../etc/passwd"])
def test_a_zone_that_is_none_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_zone(name)

    assert name in refused.value.messages[0]
    assert refused.value.code == "unknown_zone"
