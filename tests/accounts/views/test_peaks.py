"""Noting when a customer's own work peaks, on the customer's page (rule 18)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.forms.peaks import NEEDS
from accounts.models import Customer, Peak, Team, User
from accounts.peaks import note_peak, remove_peak
from tests.renewals import cast
from tests.renewals.cast import T


@pytest.fixture
def customer(db, clock) -> Customer:
    return cast.lan_tu()


@pytest.fixture
def client(customer) -> Client:
    User.objects.update(language="en")
    client = Client()
    client.force_login(cast.chen())
    return client


CLOSE = {"name": "month-end close", "kind": "month_end", "last_days": "3", "counted": "working"}


def post(client, customer, **said):
    return client.post(f"/customers/{customer.pk}/peaks/new/", said)


@pytest.mark.parametrize(
    ("said", "columns"),
    [
        (CLOSE, {"count": 3, "working": True}),
        (CLOSE | {"counted": "calendar"}, {"count": 3, "working": False}),
        ({"kind": "due", "due_day": "15", "days_before": "0"}, {"day": 15, "count": 0}),
        ({"kind": "month_days", "from_day": "28", "to_day": "3"}, {"day": 28, "to_day": 3}),
        ({"kind": "weekly", "weekdays": ["0", "4"]}, {"weekdays": [0, 4]}),
        ({"kind": "quarter_start", "first_days": "5"}, {"count": 5}),
        ({"kind": "quarter_end", "quarters_last_days": "10"}, {"count": 10}),
        (
            {"kind": "yearly", "yearly_from": "2026-12-20", "yearly_to": "2027-01-10"},
            {"begins_on": date(2026, 12, 20), "ends_on": date(2027, 1, 10)},
        ),
        (
            {"kind": "once", "once_from": "2026-12-01", "once_to": "2026-12-01"},
            {"begins_on": date(2026, 12, 1), "ends_on": date(2026, 12, 1)},
        ),
    ],
)
def test_each_kind_of_peak_is_noted_by_what_it_needs(client, customer, said, columns) -> None:
    response = post(client, customer, **({"name": "x"} | said))

    peak = Peak.objects.get()
    assert response["Location"] == f"/customers/{customer.pk}/"
    assert {name: getattr(peak, name) for name in columns} == columns
    assert (peak.customer, peak.kind, peak.noted_by, peak.noted_at) == (customer, said["kind"], cast.chen(), T)


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        (CLOSE | {"name": ""}, "name", "This field is required."),
        (CLOSE | {"last_days": ""}, "last_days", "Fill this in."),
        (CLOSE | {"last_days": "28"}, "last_days", "Ensure this value is less than or equal to 27."),
        ({"kind": "due", "due_day": "32", "days_before": "1"}, "due_day", "Ensure this value is less than"),
        ({"kind": "due", "due_day": "15"}, "days_before", "Fill this in."),
        ({"kind": "month_days", "from_day": "x", "to_day": "3"}, "from_day", "Enter a whole number."),
        ({"kind": "weekly"}, "weekdays", "Fill this in."),
        ({"kind": "weekly", "weekdays": list("0123456")}, "weekdays", "On all seven days nothing is a peak."),
        ({"kind": "once", "once_from": "2026-12-02", "once_to": "2026-12-01"}, "once_to", "ends before it begins"),
        ({"kind": "yearly", "yearly_from": "2026-01-01", "yearly_to": "2027-01-01"}, "yearly_to", "a whole year"),
        ({"kind": "sometimes"}, "kind", "is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(client, customer, said, field, why) -> None:
    response = post(client, customer, **({"name": "close", "note": "as Lin says"} | said))

    form = response.context["form"]
    assert list(form.errors) == [field]
    assert why in form.errors[field][0]
    assert 'value="as Lin says"' in response.content.decode()
    assert not Peak.objects.exists()


def test_what_was_typed_for_a_kind_that_is_not_chosen_does_not_matter(client, customer) -> None:
    post(client, customer, **CLOSE, due_day="99", once_from="tomorrow", weekdays=["9"])

    assert Peak.objects.get().count == 3


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "month_end", "count": 2, "working": True},
        {"kind": "due", "day": 15, "count": 0},
        {"kind": "weekly", "weekdays": [1, 2]},
        {"kind": "once", "begins_on": date(2026, 12, 1), "ends_on": date(2026, 12, 3)},
    ],
)
def test_a_peak_that_is_opened_and_kept_is_the_same_again(client, customer, columns) -> None:
    peak = note_peak(customer, by=cast.chen(), now=T, name="close", **columns)
    form = client.get(f"/peaks/{peak.pk}/").context["form"]
    shown = {bound.name: bound.value() for bound in form if bound.value() is not None}

    client.post(f"/peaks/{peak.pk}/", shown)

    again = Peak.objects.standing().get()
    assert again.pk != peak.pk
    assert {name: getattr(again, name) for name in columns} == columns


def test_the_customers_page_says_when_their_work_peaks_and_when_next(client, customer) -> None:
    note_peak(customer, by=cast.chen(), now=T, name="month-end close", kind="month_end", count=3, working=True)
    note_peak(customer, by=cast.chen(), now=T, name="weekly report", kind="weekly", weekdays=[0])
    gone = note_peak(customer, by=cast.chen(), now=T, name="gone", kind="weekly", weekdays=[0])
    remove_peak(gone, by=cast.chen(), now=T)

    page = client.get(f"/customers/{customer.pk}/").content.decode()

    assert "the last 3 working days of each month" in page
    assert "next: 26–30 Nov 2026" in page
    assert "now: 23 Nov 2026" in page
    assert "gone" not in page


def test_a_peak_is_removed_by_a_press_and_not_by_opening_an_address(client, customer) -> None:
    peak = note_peak(customer, by=cast.chen(), now=T, name="close", kind="weekly", weekdays=[4])

    assert client.get(f"/peaks/{peak.pk}/remove/").status_code == 405
    assert client.post(f"/peaks/{peak.pk}/remove/").status_code == 302
    assert not Peak.objects.standing().exists()
    assert client.get(f"/peaks/{peak.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["/customers/{customer}/peaks/new/", "/peaks/{peak}/", "/peaks/{peak}/remove/"])
def test_nobody_sees_or_touches_the_rhythm_of_another_teams_customer(client, address) -> None:
    other = User.objects.create_user("emma@vendor.test", team=Team.objects.create(name="West"))
    theirs = cast.lan_tu(name="Theirs", owner=other)
    peak = note_peak(theirs, by=other, now=T, name="close", kind="weekly", weekdays=[4])

    response = client.post(address.format(customer=theirs.pk, peak=peak.pk), CLOSE)

    assert response.status_code == 404
    assert list(Peak.objects.standing()) == [peak]


def test_every_kind_can_be_chosen() -> None:
    assert set(NEEDS) == set(Peak.Kind)
