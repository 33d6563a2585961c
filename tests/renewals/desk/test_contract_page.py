"""The page of one number: the promise to the minute, what comes next, who was told, how it came to be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Product
from renewals.links.services import address_of, fresh_link, revoke
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from tests.renewals import cast
from tests.renewals.cast import T, utc

TOLD_AT = utc("2026-11-20T02:00")


@pytest.fixture
def page(enter, set_clock):
    """The page's text at an instant."""

    def at(contract, now=T, *, language: str = "en") -> str:
        set_clock(now)
        client = enter()
        client.get("/")
        type(contract.owner).objects.update(language=language)
        return " ".join(client.get(contract.get_absolute_url()).content.decode().split())

    return at


def tell(contract, at=TOLD_AT, kind=Evidence.Kind.DELIVERED) -> None:
    record_evidence(contract.terms.get(), kind=kind, at=at, now=at, note="lin@lantu.test")


def test_the_minute_stands_with_its_zone(page, lan_tu) -> None:
    assert '<span>27 November 2026,</span> <span>23:59</span></time></p> <p class="zone">Asia/Shanghai' in page(lan_tu)


def test_it_stands_in_chinese_for_who_reads_chinese(page, lan_tu) -> None:
    assert "<span>2026年11月27日</span> <span>23时59分</span>" in page(lan_tu, language="zh-hans")


def test_a_reader_in_another_zone_sees_their_own_time_beside_it(page, house) -> None:
    contract = cast.contract(cast.lan_tu(zone="America/New_York", country="US"), until="2026-11-25T17:59")

    assert "Thu 06:59 Asia/Shanghai" in page(contract)


def test_told_nobody_it_does_not_lock_and_says_so(page, lan_tu) -> None:
    assert "It does not lock: nobody there was told yet." in page(lan_tu)


def test_told_in_time_the_page_says_when_it_locks(page, lan_tu) -> None:
    tell(lan_tu)

    assert "the soft lock begins 30 November 2026, 09:00 (Asia/Shanghai)." in page(lan_tu)


@pytest.mark.parametrize(
    ("instant", "word"),
    [
        ("2025-11-27T15:59", "not yet begun"),
        ("2025-11-27T16:00", "in use"),
        ("2026-11-27T15:59", "in use"),
        ("2026-11-27T16:00", "in the buffer"),
        ("2026-11-30T00:59", "in the buffer"),
        ("2026-11-30T01:00", "soft lock"),
        ("2027-02-28T01:00", "ended"),
    ],
)
def test_the_state_changes_at_its_boundary(page, lan_tu, instant, word) -> None:
    tell(lan_tu)

    assert f'ms-1">{word}</span>' in page(lan_tu, utc(instant))


def test_each_product_of_a_number_has_its_own_minute_the_next_first(page, lan_tu) -> None:
    other = Product.objects.create(code="analytics", name="Analytics")
    cast.contract(lan_tu.customer, product=other, through="2026-11-25")

    text = page(lan_tu)

    assert 0 < text.index("25 November 2026,") < text.index("27 November 2026,")


def test_who_was_told_when_and_how(page, lan_tu) -> None:
    tell(lan_tu)

    assert "<strong>delivered</strong>" in page(lan_tu)
    assert "20 November 2026, 10:00 (Asia/Shanghai)" in page(lan_tu)


def test_the_next_thing_to_do_is_to_tell_somebody_and_then_to_renew(page, lan_tu) -> None:
    before = page(lan_tu)
    tell(lan_tu)

    assert 'btn-primary" href="/contract/told/' in before
    assert 'btn-primary" href="/contract/renew/' in page(lan_tu)


def test_a_link_that_works_can_be_copied_and_a_revoked_one_is_gone(page, lan_tu) -> None:
    good, revoked = (fresh_link(lan_tu, None, now=T) for _ in range(2))
    revoke(revoked, now=T)

    text = page(lan_tu, T + timedelta(minutes=1))

    assert address_of(good) in text
    assert address_of(revoked) not in text


def test_a_number_that_nobody_has_is_not_there(enter) -> None:
    assert [enter().get(url).status_code for url in ("/contracts/none/", "/contracts/%00/")] == [404, 404]


def test_a_number_may_hold_what_numbers_hold(enter, house) -> None:
    contract = cast.contract(cast.lan_tu(), number="QM/2025 #88?ü%")

    assert enter().get(contract.get_absolute_url()).status_code == 200


def test_a_contract_of_a_customer_that_another_team_owns_shows_and_does_not_lead_there(enter, house) -> None:
    contract = cast.contract(cast.lan_tu(owner=house["otto"]), owner=house["chen"])

    text = enter().get(contract.get_absolute_url()).content.decode()

    assert f"/customers/{contract.customer_id}/" not in text


def test_the_number_of_queries_does_not_grow_with_what_there_is(enter, lan_tu) -> None:
    client = enter()
    queries(client, lan_tu)  # the first page of a login notes that it is used
    before = queries(client, lan_tu)
    for place in range(5):
        cast.lin(lan_tu.customer, email=f"{place}@lantu.test")
        fresh_link(lan_tu, None, now=T)
        tell(lan_tu)

    assert queries(client, lan_tu) <= before


def queries(client, contract) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(contract.get_absolute_url())
    return len(asked)


def renews_by_itself(contract, *, notice_days: int) -> None:
    type(contract).objects.update(renews_itself=True, notice_days=notice_days)


def test_a_contract_that_renews_by_itself_says_until_when_they_can_say_no(page, lan_tu) -> None:
    renews_by_itself(lan_tu, notice_days=3)
    tell(lan_tu, at=utc("2026-09-01T02:00"), kind=Evidence.Kind.RENEWS)

    said = "It renews by itself for 1 year. They can say no until 24 November 2026, 23:59 (Asia/Shanghai)."
    assert said in page(lan_tu)


def test_nobody_told_yet_it_says_what_telling_them_today_would_give(page, lan_tu) -> None:
    renews_by_itself(lan_tu, notice_days=3)

    said = page(lan_tu, utc("2026-10-01T02:00"))

    assert "Told today, they can say no until 24 November 2026, 23:59 (Asia/Shanghai)." in said


def test_told_too_late_it_says_that_it_does_not_renew_by_itself(page, lan_tu) -> None:
    renews_by_itself(lan_tu, notice_days=3)
    tell(lan_tu)

    assert "It does not renew by itself this time: nobody there was told 30 days before the end." in page(lan_tu)


def test_an_end_that_was_sold_names_its_zone_among_the_terms(page, house) -> None:
    contract = cast.contract(cast.lan_tu(zone="America/New_York", country="US"), until="2026-11-25T17:59")

    assert "until 25 November 2026, 17:59 (America/New_York) <span" in page(contract)


def test_a_reader_elsewhere_sees_their_own_time_among_the_terms(page, house) -> None:
    contract = cast.contract(cast.lan_tu(zone="America/New_York", country="US"), until="2026-11-25T17:59")

    assert "25 November 2026, 17:59 (America/New_York; Thu 06:59 Asia/Shanghai)</time></td>" in page(contract)
