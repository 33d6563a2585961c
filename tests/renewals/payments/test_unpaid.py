"""The list of what is signed and not paid, and the pages on which a payment is put on record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import Sold, change_sold
from renewals.door.passes import NAME
from renewals.payments.models import Paid
from renewals.payments.services import mark_paid
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.page.conftest import address, known
from tests.renewals.page.test_what_it_says import words
from tests.renewals.payments.conftest import signed

DAY = timedelta(days=1)
OVERDUE = utc("2026-12-23T16:00")


def rows(answer) -> list[str]:
    return [row.record.contract.number for row in answer.context["table"].rows]


@pytest.fixture
def another(house):
    """One more customer that has signed, of Otto's or whose it is said."""

    def make(number: str = "HL-1", *, owner: str = "otto", currency: str = "USD", value: str = "9000", now=T):
        customer = cast.lan_tu(name=f"Customer {number}", owner=house[owner])
        contract = cast.contract(customer, number=number)
        change_sold(contract, sold=Sold(seats=9, value=Decimal(value), currency=currency), by="a test", now=T)
        return signed(contract, now=now)

    return make


def test_what_is_signed_and_not_paid_is_listed(enter, agreement) -> None:
    assert rows(enter().get("/unpaid/")) == ["LT-2026-01"]


def test_what_is_paid_is_not(enter, agreement, house) -> None:
    mark_paid(agreement, paid_on=date(2026, 11, 23), by=house["chen"], now=T)

    assert rows(enter().get("/unpaid/")) == []
    assert rows(enter().get("/unpaid/?show=paid")) == ["LT-2026-01"]


@pytest.mark.parametrize(("name", "count"), [("chen", 1), ("shen", 1), ("otto", 1), ("ada", 2)])
def test_each_sees_what_is_theirs_to_see(enter, agreement, another, name, count) -> None:
    another()

    assert len(rows(enter(name).get("/unpaid/"))) == count


@pytest.mark.parametrize(
    ("show", "now", "count"),
    [
        ("overdue", OVERDUE - timedelta(seconds=1), 0),
        ("overdue", OVERDUE, 1),
        ("late", OVERDUE + 7 * DAY - timedelta(seconds=1), 0),
        ("late", OVERDUE + 7 * DAY, 1),
    ],
)
def test_it_is_narrowed_to_what_is_overdue(enter, agreement, set_clock, show, now, count) -> None:
    client = enter()
    set_clock(now)
    client.force_login(agreement.contract.owner)

    assert len(rows(client.get("/unpaid/", {"show": show}))) == count


@pytest.mark.parametrize(
    ("asked", "count"), [({"q": "澜图"}, 1), ({"q": "xyz"}, 0), ({"owner": "mine"}, 1), ({"owner": "nobody"}, 0)]
)
def test_it_is_narrowed_by_name_and_owner(enter, agreement, asked, count) -> None:
    assert len(rows(enter().get("/unpaid/", asked))) == count


def test_it_sums_each_currency_apart(enter, agreement, another) -> None:
    another()
    another("HL-2", value="1000")

    assert enter("ada").get("/unpaid/").context["totals"] == [(1, "¥ 86,400"), (2, "$ 10,000")]


def test_a_longer_list_asks_no_more_questions(enter, agreement, another) -> None:
    counts = []
    for n in range(2):
        client = enter("ada")
        with CaptureQueriesContext(connection) as asked:
            client.get("/unpaid/")
        counts.append(len(asked))
        for one in range(3):
            another(f"N-{n}-{one}")

    assert counts[0] == counts[1] <= 12


def test_its_file_names_the_day_and_the_money(enter, agreement) -> None:
    text = b"".join(enter().get("/unpaid/?export=csv").streaming_content).decode()

    assert "2026-12-23,2026-12-23T16:00:00Z,to be paid,澜图设计" in text
    assert ",86400.00,CNY,Lin Lan," in text


def test_it_is_paid_from_the_list_and_the_reader_stays_there(enter, agreement) -> None:
    typed = {"paid_on": "2026-11-20", "reference": "BANK 1", "next": "/unpaid/?show=overdue"}

    answer = enter().post(f"/unpaid/{agreement.pk}/paid/", typed)

    assert answer["Location"] == "/unpaid/?show=overdue"
    assert Paid.objects.get().reference == "BANK 1"


@pytest.mark.parametrize("elsewhere", ["//evil.test/unpaid/", "https://evil.test/", "/admin/", "/\\evil.test", ""])
def test_nobody_is_sent_elsewhere(enter, agreement, elsewhere) -> None:
    answer = enter().post(f"/unpaid/{agreement.pk}/paid/", {"paid_on": "2026-11-20", "next": elsewhere})

    assert answer["Location"] == f"/unpaid/{agreement.pk}/"


@pytest.mark.parametrize("wrong", ["2026-11-24", "1999-12-31", "yesterday", ""])
def test_a_day_that_cannot_be_is_said_beside_its_field(enter, agreement, wrong) -> None:
    answer = enter().post(f"/unpaid/{agreement.pk}/paid/", {"paid_on": wrong})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["paid_on"])
    assert not Paid.objects.exists()


def test_a_second_click_is_told_that_it_is_done(enter, agreement) -> None:
    client = enter()
    for _click in range(2):
        answer = client.post(f"/unpaid/{agreement.pk}/paid/", {"paid_on": "2026-11-20"}, follow=True)

    assert "Nothing was done twice." in words(answer)
    assert Paid.objects.count() == 1


def test_it_is_taken_back_with_a_reason(enter, agreement, house) -> None:
    paid = mark_paid(agreement, paid_on=date(2026, 11, 23), by=house["chen"], now=T)
    client = enter("shen")

    assert client.post(f"/unpaid/paid/{paid.pk}/take-back/", {"why": ""}).status_code == 422
    client.post(f"/unpaid/paid/{paid.pk}/take-back/", {"why": "the wrong customer"})

    said = words(client.get(f"/unpaid/{agreement.pk}/"))
    assert "Taken back: the wrong customer" in said
    assert "Is it paid?" in said


def test_another_team_finds_nothing_there(enter, agreement, house) -> None:
    paid = mark_paid(agreement, paid_on=date(2026, 11, 23), by=house["chen"], now=T)
    client = enter("otto")

    assert client.get(f"/unpaid/{agreement.pk}/").status_code == 404
    assert client.post(f"/unpaid/{agreement.pk}/paid/", {"paid_on": "2026-11-20"}).status_code == 404
    assert client.post(f"/unpaid/paid/{paid.pk}/take-back/", {"why": "x"}).status_code == 404


@pytest.mark.parametrize("path", ["", "{pk}/", "terms/"])
def test_nobody_is_let_in_without_logging_in(client, agreement, path) -> None:
    assert client.get(f"/unpaid/{path.format(pk=agreement.pk)}").status_code == 302


def test_reading_marks_nothing(enter, agreement) -> None:
    assert enter().get(f"/unpaid/{agreement.pk}/paid/").status_code == 405


def test_the_contracts_page_says_how_it_stands(enter, agreement) -> None:
    assert "to be paid due 23 Dec 2026 · Mark as paid" in words(enter().get("/contracts/LT-2026-01/"))


def test_the_readers_menu_leads_there(enter, agreement) -> None:
    assert 'href="/unpaid/"' in enter().get("/").content.decode()


@pytest.fixture
def lin(client, link, agreement):
    """Lin's browser, known by a code; she reads English."""
    known(client, link)
    client.cookies["django_language"] = "en"
    return client


def test_the_customer_reads_by_which_day_they_pay(lin, link) -> None:
    said = words(lin.get(address(link)))

    assert "To be paid by 23 Dec 2026 · ¥ 86,400" in said
    assert "nothing waits for the payment" in said


def test_a_customer_whose_day_has_passed_reads_the_same_calm_words(lin, link, set_clock) -> None:
    set_clock(OVERDUE + 90 * DAY)

    said = words(lin.get(address(link)))

    assert "To be paid by 23 Dec 2026" in said
    assert "overdue" not in said


def test_the_customer_reads_that_it_is_paid(lin, link, agreement, house) -> None:
    mark_paid(agreement, paid_on=date(2026, 11, 23), reference="our note", by=house["chen"], now=T)

    said = words(lin.get(address(link)))

    assert "Paid on 23 Nov 2026. Thank you." in said
    assert "our note" not in said


def test_who_has_not_shown_who_they_are_reads_nothing_of_money(lin, link) -> None:
    lin.cookies.pop(NAME)

    assert "To be paid" not in words(lin.get(address(link)))
