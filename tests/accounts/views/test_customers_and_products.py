"""Adding and changing customers, the people there, and products."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Contact, Customer, Product, User, WorkingCalendar
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from tests.renewals import cast
from tests.renewals.cast import T, clock_of, utc


@pytest.fixture
def client(db, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    client = Client()
    client.force_login(cast.chen(language="en"))
    return client


HARBOR = {"name": "Harbor Labs", "time_zone": "America/New_York", "country": "us", "language": "en"}
LIN = {"name": "Lin", "email": "lin@lantu.test", "role": "uses", "channel": "email", "gets_notices": "on"}


def test_a_customer_works_by_its_countrys_calendar_unless_said_otherwise(client) -> None:
    client.post("/customers/new/", HARBOR)

    customer = Customer.objects.get()
    assert (customer.country, customer.calendar.country) == ("US", "US")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "ＨＡＲＢＯＲ  labs"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "Other", "time_zone": "Mars"}, "time_zone"),
        ({"name": "Other", "country": "U"}, "country"),
        ({"name": "Other", "country": "ZZ"}, "country"),
        ({"name": "Other", "country": "Chinx"}, "country"),
    ],
)
def test_what_is_wrong_with_a_customer_is_said_beside_its_field(client, said, field) -> None:
    client.post("/customers/new/", HARBOR)

    response = client.post("/customers/new/", HARBOR | said)

    assert list(response.context["form"].errors) == [field]
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "code"), [("China", "CN"), ("中国", "CN"), ("Germany", "DE"), ("Japan", "JP"), ("cn", "CN"), ("", "")]
)
def test_a_country_is_taken_by_its_name_and_never_cut_to_another_one(client, typed, code) -> None:
    client.post("/customers/new/", HARBOR | {"country": typed})

    customer = Customer.objects.get()
    assert (customer.country, customer.calendar.country) == (code, code)


def test_a_segment_that_is_typed_in_another_spelling_is_the_one_in_use(client) -> None:
    cast.lan_tu(segment="Mid-size")

    client.post("/customers/new/", HARBOR | {"segment": "ＭＩＤ-Size "})

    assert Customer.objects.get(name="Harbor Labs").segment == "Mid-size"


@pytest.mark.parametrize(
    ("in_use", "offered"),
    [(["Public sector", "Enterprise", "Public sector", ""], ["Enterprise", "Public sector"]),
     ([""], ["Enterprise", "Mid-size", "Small business"])],
)  # fmt: skip
def test_the_form_offers_the_segments_in_use_and_usual_ones_before_there_are_any(client, in_use, offered) -> None:
    for place, segment in enumerate(in_use):
        cast.lan_tu(name=f"Customer {place}", segment=segment)

    assert client.get("/customers/new/").context["form"].segments() == offered


def test_customers_are_narrowed_to_a_segment_which_their_page_and_file_name(client) -> None:
    found = cast.lan_tu(name="Found", segment="Enterprise")
    cast.lan_tu(name="Other", segment="Small business")

    rows = client.get("/customers/?segment=Enterprise").context["table"].rows
    file = client.get("/customers/?export=csv&segment=Enterprise").getvalue().decode()

    assert [row.record for row in rows] == [found]
    assert "Found,Enterprise," in file.replace(",CN,Asia/Shanghai,简体中文", "")
    assert "<dd>Enterprise</dd>" in client.get(f"/customers/{found.pk}/").content.decode()


def test_a_refused_customer_leaves_no_calendar_behind(client) -> None:
    client.post("/customers/new/", HARBOR | {"name": "", "country": "France"})

    assert not WorkingCalendar.objects.exists()


def test_what_was_typed_as_a_country_comes_back_when_it_is_refused(client) -> None:
    response = client.post("/customers/new/", HARBOR | {"country": "Chinx"})

    assert b'value="Chinx"' in response.content


def test_a_new_zone_moves_no_promise_but_the_lock_that_waits_for_daylight_there(client) -> None:
    contract = cast.lan_tu_contract()
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-20T02:00"), now=T)
    before = clock_of(contract)

    client.post(f"/customers/{contract.customer_id}/edit/", HARBOR | {"name": "澜图设计"})

    after = clock_of(contract)
    assert after.ends_at == before.ends_at
    assert (before.lock_at, after.lock_at) == (utc("2026-11-30T01:00"), utc("2026-11-30T14:00"))


def test_a_person_is_added_and_changed(client) -> None:
    customer = cast.lan_tu()
    client.post(f"/customers/{customer.pk}/contacts/new/", LIN)
    contact = Contact.objects.get()

    client.post(f"/contacts/{contact.pk}/", LIN | {"phone": "138"})

    contact.refresh_from_db()
    assert (contact.customer, contact.phone, contact.email) == (customer, "138", "lin@lantu.test")


def test_one_address_is_one_person_in_any_spelling(client) -> None:
    customer = cast.lan_tu()
    cast.lin(customer)

    response = client.post(f"/customers/{customer.pk}/contacts/new/", LIN | {"email": "LIN@lantu.test"})

    assert list(response.context["form"].errors) == ["email"]


def test_a_product_is_added_with_what_it_really_does(client) -> None:
    said = {"name": "Analytics", "code": "analytics", "lock_convention": "last_day_begins", "lock_zone": "UTC"}
    client.post("/products/new/", said)

    assert Product.objects.get().lock_convention == Product.LockConvention.LAST_DAY_BEGINS
    assert b"00:00 of the last day" in client.get("/products/").content


@pytest.mark.parametrize(("said", "field"), [({"code": "collab"}, "code"), ({"lock_zone": "Mars"}, "lock_zone")])
def test_what_is_wrong_with_a_product_is_said_beside_its_field(client, said, field) -> None:
    cast.collab()

    response = client.post("/products/new/", {"name": "X", "code": "x", "lock_convention": "as_promised"} | said)

    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize("url", ["/products/?q=协", "/products/?q=collab&sort=-code", "/customers/?q=图&owner=mine"])
def test_lists_are_searched_by_a_character_or_two(client, url) -> None:
    cast.lan_tu()
    cast.lan_tu(name="Somebody else")
    Product.objects.create(code="other", name="Other")
    cast.collab()

    assert len(client.get(url).context["table"].rows) == 1


@pytest.mark.parametrize(
    ("ends", "urgent"),
    [
        (["2026-11-27", "2027-11-27"], ("2026-11-27T16:00", "active")),
        (["2026-11-22", "2026-11-27", "2027-11-27"], ("2026-11-22T16:00", "buffer")),
        (["2026-11-17", "2026-11-22", "2026-11-27"], ("2026-11-17T16:00", "soft_locked")),
        (["2025-12-27", "2026-11-27"], ("2026-11-27T16:00", "active")),
    ],
)
def test_customers_show_what_is_locked_or_in_its_buffer_before_what_comes_next(client, ends, urgent) -> None:
    customer = cast.lan_tu()
    for through in ends:
        contract = cast.contract(customer, number=through, through=through, now=utc("2025-11-28T02:00"))
        if through < "2026-11-20":
            tell(contract)

    row = client.get("/customers/").context["table"].rows[0].record

    assert (row.urgent_ends_at, row.urgent_state) == (utc(urgent[0]), urgent[1])
    assert (row.urgent_zone, row.contract_count) == ("Asia/Shanghai", len(ends))


def tell(contract) -> None:
    told_at = utc("2025-12-01T02:00")
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=told_at, now=told_at)


def test_customers_for_whom_nothing_comes_are_listed_last_either_way(client) -> None:
    cast.lan_tu(name="Nothing")
    cast.contract(cast.lan_tu(name="Something"))

    for sort in ("next_minute", "-next_minute"):
        names = [row.record.name for row in client.get(f"/customers/?sort={sort}").context["table"].rows]
        assert names == ["Something", "Nothing"]


def test_everybody_may_own_a_customer_who_may_log_in(client) -> None:
    User.objects.create_user("gone@vendor.test", name="Gone", is_active=False)

    owners = client.get("/customers/new/").context["form"].fields["owner"].queryset

    assert [owner.name for owner in owners] == ["陈舟"]


def test_a_products_lock_names_whose_clock_it_goes_by(client) -> None:
    said = {"name": "Analytics", "code": "analytics", "lock_convention": "last_day_begins"}
    client.post("/products/new/", said)

    assert b"00:00 of the last day \xc2\xb7 each customer&#x27;s own time" in client.get("/products/").content


def test_a_clock_time_of_the_last_day_has_to_be_named(client, db) -> None:
    client.force_login(User.objects.create_user("shen@vendor.test", language="en"))
    said = {"name": "Analytics", "code": "analytics", "lock_convention": "last_day_at", "lock_zone": ""}

    response = client.post("/products/new/", said)

    assert response.context["form"].errors["lock_clock"] == ["Say at which clock time it locks, such as 18:00."]
    assert client.post("/products/new/", said | {"lock_clock": "18:00", "lock_grace_hours": ""}).status_code == 302
