"""The points that the database works out of what is kept, against the plain rules over what they find."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from renewals.risk import keeping
from renewals.risk.models import RiskFacts
from renewals.risk.reading import at_risk, holds, why
from renewals.risk.rules import YES_OR_NO, Rule, Word, points
from tests.renewals.cast import T

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def some_facts(lots: random.Random) -> dict:
    """What may be kept of a renewal, often right at a whole day from now."""
    aside = lots.choice([0, 1, -1]) * MINUTE
    return {
        "ends_at": T + lots.randrange(-9, 9) * DAY + aside,
        "is_agreed": lots.random() < 0.3,
        "health": lots.choice([None, 0, 4, 5, 6, 100]),
        "locked": lots.choice([None, 0, 4, 5, 6]),
        "is_untold": lots.random() < 0.5,
        "promises": lots.randrange(8),
        "contact_since": T - lots.randrange(9) * DAY + aside,
        "letters": lots.randrange(8),
        "has_competitor": lots.random() < 0.5,
        "past": lots.randrange(8),
        "step_on": lots.choice([None, *(T.date() - n * DAY for n in range(-2, 8))]),
        "meets_peak": lots.random() < 0.5,
    }


@pytest.mark.parametrize("seed", range(25))
def test_the_points_of_a_list_are_those_of_its_reasons(contract, renewal, house, seed) -> None:
    lots = random.Random(seed)
    keeping.bring_up_to_date(house["ada"], now=T)
    RiskFacts.objects.filter(pk=renewal.pk).update(**some_facts(lots))
    rules = {word: Rule(1 if word in YES_OR_NO else lots.randrange(8), lots.choice([0, 1, 2, 4])) for word in Word}

    [one] = at_risk(house["ada"], rules=rules, now=T)
    reasons = why(one, rules)
    assert one.points == points(reasons)
    held = {word for word in Word if RiskFacts.objects.filter(holds(word, rules[word].limit, now=T)).exists()}
    assert {word for word in held if rules[word].weight} == {reason.word for reason in reasons}


@pytest.mark.parametrize("aside", [-MINUTE, 0 * MINUTE, MINUTE])
@pytest.mark.parametrize("word", [Word.AGREED, Word.TOLD, Word.CONTACT])
def test_a_limit_in_days_is_held_to_the_minute(contract, renewal, house, word, aside) -> None:
    keeping.bring_up_to_date(house["ada"], now=T)
    limit = 7
    said = {"is_agreed": False, "is_untold": True, "ends_at": T + (limit + 1) * DAY + aside}
    RiskFacts.objects.filter(pk=renewal.pk).update(**said, contact_since=T - limit * DAY + aside)

    rules = {one: Rule(limit, 1 if one is word else 0) for one in Word}
    [one] = at_risk(house["ada"], rules=rules, now=T)
    assert one.points == len(why(one, rules))
