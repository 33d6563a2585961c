"""The verdict on a letter names every reason of rule 14, as data."""

from __future__ import annotations

from renewals.likeness import Fact, Reason, judge, prints
from tests.renewals.likeness.test_comparing import PERSONAL, ROTTERDAM, SWAPPED

FACTS = (Fact("reports", ("3,418", "3418")), Fact("june", ("four days",)), Fact("peak", ("the peak",)))
MINUTE = ("15 May 2026, 23:59 (Asia/Shanghai)",)


def verdict(text, *, others=()):
    return judge(text, names=["Lantu Logistics", "Ms Lin"], facts=FACTS, minute=MINUTE, others=others)


def test_a_letter_of_its_customers_facts_with_the_minute_may_be_approved():
    found = verdict(ROTTERDAM, others=[("ward", prints(PERSONAL))])

    assert not found.refused
    assert found.reasons == ()
    assert [fact.key for fact in found.cited] == ["reports", "june", "peak"]


def test_every_reason_is_named_the_gravest_first():
    found = verdict(f"{SWAPPED}\nTBD", others=[("rotterdam", prints(ROTTERDAM))])

    assert found.reasons == (Reason.REPEATS, Reason.PLACEHOLDER, Reason.NO_MINUTE, Reason.TOO_FEW_FACTS)
    assert found.repeats is not None
    assert found.repeats.key == "rotterdam"
    assert found.placeholders == ("TBD",)
    assert [fact.key for fact in found.cited] == ["peak"]


def test_an_empty_letter_is_refused_without_an_error():
    assert verdict("").reasons == (Reason.NO_MINUTE, Reason.TOO_FEW_FACTS)
