"""Paying online: django-payments takes the money, by real HTTP, and the portal learns of it, each state once."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import requests
from django.db import IntegrityError, transaction
from django.urls import reverse
from payments import PaymentStatus
from payments.core import PROVIDER_CACHE

from renewals.door.passes import NAME, pass_of
from renewals.links.services import link_for, token_of
from renewals.offers.models import Agreement
from renewals.payments.models import Paid, Payment
from renewals.payments.online import Online, follow
from renewals.payments.providers import CannotPay, begin, ways
from renewals.payments.services import mark_paid
from renewals.payments.standing import bills, records
from renewals.tick import tick
from renewals.timeline.models import Event
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.page.conftest import address, known
from tests.renewals.page.test_what_it_says import words

DUMMY = "payments.dummy.DummyProvider"
STUBS = "tests.renewals.payments.stubs"


@pytest.fixture
def online(settings):
    """The portal takes money online, by a provider of this class."""

    def by(provider: str = DUMMY, **said: object) -> None:
        PROVIDER_CACHE.clear()
        settings.PAYMENT_VARIANTS = {"online": (provider, said)}

    by()
    yield by
    PROVIDER_CACHE.clear()


def bill_of(agreement: Agreement):
    return bills(Agreement.objects.filter(pk=agreement.pk).prefetch_related(records()), now=T)[0]


@pytest.fixture
def payment(online, agreement, link) -> Payment:
    """Lin has begun to pay."""
    return begin("online", bill_of(agreement), link, now=T)


def became(payment: Payment, status: str, message: str = "") -> Payment:
    """What django-payments says of it now."""
    payment.change_status(status, message)
    return payment


@pytest.fixture
def lin(client, link, agreement, online):
    """Lin's browser, known by a code; she reads English."""
    known(client, link)
    client.cookies["django_language"] = "en"
    return client


class Browser:
    """Lin's, over real HTTP: keeps its cookies and sends what the page's forms hold."""

    def __init__(self, server: str, link) -> None:
        self.server, self.link, self.session = server, link, requests.Session()
        self.session.cookies.update({NAME: pass_of(link, link.contact), "django_language": "en"})

    def open(self, path: str) -> requests.Response:
        return self.session.get(self.server + path, timeout=20)

    def send(self, page: requests.Response, path: str, **said: str) -> requests.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        typed = {"csrfmiddlewaretoken": token[1]} | said
        return self.session.post(self.server + path, typed, headers={"Referer": page.url}, timeout=20)


@pytest.fixture
def browser(transactional_db, live_server, settings, set_clock, online, agreement, link) -> Browser:
    settings.CSPORTAL_BASE_URL = live_server.url
    return Browser(live_server.url, link)


def pays(browser: Browser, **said: str) -> requests.Response:
    """From the page through the sandbox's form, and back."""
    page = browser.open(address(browser.link))
    form = browser.send(page, address(browser.link, "pay"), by="online")
    path = form.url.removeprefix(browser.server)
    usual = {"status": "confirmed", "fraud_status": "unknown", "gateway_response": "3ds-disabled"}
    return browser.send(form, path, **(usual | said))


@pytest.mark.django_db(transaction=True)
def test_over_real_http_lin_pays_and_comes_back_to_a_page_that_says_so(browser, agreement) -> None:
    back = pays(browser)

    assert back.url.endswith(address(browser.link))
    assert "Paid on 23 Nov 2026. Thank you." in back.text
    paid = Paid.objects.get()
    assert (paid.agreement, paid.by, paid.online.status) == (agreement, None, PaymentStatus.CONFIRMED)


@pytest.mark.django_db(transaction=True)
def test_over_real_http_a_card_that_is_refused_is_said_and_leaves_the_invoice(browser, contract) -> None:
    back = pays(browser, status="rejected")

    assert "The online payment was refused. Nothing was taken." in back.text
    assert "or pay by invoice; your renewal stands." in back.text
    assert "To be paid by 23 Dec 2026" in back.text
    assert not Paid.objects.exists()
    assert Event.objects.filter(contract=contract, kind="payment_refused").count() == 1


@pytest.mark.django_db(transaction=True)
def test_over_real_http_after_a_refusal_she_pays_with_another_card(browser) -> None:
    pays(browser, status="rejected")

    back = pays(browser)

    assert "Paid on 23 Nov 2026" in back.text
    assert sorted(Payment.objects.values_list("status", flat=True)) == ["confirmed", "rejected"]


@pytest.mark.django_db(transaction=True)
def test_over_real_http_a_check_by_her_bank_comes_back_through_the_callback(browser) -> None:
    back = pays(browser, status="waiting", gateway_response="3ds-redirect", verification_result="confirmed")

    assert "Paid on 23 Nov 2026" in back.text


@pytest.mark.django_db(transaction=True)
def test_over_real_http_the_same_callback_twice_is_one_payment(browser, agreement, link) -> None:
    payment = begin("online", bill_of(agreement), link, now=T)
    path = payment.get_process_url()

    for _call in range(2):
        answer = requests.post(
            browser.server + path + "?verification_result=confirmed", allow_redirects=False, timeout=20
        )

    assert answer.status_code == 302
    assert Paid.objects.count() == 1
    assert Event.objects.filter(kind="paid").count() == 1


def test_without_a_provider_there_is_the_invoice_alone(agreement, settings) -> None:
    settings.PAYMENT_VARIANTS = {}

    assert [way.name for way in ways(bill_of(agreement))] == ["invoice"]


def test_by_invoice_is_the_first_way_and_online_the_second(agreement, online) -> None:
    assert [(way.name, way.button) for way in ways(bill_of(agreement))] == [
        ("invoice", ""),
        ("online", "Pay ¥ 86,400 online"),
    ]


def test_what_is_agreed_in_person_is_not_paid_online(agreement, online) -> None:
    bill = bill_of(agreement)
    bill.agreement.gross = None

    assert Online().way(bill) is None


@pytest.mark.parametrize("name", ["invoice", "cheque", ""])
def test_nothing_is_begun_another_way(agreement, link, online, name) -> None:
    with pytest.raises(CannotPay):
        begin(name, bill_of(agreement), link, now=T)


def test_the_money_is_what_was_signed_and_names_the_contract(payment) -> None:
    item = payment.get_purchased_items()[0]

    assert (payment.total, payment.currency, payment.description) == (Decimal("86400.00"), "CNY", "LT-2026-01")
    assert (item.name, item.price) == ("协作专业版 LT-2026-01", Decimal("86400.00"))


def test_nothing_of_the_person_goes_to_the_provider(payment) -> None:
    told = [getattr(payment, field.name) for field in Payment._meta.fields if field.name.startswith("billing")]

    assert {str(one or "") for one in told} == {""}
    assert payment.customer_ip_address is None


def test_a_try_that_was_not_finished_is_gone_on_with(payment, agreement, link) -> None:
    assert begin("online", bill_of(agreement), link, now=T).pk == payment.pk


def test_nobody_pays_twice_while_a_payment_is_on_its_way(payment, agreement, link) -> None:
    became(payment, PaymentStatus.PREAUTH)

    with pytest.raises(CannotPay):
        begin("online", bill_of(agreement), link, now=T)
    assert [way.button for way in ways(bill_of(agreement))] == ["", ""]


def test_what_is_paid_is_not_paid_again(payment, agreement, house, link) -> None:
    mark_paid(agreement, paid_on=date(2026, 11, 23), by=house["chen"], now=T)

    with pytest.raises(CannotPay):
        begin("online", bill_of(agreement), link, now=T)


@pytest.mark.parametrize("status", [PaymentStatus.WAITING, PaymentStatus.INPUT, PaymentStatus.PREAUTH])
def test_until_the_money_is_there_it_is_not_paid(payment, status) -> None:
    follow(became(payment, status).pk, now=T)

    assert not Paid.objects.exists()


def test_a_confirmed_payment_is_on_record_once_however_often_it_is_looked_at(payment) -> None:
    became(payment, PaymentStatus.CONFIRMED)

    looks = [follow(payment.pk, now=T) for _look in range(3)]

    assert looks == [True, False, False]
    assert Paid.objects.count() == 1


def test_what_a_dead_process_did_not_note_the_next_tick_does(payment) -> None:
    became(payment, PaymentStatus.CONFIRMED)

    tick(now=T)

    assert Paid.objects.get().online == payment


def test_where_nobody_is_named_a_tick_does_not_look(payment, settings) -> None:
    became(payment, PaymentStatus.CONFIRMED)
    settings.PAYMENT_VARIANTS = {}

    assert Online().learn(now=T, limit=10) == 0


def test_money_that_goes_back_is_to_be_paid_again(payment, agreement) -> None:
    follow(became(payment, PaymentStatus.CONFIRMED).pk, now=T)

    follow(became(payment, PaymentStatus.REFUNDED).pk, now=T)

    assert not Paid.objects.standing().exists()
    assert Paid.objects.get().who_took_it_back == "paid back online"
    assert bill_of(agreement).is_open


def test_what_a_colleague_put_on_record_before_stays_and_the_second_money_is_told(payment, agreement, house) -> None:
    mark_paid(agreement, paid_on=date(2026, 11, 23), by=house["chen"], now=T)

    follow(became(payment, PaymentStatus.CONFIRMED).pk, now=T)

    assert Paid.objects.get().by == house["chen"]
    assert Event.objects.get(kind="paid_again").detail["amount"] == "86400.00"


def test_the_providers_own_words_say_why_it_was_refused(payment, lin, link) -> None:
    follow(became(payment, PaymentStatus.REJECTED, "<b>Insufficient\nfunds.</b>").pk, now=T)

    page = lin.get(address(link)).content.decode()

    assert "The online payment was refused: &lt;b&gt;Insufficient funds.&lt;/b&gt;. Nothing was taken." in page


def test_a_providers_own_page_is_a_link_since_forms_are_held_back(lin, link, online) -> None:
    online(f"{STUBS}.Elsewhere")

    answer = lin.post(address(link, "pay"), {"by": "online"}, follow=True)

    assert 'href="https://pay.test/session/1" rel="noreferrer"' in answer.content.decode()
    assert "form-action 'self';" in answer["Content-Security-Policy"] + ";"


@pytest.mark.parametrize("address_of_it", ["http://pay.test/", "javascript:alert(1)", "//pay.test/"])
def test_no_link_leads_out_without_tls(lin, link, online, address_of_it) -> None:
    online(f"{STUBS}.Elsewhere", address=address_of_it)

    answer = lin.post(address(link, "pay"), {"by": "online"}, follow=True)

    assert answer.status_code == 502
    assert address_of_it not in answer.content.decode()


def test_a_form_that_goes_to_the_provider_is_let_go_there_and_nowhere_else(lin, link, online) -> None:
    online(f"{STUBS}.SendsThere")

    answer = lin.post(address(link, "pay"), {"by": "online"}, follow=True)

    assert "form-action 'self' https://bank.test" in answer["Content-Security-Policy"]
    form = re.search(r"<form[^>]+bank\.test/pay.*?</form>", answer.content.decode(), re.S)
    assert form
    assert "csrfmiddlewaretoken" not in form[0]


@pytest.mark.parametrize("provider", ["NotReached", "Unplugged"])
def test_where_the_provider_fails_nothing_is_kept_and_the_invoice_is_left(lin, link, online, provider) -> None:
    online(f"{STUBS}.{provider}")

    answer = lin.post(address(link, "pay"), {"by": "online"}, follow=True)

    said = words(answer)
    assert answer.status_code == 502
    assert "nothing was taken" in said
    assert "4111" not in said
    assert Payment.objects.get().status == PaymentStatus.WAITING
    assert not Paid.objects.exists()


def test_who_has_not_shown_who_they_are_is_asked_first(lin, link) -> None:
    lin.cookies.pop(NAME)

    assert "six digits" in words(lin.post(address(link, "pay"), {"by": "online"})).lower()
    assert not Payment.objects.exists()


def test_one_of_our_own_people_pays_for_nobody(lin, link, house) -> None:
    lin.force_login(house["chen"])

    assert lin.post(address(link, "pay"), {"by": "online"}).status_code == 403
    assert not Payment.objects.exists()


def test_nobody_goes_on_with_another_contracts_payment(client, payment, house) -> None:
    other = cast.lan_tu(name="Other", owner=house["chen"])
    theirs = link_for(cast.contract(other, number="O-1"), cast.lin(other, email="o@other.test"), now=T)
    known(client, theirs)

    answer = client.get(reverse("page:paying", args=[token_of(theirs), payment.pk]))

    assert answer.status_code == 404
    assert Payment.objects.get().status == PaymentStatus.WAITING


def test_reading_begins_nothing(lin, link) -> None:
    assert lin.get(address(link, "pay")).status_code == 405


def test_a_call_about_a_payment_that_there_is_not_finds_nothing(client, db, online) -> None:
    assert client.post("/payments/process/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_a_call_that_the_provider_does_not_believe_changes_nothing(client, payment, online) -> None:
    online(f"{STUBS}.NotReached")

    answer = client.post(payment.get_process_url())

    assert (answer.status_code, answer.json()) == (400, {"error": "not understood"})
    assert Payment.objects.get().status == PaymentStatus.WAITING


def test_a_call_to_a_provider_that_there_is_not_is_refused(client, db, online) -> None:
    assert client.post("/payments/process/other/").status_code == 400


def test_colleagues_read_each_try_and_what_became_of_it(enter, payment) -> None:
    follow(became(payment, PaymentStatus.REJECTED, "Insufficient funds").pk, now=T)

    said = words(enter().get(f"/unpaid/{payment.agreement_id}/"))

    assert "Tried online ¥ 86,400 · Rejected · Insufficient funds" in said


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"total": 0}, "payment_is_of_something"),
        ({"currency": "yuan"}, "payment_has_its_currency"),
        ({"status": "done"}, "payment_status_known"),
    ],
)
def test_the_database_refuses_a_payment_that_cannot_be(payment, change, constraint) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Payment.objects.update(**change)


def test_the_database_refuses_two_payments_under_one_token(payment) -> None:
    payment.pk = None

    with pytest.raises(IntegrityError, match="payment_token_once"), transaction.atomic():
        payment.save(force_insert=True)


def test_the_database_refuses_a_record_that_nobody_says(agreement) -> None:
    with pytest.raises(IntegrityError, match="paid_says_somebody_or_a_payment"), transaction.atomic():
        Paid.objects.create(agreement=agreement, paid_on=date(2026, 11, 23), at=T)


@pytest.mark.parametrize(("provider", "said"), [({"online": (DUMMY, {})}, True), ({}, False)])
def test_who_is_about_to_sign_reads_whether_they_can_pay_online(
    client, contract, link, settings, provider, said
) -> None:
    settings.PAYMENT_VARIANTS = provider
    client.cookies["django_language"] = "en"

    page = words(client.get(address(link, "order"), {"choice": "12"}))

    assert ("After signing you can also pay online." in page) is said
