"""The chain of records: whatever is changed, the last hash is another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.offers.frozen import canonical
from renewals.proof.chain import chained, first_broken

RECORDS = st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "二", "a\n", 7, None])), max_size=5)
THREE = [{"at": "1"}, {"at": "2"}, {"at": "3"}]


@given(RECORDS)
def test_what_was_chained_is_whole(records) -> None:
    assert first_broken(chained(records)) is None


def test_the_order_in_which_a_record_names_its_values_does_not_count() -> None:
    assert canonical({"b": "二", "a": 1}) == canonical({"a": 1, "b": "二"}) == '{"a":1,"b":"二"}'


@pytest.mark.parametrize(
    ("tampered", "place"),
    [
        (lambda a, b, c: [a, {**b, "at": "9"}, c], 1),
        (lambda a, b, c: [a, {**b, "more": ""}, c], 1),
        (lambda a, b, c: [a, c], 1),
        (lambda a, b, c: [b, a, c], 0),
        (lambda a, b, c: [a, b, b, c], 2),
    ],
    ids=["a word changed", "a word added", "one left out", "two in another order", "one twice"],
)
def test_a_record_that_is_not_as_it_was_is_found(tampered, place: int) -> None:
    assert first_broken(tampered(*chained(THREE))) == place


def test_the_recipe_is_the_one_that_the_paper_tells() -> None:
    # given the recipe in other words, when it is followed, then it gives the same hash
    import hashlib

    first = hashlib.sha256(b"0" * 64 + b'\n{"at":"1"}').hexdigest()
    assert chained(THREE)[0]["hash"] == first
    assert chained(THREE)[1]["hash"] == hashlib.sha256(first.encode() + b'\n{"at":"2"}').hexdigest()
