"""Adding a contract and changing its details: explained while typing, refused beside the field, nothing lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Amendment, Contract, Product, User
from tests.renewals import cast
from tests.renewals.cast import T


@pytest.fixture
def chen(db, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    return cast.chen(language="en")


@pytest.fixture
def client(chen: User) -> Client:
    client = Client()
    client.force_login(chen)
    return client


@pytest.fixture
def post(client: Client, chen: User):
    """Posts the form for a new contract of Lan Tu, with what differs."""
    cast.lan_tu()

    def form(**said: str):
        usual = {"customer": "澜图设计", "number": "N-1", "product": str(cast.collab().pk), "start": "2026-12-01"}
        usual |= {"term": "1 year", "kind": "paid", "renews_for": "1 year", "currency": "CNY", "owner": str(chen.pk)}
        return client.post("/contract/new/", usual | said)

    return form


def explained(client: Client, **typed: str) -> str:
    return " ".join(client.post("/contract/explain/", typed).content.decode().split())


def test_the_contract_is_on_record_by_whom_and_with_its_minute(post, chen) -> None:
    response = post(seats="12", value="86400", signed_by="Lin", signed_on="2026-11-20")

    contract = Contract.objects.get()
    assert response.url == "/contracts/N-1/"
    assert f"{contract.terms.get().last_minute}" == "2027-11-30 23:59:00"
    assert (contract.terms.get().value, contract.signed_by) == (Decimal(86400), "Lin")
    assert contract.amendments.get(kind=Amendment.Kind.SIGNED).by_user == chen


@pytest.mark.parametrize(
    ("term", "last_minute"),
    [
        ("30天", "2026-12-30 23:59:00"),
        ("through 2027-05-15", "2027-05-15 23:59:00"),
        ("2027-05-15", "2027-05-15 23:59:00"),
        ("2027-05-15 18:00", "2027-05-15 18:00:00"),
        ("2027年5月15日18时", "2027-05-15 18:00:00"),
    ],
)
def test_a_term_is_read_as_people_write_it(post, term, last_minute) -> None:
    post(term=term)

    assert f"{Contract.objects.get().terms.get().last_minute}" == last_minute


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"customer": "澜图"}, "customer", "Did you mean: 澜图设计?"),
        ({"customer": "Nobody"}, "customer", "Add the customer first."),
        ({"customer": ""}, "customer", "This field is required."),
        ({"start": "tomorrow"}, "start", "“tomorrow” is not a start."),
        ({"term": "soon"}, "term", "“soon” is not a term."),
        ({"term": "2027-02-30"}, "term", "The date in “2027-02-30” does not exist."),
        ({"term": "through 2026-11-30"}, "term", "comes before the start"),
        ({"start": "1900-01-01", "term": "1900-01-05"}, "term", "were off by seconds"),
        ({"time_zone": "Asia/Atlantis"}, "time_zone", "“Asia/Atlantis” is not a time zone."),
        ({"value": "-1"}, "value", "greater than or equal to 0"),
        ({"value": "5", "currency": ""}, "currency", "Say in which currency"),
        ({"currency": "yuan"}, "currency", "at most 3"),
        ({"renews_itself": "on"}, "notice_days", "needs its days of notice"),
        ({"renews_for": "through 2027-01-01"}, "renews_for", "Write a length"),
        ({"seats": "99999999999"}, "seats", "less than or equal to"),
        ({"number": ""}, "number", "This field is required."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved_or_lost(post, said, field, why) -> None:
    response = post(number=said.pop("number", "kept as typed"), **said)

    assert list(response.context["form"].errors) == [field]
    assert why in str(response.context["form"].errors[field])
    assert field == "number" or "kept as typed" in response.content.decode()
    assert not Contract.objects.exists()


def test_a_number_that_the_product_has_already_is_refused(post) -> None:
    post()

    response = post()

    assert "This number already has a contract for this product." in response.content.decode()
    assert Contract.objects.count() == 1


def test_only_worked_out_it_is_shown_and_not_saved(post) -> None:
    response = post(preview="1")

    assert "30 November 2027," in response.content.decode()
    assert not Contract.objects.exists()


def test_the_minute_is_explained_in_the_customers_zone_with_the_readers_own_time(client) -> None:
    cast.lan_tu(name="Harbor Labs", zone="America/New_York", country="US")

    text = explained(client, customer="harbor labs", start="2026-03-01T00:00-05:00", term="30 days")

    assert "<span>31 March 2026,</span> <span>23:59</span>" in text
    assert "America/New_York · " in text
    assert "Asia/Shanghai" in text
    assert "719 hours, less than 30 × 24" in text


def test_it_is_explained_in_the_readers_language(client, chen) -> None:
    User.objects.update(language="zh-hans")

    text = explained(client, time_zone="Asia/Shanghai", start="2026-05-01", term="30天")

    assert "<span>2026年5月30日</span> <span>23时59分</span>" in text
    assert "北京时间" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Say when it starts"),
        ({"start": "2026-05-01"}, "Say when it starts"),
        ({"start": "2026-05-01", "term": "1 year"}, "Name the customer or the time zone"),
        ({"start": "2026-05-01", "term": "x", "time_zone": "UTC"}, "“x” is not a term."),
        ({"start": "2026-05-01", "term": "1 year", "time_zone": "Mars"}, "is not a time zone"),
        ({"start": "9999-12-31", "term": "1 year", "time_zone": "UTC"}, "leads outside the years"),
        ({"start": "2026-05-01", "term": "1 year", "time_zone": "UTC", "was": "nonsense"}, "30 April 2027,"),
        ({"start": "2026-05-01\0", "term": "1 year", "customer": "\0"}, "Name the customer"),
    ],
)
def test_whatever_is_typed_gets_an_answer_in_words(client, typed, said) -> None:
    assert said in explained(client, **typed)


def test_the_customer_of_another_team_is_not_found_by_name(client) -> None:
    cast.lan_tu(name="Foreign", owner=User.objects.create_user("otto@vendor.test", name="Otto"))

    assert "Name the customer" in explained(client, customer="Foreign", start="2026-05-01", term="1 year")
    assert b"Foreign" not in client.get("/customers/suggest/?customer=for").content


def test_names_are_suggested_while_typing(client) -> None:
    cast.lan_tu(name="云启科技")

    assert '<option value="云启科技">' in client.get("/customers/suggest/?customer=启").content.decode()


def test_changed_details_keep_what_was_said_before_on_record(client, chen) -> None:
    contract = cast.contract(cast.lan_tu())
    said = {"number": "LT-NEW", "owner": "", "kind": "trial", "renews_for": "2 years", "value": "9", "currency": "usd"}

    client.post(f"/contract/edit/{contract.pk}/", said)

    contract.refresh_from_db()
    assert (contract.number, contract.owner, contract.kind, contract.renews_for) == ("LT-NEW", None, "trial", "2 years")
    assert contract.terms.get().currency == "USD"
    assert {"number": "LT-2026-01"}.items() <= contract.amendments.filter(kind="changed").first().before.items()


def test_a_number_that_is_taken_cannot_be_changed_to(client) -> None:
    customer = cast.lan_tu()
    cast.contract(customer, number="TAKEN")
    contract = cast.contract(customer, number="MINE")

    said = {"number": "TAKEN", "kind": "paid", "renews_for": "1 year"}
    response = client.post(f"/contract/edit/{contract.pk}/", said)

    assert b"This number already has a contract for this product." in response.content
    assert Contract.objects.get(pk=contract.pk).number == "MINE"


def test_a_contract_for_a_customer_begins_with_that_customer(client) -> None:
    customer = cast.lan_tu()

    form = client.get(f"/contract/new/?customer={customer.pk}").context["form"]

    assert (form.initial["customer"], form.initial["start"]) == ("澜图设计", "2026-11-23")


def test_a_contract_is_not_signed_for_a_customer_of_another_team(post, emma: User) -> None:
    cast.lan_tu(name="Harbor Labs", owner=emma)

    response = post(customer="Harbor Labs")

    assert "No customer is called" in response.content.decode()
    assert not Contract.objects.exists()


def test_a_customer_who_is_not_on_record_can_be_added_from_here(post) -> None:
    response = post(customer="Harbor & Labs")

    assert b'name="add_customer"' in response.content


def test_whoever_adds_the_customer_first_finds_everything_again_that_was_typed(post, client) -> None:
    away = post(customer="Harbor Labs", add_customer="1", seats="12", renews_itself="on", notice_days="30")
    form = client.get(away.url).context["form"]
    harbor = {"name": "Harbor Labs Inc.", "time_zone": "America/New_York", "country": "US", "language": "en"}

    back = client.post(away.url, harbor)

    again = client.get(back.url).context["form"]
    assert form["name"].value() == "Harbor Labs"
    assert [again[name].value() for name in ("customer", "number", "seats", "notice_days", "start")] == [
        "Harbor Labs Inc.",
        "N-1",
        "12",
        "30",
        "2026-12-01",
    ]


@pytest.mark.parametrize("elsewhere", ["https://evil.test/?a=1", "//evil.test/?a=1", "javascript:alert(1)?"])
def test_after_a_customer_is_added_nobody_is_led_to_another_site(client, elsewhere) -> None:
    said = {"name": "Harbor Labs", "time_zone": "America/New_York", "country": "US", "language": "en"}

    response = client.post(f"/customers/new/?next={elsewhere}", said)

    assert response.url.startswith("/customers/")


@pytest.mark.parametrize("number", ["A\nB", "A\tB", "..", "A/../B", "./A", "A\x1bB"])
def test_a_number_that_could_not_stand_in_an_address_is_refused(post, number: str) -> None:
    response = post(number=number)

    assert "A number is one line, and no part of it is only dots." in response.content.decode()
    assert not Contract.objects.exists()


def test_a_number_belongs_to_one_customer(post) -> None:
    vault = Product.objects.create(code="vault", name="Archive Vault")
    cast.contract(cast.lan_tu(name="Harbor Labs"), number="N-1", product=vault)

    response = post(number="N-1")

    assert "Another customer has a contract under this number." in response.content.decode()


def test_a_character_that_nobody_can_type_is_refused_and_not_a_fault(post) -> None:
    assert post(customer="a\0b").status_code == 200


def test_a_currency_that_nobody_pays_in_is_refused(post) -> None:
    response = post(value="1", currency="BTC")

    assert list(response.context["form"].errors) == ["currency"]
