"""Who brings up to date what is kept: the page that is opened, the workers, and a command that proves it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django_q.models import OrmQ

from renewals.lastmile import tasks as lastmile_tasks
from renewals.lastmile.models import Verdict
from renewals.management.commands.ticker import keep_up
from renewals.risk import tasks as risk_tasks
from renewals.stale.models import Stale
from renewals.stale.services import LOCK, catch_up, keep_some, left, stale
from tests.renewals.cast import T

RISK = Stale.Kind.RISK


@pytest.fixture(autouse=True)
def nothing_asked(db: None) -> None:
    cache.clear()


def note(*contract_ids: int) -> None:
    Stale.objects.bulk_create(Stale(kind=RISK, contract_id=pk) for pk in contract_ids)


def test_each_contract_is_worked_out_once_however_often_it_changed(db) -> None:
    note(7, 7, 8)
    kept: list[int] = []

    assert catch_up(stale(RISK), kept.extend, limit=9) == 2
    assert sorted(kept) == [7, 8]
    assert not Stale.objects.exists()


def test_what_changes_while_it_is_worked_out_is_worked_out_again(db) -> None:
    note(7)

    keep_some(stale(RISK), lambda _ids: note(7))
    assert left(stale(RISK)) == 1


def test_while_one_works_it_out_nobody_else_does(db) -> None:
    note(7)
    other = connection.copy()
    free: list[bool] = []

    def keep(_ids: object) -> None:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            free.append(cursor.fetchone()[0])

    keep_some(stale(RISK), keep)
    other.close()
    assert free == [False]


def test_no_more_is_done_at_once_than_asked_for(db, monkeypatch) -> None:
    monkeypatch.setattr("renewals.stale.services.BATCH", 2)
    note(*range(1, 8))

    assert catch_up(stale(RISK), lambda _ids: None, limit=3) == 4
    assert left(stale(RISK)) == 3


@pytest.mark.parametrize("path", ["/risk/", "/last-mile/", "/last-mile/rows/"])
def test_a_page_is_exact_when_it_is_opened(kept, enter, path) -> None:
    client = enter("ada")
    note_both(kept["G"].contract_id)

    assert "not in these figures yet" not in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/risk/", "/last-mile/", "/last-mile/rows/"])
@pytest.mark.parametrize(("language", "said"), [("en", "of 6 contracts that is not in"), ("zh-hans", "有 6 份合同")])
def test_a_page_that_cannot_do_all_says_how_much_is_missing(
    kept, house, enter, monkeypatch, path, language, said
) -> None:
    monkeypatch.setattr("renewals.stale.services.BATCH", 1)
    for room in ("risk", "lastmile"):
        monkeypatch.setattr(f"renewals.{room}.keeping.AT_ONCE", 1)
    house["ada"].language = language
    house["ada"].save(update_fields=["language"])
    note_both(*(one.contract_id for one in kept.values()))

    assert said in enter("ada").get(path).content.decode()


def note_both(*contract_ids: int) -> None:
    Stale.objects.bulk_create(Stale(kind=kind, contract_id=pk) for pk in contract_ids for kind in Stale.Kind)


def test_the_ticker_wakes_the_workers_once_for_each_kind(kept) -> None:
    note_both(kept["G"].contract_id)

    for _round in range(2):
        keep_up(now=T)
    asked = sorted(str(one.task["func"]) for one in OrmQ.objects.all())
    assert asked == [lastmile_tasks.KEEP_UP, risk_tasks.KEEP_UP]


def test_nothing_is_asked_for_where_nothing_is_stale(kept) -> None:
    keep_up(now=T)

    assert not OrmQ.objects.exists()


def test_the_workers_bring_all_up_to_date(kept, set_clock) -> None:
    note_both(*(one.contract_id for one in kept.values()))

    assert risk_tasks.keep_up() == lastmile_tasks.keep_up() == "7 contracts"
    assert not Stale.objects.exists()


@pytest.mark.parametrize(("room", "task"), [("risk", risk_tasks), ("lastmile", lastmile_tasks)])
def test_who_has_not_done_all_comes_again(kept, set_clock, monkeypatch, room, task) -> None:
    note_both(*(one.contract_id for one in kept.values()))
    monkeypatch.setattr("renewals.stale.services.BATCH", 1)
    monkeypatch.setattr(f"renewals.{room}.tasks.MOST", 2)

    assert task.keep_up() == "2 contracts"
    assert [one.task["func"] for one in OrmQ.objects.all()] == [task.KEEP_UP]


def check(**said: bool) -> str:
    out = StringIO()
    call_command("check_figures", stdout=out, **said)
    return out.getvalue()


def test_the_check_agrees_where_nothing_was_meddled_with(kept, set_clock) -> None:
    assert "What is kept of all 7 contracts follows from their facts." in check()


def test_the_check_names_what_differs_and_has_it_worked_out_again(kept, set_clock) -> None:
    Verdict.objects.filter(pk=kept["A"].pk).update(way="lost")

    with pytest.raises(CommandError, match="1 contracts differ"):
        check()
    assert "worked out again" in check(repair=True)
    lastmile_tasks.keep_up()
    assert "follows from their facts" in check()
