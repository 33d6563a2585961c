"""The proof itself: a portal that is built wrongly fails it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from renewals.timeline.models import Event
from tests.faults.conftest import WEEK_AHEAD, Nursery, sign_many
from tests.faults.oracle import assert_exactly_once
from tests.faults.sink import Sink

UNKEYED = "it trusts that nothing is recorded twice"


@pytest.fixture
def without_unique_key(transactional_db: None) -> Iterator[None]:
    """Nothing in the database holds an event once."""
    (once,) = Event._meta.constraints
    with connection.schema_editor() as editor:
        editor.remove_constraint(Event, once)
    yield
    Event.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Event, once)


@pytest.mark.parametrize(
    ("built", "dies", "found"),
    [
        ("it marks before it sends", "the delivery is leased", "letters"),
        ("it takes another id for each attempt", "the letter is sent, the delivery is not marked", "letters"),
        ("it forgets the queue", "", "deliveries"),
    ],
)
def test_what_loses_or_doubles_a_letter_is_found(
    built: str, dies: str, found: str, nursery: Nursery, sink: Sink
) -> None:
    sign_many(3)
    nursery.run("one_tick", built=built)
    nursery.run("empty_queue", built=built, dies=dies)

    nursery.finish(built=built)

    with pytest.raises(AssertionError, match=rf"^{found}\n"):
        assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=1)


@pytest.mark.usefixtures("without_unique_key")
def test_what_doubles_an_event_is_found(nursery: Nursery, sink: Sink) -> None:
    sign_many(3)
    nursery.run("one_tick", built=UNKEYED)

    nursery.finish(built=UNKEYED)

    with pytest.raises(AssertionError, match=r"^events\n"):
        assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=0)


def test_with_its_key_the_database_holds_an_event_once_whatever_the_code_trusts(nursery: Nursery, sink: Sink) -> None:
    sign_many(3)
    nursery.run("one_tick", built=UNKEYED)

    nursery.finish(built=UNKEYED)

    nursery.finish()
    assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=0)
