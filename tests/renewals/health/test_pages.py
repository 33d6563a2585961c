"""Health on the contract's page, and the weights: read by everybody here, set by managers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Contract, Product
from renewals.conversations.services import note_conversation
from renewals.health.lines import HEIGHT, PAD, WIDTH, line
from renewals.health.models import Weighing
from renewals.health.reading import weights_at
from renewals.health.score import WEIGHTS, Kind
from renewals.health.services import keep_scores
from renewals.usage.models import Metric
from renewals.usage.services import Signal, take_signals
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house, lan_tu

__all__ = ["enter", "house", "lan_tu"]
DAY = timedelta(days=1)
WEIGHTS_URL = "/health/"


def use(contract: Contract, metric: str = "reports", weeks: int = 12) -> None:
    take_signals(
        [Signal(contract_id=contract.pk, at=T - n * 7 * DAY - DAY, metric=metric, value=5) for n in range(weeks)], now=T
    )


def heavier(**said) -> dict[str, int]:
    return {str(kind): weight for kind, weight in WEIGHTS.items()} | said


def test_the_page_says_the_score_its_word_and_its_reasons(enter, lan_tu) -> None:
    use(lan_tu)

    shown = enter().get(lan_tu.get_absolute_url()).content.decode()

    assert '<strong class="num">75</strong> · steady' in shown
    assert "as much against the four weeks before" in shown
    assert "not known: no conversation is on record" in shown


def test_where_nothing_is_known_the_page_says_so_and_gives_no_number(enter, lan_tu) -> None:
    shown = enter().get(lan_tu.get_absolute_url()).content.decode()

    assert "Nothing is known yet" in shown


def test_use_is_a_small_line_with_a_sentence_and_a_table(enter, lan_tu) -> None:
    use(lan_tu)

    shown = enter().get(lan_tu.get_absolute_url()).content.decode()

    assert "<polyline" in shown
    assert "5 reports in the last seven days; 2.3 a week in half a year" in shown
    assert "Week up to" in shown


def test_the_line_of_health_says_whether_it_rose(enter, lan_tu) -> None:
    use(lan_tu)
    keep_scores(now=T - 28 * DAY)
    said = {"channel": "call", "at": T - DAY, "time_zone": "UTC", "said": "x", "sentiment": 2}
    note_conversation(lan_tu.customer, by=cast.chen(), now=T, **said)
    keep_scores(now=T)

    assert "up from 75 in four weeks" in enter().get(lan_tu.get_absolute_url()).content.decode()


def test_the_page_of_many_products_takes_as_many_queries_for_health_as_that_of_two(enter, lan_tu) -> None:
    def asked(client) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(lan_tu.get_absolute_url())
        return sum("usagesignal" in one["sql"] or "snapshot" in one["sql"] for one in queries)

    client, few = enter(), []
    for n in range(4):
        product = Product.objects.create(code=f"p{n}", name=f"P{n}")
        use(cast.contract(lan_tu.customer, number=lan_tu.number, product=product))
        few.append(asked(client))

    assert len(set(few)) == 1


@pytest.mark.parametrize(("reader", "answer"), [("chen", 403), ("shen", 302), ("ada", 302)])
def test_weights_are_set_by_managers_and_administrators(enter, reader, answer) -> None:
    assert enter(reader).post(WEIGHTS_URL, heavier(mood=60)).status_code == answer

    assert weights_at(T)[Kind.MOOD] == (20 if reader == "chen" else 60)


def test_everybody_reads_the_weights_and_who_changed_them(enter) -> None:
    enter("shen").post(WEIGHTS_URL, heavier(mood=61))

    shown = enter().get(WEIGHTS_URL).content.decode()

    assert "Shen" in shown
    assert "61" in shown


@pytest.mark.parametrize("wrong", [dict.fromkeys(map(str, Kind), 0), {"mood": 101}, {"mood": "much"}, {"mood": ""}])
def test_weights_that_make_no_sense_are_said_and_not_kept(enter, wrong) -> None:
    response = enter("shen").post(WEIGHTS_URL, heavier(**wrong))

    assert response.status_code == 200
    assert not Weighing.objects.exists()


def test_a_metric_that_nobody_named_is_offered_and_named(enter, lan_tu) -> None:
    use(lan_tu, "exports")
    url = reverse("usage:metrics", args=[lan_tu.product_id])
    assert "?code=exports" in enter().get(url).content.decode()

    said = {"code": "exports", "many_en": "exports", "one_en": "export", "zh": "次导出", "adds": "up", "is_shown": "on"}
    enter().post(reverse("usage:metric_add", args=[lan_tu.product_id]), said)

    assert Metric.objects.get().changed_by == cast.chen()
    assert "?code=exports" not in enter().get(url).content.decode()
    assert "60 exports" in enter().get(lan_tu.get_absolute_url()).content.decode()


def test_a_metric_that_is_there_already_is_refused(enter, lan_tu) -> None:
    said = {"code": "exports", "many_en": "exports", "one_en": "export", "zh": "次导出", "adds": "up"}
    url = reverse("usage:metric_add", args=[lan_tu.product_id])
    enter().post(url, said)

    assert "has that metric already" in enter().post(url, said).content.decode()


def test_the_code_of_a_metric_stays(enter, lan_tu) -> None:
    words = {"one_en": "export", "many_en": "exports", "zh": "次导出"}
    metric = Metric.objects.create(product=lan_tu.product, code="exports", changed_at=T, **words)

    url = reverse("usage:metric_edit", args=[lan_tu.product_id, metric.pk])
    enter().post(url, {"code": "other", "adds": "level", **words})

    metric.refresh_from_db()
    assert (metric.code, metric.adds) == ("exports", "level")


def test_a_line_goes_through_its_box_from_left_to_right() -> None:
    drawn = line([0, 5, 10])

    assert drawn.points == f"{PAD},{HEIGHT - PAD} {WIDTH / 2:g},{HEIGHT / 2:g} {WIDTH - PAD},{PAD}"
    assert (drawn.x, drawn.y) == (WIDTH - PAD, PAD)


@pytest.mark.parametrize("values", [[], [3]])
def test_one_value_is_no_line(values) -> None:
    assert line(values) is None


def test_a_line_of_nothing_lies_on_the_ground() -> None:
    assert line([0, 0]).y == HEIGHT - PAD
