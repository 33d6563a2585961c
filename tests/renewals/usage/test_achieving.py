"""What a customer achieved in a term is said in their words, beside the term before."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import translation

from accounts.models import Contract, ContractTerm
from renewals.usage.achieving import Achievement, achievements
from renewals.usage.models import Metric
from renewals.usage.words import Words
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.usage.conftest import DAY

LAST_YEAR, THIS_YEAR = utc("2024-11-27T17:00"), utc("2025-11-27T17:00")


def achieved(contract: Contract, *, at=T) -> list[Achievement]:
    term = ContractTerm.objects.select_related("contract").filter(contract=contract).latest("ends_at")
    return list(achievements([term], now=at)[term.pk])


def test_it_is_said_in_the_words_of_the_product(contract, reports, use) -> None:
    use("reports", 50, since=LAST_YEAR, until=THIS_YEAR - 7 * DAY)
    use("reports", 61, since=THIS_YEAR)

    found = achieved(contract)[0]

    assert str(found) == "3,172 reports, up 22 %"
    with translation.override("zh-hans"):
        assert str(found) == "3,172 份报表，增长 22%"


def test_it_knows_from_where_and_of_when_it_is(contract, reports, use) -> None:
    use("reports", 1, since=T - 9 * DAY, until=T - 8 * DAY)

    found = achieved(contract)[0]

    assert (found.source, found.last_at, found.metric) == ("usage", T - 9 * DAY, "reports")


def test_a_metric_without_a_name_is_called_by_its_code(contract, use) -> None:
    use("exports", 1, since=T - 8 * DAY, until=T - 7 * DAY)

    assert str(achieved(contract)[0]) == "1 exports"


def test_one_is_one(contract, reports, use) -> None:
    use("reports", 1, since=T - 8 * DAY, until=T - 7 * DAY)

    assert achieved(contract)[0].amount == "1 report"


def test_what_was_not_counted_through_the_term_before_is_not_compared(contract, reports, use) -> None:
    """The product began to count in the summer: an increase since then is nobody's achievement."""
    use("reports", 50, since=utc("2025-06-01T00:00"), until=THIS_YEAR)
    use("reports", 50, since=THIS_YEAR)

    assert achieved(contract)[0].change is None


def test_a_year_is_not_compared_with_a_month(contract, reports, use) -> None:
    """Where the term before was shorter, it is held against the same length of time just before."""
    trial = cast.contract(contract.customer, number="LT-2", start="2025-10-29", through="2025-11-27")
    year = ContractTerm(contract=trial, starts_at=THIS_YEAR, ends_at=THIS_YEAR + 365 * DAY)
    ContractTerm.objects.filter(contract=trial).update(ends_at=THIS_YEAR)
    year.last_minute, year.time_zone, year.recorded_at = utc("2026-11-27T15:59").replace(tzinfo=None), "UTC", T
    year.save()
    use("reports", 50, since=utc("2025-10-29T00:00"), of=trial)

    assert achieved(trial)[0].change is None


def test_a_level_counts_by_its_highest_and_people_once_each(contract, use) -> None:
    words = {"product": contract.product, "changed_at": T, "one_en": "x", "many_en": "xs", "zh": "个"}
    Metric.objects.create(code="projects", adds=Metric.Adds.LEVEL, **words)
    Metric.objects.create(code="active", adds=Metric.Adds.PEOPLE, **words)
    use("projects", 12, since=T - 30 * DAY)
    use("active", 3, since=T - 30 * DAY, people=3)

    assert {found.metric: found.value for found in achieved(contract)} == {"projects": 12, "active": 3}


def test_what_is_not_shown_and_requests_for_support_are_no_achievements(contract, reports, use) -> None:
    words = {"product": contract.product, "changed_at": T, "one_en": "x", "many_en": "xs", "zh": "个"}
    Metric.objects.create(code="logins", is_shown=False, **words)
    Metric.objects.create(code="tickets", is_support=True, **words)
    for metric in ("logins", "tickets", "reports"):
        use(metric, 1, since=T - 8 * DAY)

    assert [found.metric for found in achieved(contract)] == ["reports"]


def test_nothing_that_is_still_to_come_counts(contract, reports, use) -> None:
    use("reports", 1, since=T - 20 * DAY)

    assert achieved(contract, at=T - 10 * DAY)[0].value == 2


def test_many_terms_take_as_many_queries_as_one(contract, reports, use, django_assert_num_queries) -> None:
    use("reports", 1, since=LAST_YEAR)
    terms = list(ContractTerm.objects.select_related("contract"))

    with django_assert_num_queries(4):
        achievements(terms[:1], now=T)
    with django_assert_num_queries(4):
        achievements(terms, now=T)


def test_a_product_has_a_metric_once(contract, reports) -> None:
    reports.pk = None

    with pytest.raises(IntegrityError):
        reports.save()


def test_a_metric_has_its_words(reports) -> None:
    with pytest.raises(IntegrityError):
        Metric.objects.update(zh="")


@pytest.mark.parametrize(
    ("zh", "alone"), [("份报表", "报表"), ("次求助", "求助"), ("人", "人"), ("个", "个"), ("", "x")]
)
def test_above_a_line_a_metric_has_no_measure_word(zh, alone) -> None:
    assert Words(code="x", zh=zh).name(zh=True) == alone
