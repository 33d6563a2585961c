"""Who acts shows who they are: a code to an address on record, once a browser; nothing chosen is lost on the way."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.utils import translation

from accounts.models import Contact, User
from renewals.door.models import MOST_TRIES, DoorMail
from renewals.door.passes import NAME
from renewals.door.sending import carry_out
from renewals.door.services import MOST_AN_HOUR, ask_for_link, code_of, masked
from renewals.links.models import RenewalLink
from renewals.links.services import link_for
from tests.renewals.cast import T
from tests.renewals.page.conftest import address, fingerprint

pytestmark = pytest.mark.django_db

CHOICE = {"choice": "24", "signer": "林岚"}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def press(client: Client, link: RenewalLink, set_clock):
    """Presses “Confirm renewal” for two years, and what comes after it."""
    client.cookies["django_language"] = "en"

    def post(name: str = "order", *, now=T, link: RenewalLink = link, **said: str):
        set_clock(now)
        return client.post(address(link, name), CHOICE | {"shown": fingerprint(link, "24", now)} | said)

    return post


def terms_of(link: RenewalLink) -> int:
    return link.contract.terms.count()


def newest() -> str:
    return code_of(DoorMail.objects.latest("made_at"))


def test_a_link_that_was_passed_on_shows_everything_and_binds_nobody(press, link) -> None:
    answer = press()

    assert "A code is on its way to l…n@lantu.test." in answer.content.decode()
    assert terms_of(link) == 1


def test_the_code_goes_at_once_to_the_address_on_record(press, mailbox) -> None:
    press()
    carry_out(DoorMail.objects.get().pk, now=T)

    assert mailbox.recipients == [["lin@lantu.test"]]
    assert mailbox.mails[-1]["Subject"] == f"Your code: {newest()}"


def test_with_the_code_the_renewal_goes_on_as_it_was_chosen(press, link, client) -> None:
    press()
    answer = press("code", code=newest(), now=T + MINUTE)
    assert (answer.status_code, answer["Location"]) == (307, address(link, "order"))

    press(now=T + MINUTE)  # what a browser does with a 307: the same fields once more
    assert link.contract.terms.latest("ends_at").last_minute.isoformat() == "2028-11-27T23:59:00"


def test_what_was_chosen_stands_in_the_page_that_asks_for_the_code(press) -> None:
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', press().content.decode()))
    assert {name: fields[name] for name in CHOICE} == CHOICE


def test_a_browser_is_asked_once(press, link) -> None:
    press()
    press("code", code=newest())
    assert press().status_code == 302
    assert DoorMail.objects.count() == 1


def test_a_pass_of_another_link_opens_nothing(press, link, client, contract) -> None:
    other = Contact.objects.create(customer=contract.customer, name="秦越", email="qin@lantu.test")
    press()
    press("code", code=newest())

    assert press(link=link_for(contract, other, now=T)).status_code == 200
    assert terms_of(link) == 1


def test_who_has_another_address_since_shows_again_who_they_are(press, link) -> None:
    press()
    press("code", code=newest())
    Contact.objects.update(email="lan@lantu.test")
    RenewalLink.objects.update(sent_to="lan@lantu.test")

    assert "Is it you?" in press().content.decode()


@pytest.mark.parametrize("wrong", ["000000", "", "abc", "1" * 12])
def test_wrong_digits_let_nobody_in(press, link, wrong) -> None:
    press()
    answer = press("code", code=wrong if wrong != newest() else "000001")
    assert NAME not in answer.cookies
    assert terms_of(link) == 1


def test_digits_are_read_however_they_are_spaced(press) -> None:
    press()
    code = newest()
    assert press("code", code=f" {code[:3]} {code[3:]} ").status_code == 307


def test_after_five_wrong_ones_the_right_one_is_wrong_too(press) -> None:
    press()
    right = newest()
    for _ in range(MOST_TRIES):
        press("code", code="000000" if right != "000000" else "000001")

    assert press("code", code=right).status_code == 422


@pytest.mark.parametrize(("age", "status"), [(10 * MINUTE - SECOND, 307), (10 * MINUTE, 422)])
def test_a_code_counts_for_ten_minutes(press, age, status) -> None:
    press()
    assert press("code", code=newest(), now=T + age).status_code == status


def test_a_code_counts_once(press, client) -> None:
    press()
    code = newest()
    press("code", code=code)
    client.cookies.pop(NAME)
    assert press("code", code=code).status_code == 422


def test_pressing_twice_sends_one_mail(press) -> None:
    press()
    press(now=T + SECOND)
    assert DoorMail.objects.count() == 1


def test_so_many_an_hour_and_the_way_out_is_said(press) -> None:
    for n in range(MOST_AN_HOUR):
        press(now=T + n * MINUTE)
    answer = press(now=T + MOST_AN_HOUR * MINUTE)

    assert answer.status_code == 429
    assert "try again in an hour" in answer.content.decode()
    assert press(now=T + timedelta(hours=2)).status_code == 200


def test_behind_the_products_link_the_person_is_chosen_among_those_on_record(press, contract) -> None:
    lin, product_link = Contact.objects.get(), link_for(contract, None, now=T)
    Contact.objects.create(customer=contract.customer, name="秦越", email="qin@lantu.test")

    assert "Who confirms?" in press(link=product_link).content.decode()
    press("code", link=product_link, who=str(lin.pk))
    press("code", link=product_link, who=str(lin.pk), code=newest())
    press(link=product_link)

    assert contract.amendments.latest("pk").by_name == "林岚"


def test_nobody_of_another_company_can_be_chosen(press, contract) -> None:
    from tests.renewals.cast import lan_tu

    stranger = Contact.objects.create(customer=lan_tu(name="别家"), name="外人", email="x@elsewhere.test")
    press("code", link=link_for(contract, None, now=T), who=str(stranger.pk))
    assert not DoorMail.objects.filter(contact=stranger).exists()


def test_one_of_ours_needs_no_code(press, client, link) -> None:
    client.force_login(User.objects.get(email="chen@vendor.test"))
    press()
    assert terms_of(link) == 2


def test_the_code_stands_in_no_table(press, mailbox) -> None:
    press()
    carry_out(DoorMail.objects.get().pk, now=T)
    row = DoorMail.objects.values().get()
    assert newest() not in repr(row)


def test_a_mail_that_nobody_waits_for_any_more_is_not_sent(press, mailbox) -> None:
    press()
    assert carry_out(DoorMail.objects.get().pk, now=T + 11 * MINUTE) == DoorMail.Outcome.DROPPED
    assert mailbox.mails == []


def test_the_database_refuses_a_sixth_try(press) -> None:
    press()
    with pytest.raises(IntegrityError, match="door_mail_is_tried_so_often"), transaction.atomic():
        DoorMail.objects.update(tries=MOST_TRIES + 1)
    assert connection.is_usable()


@pytest.mark.parametrize(
    ("email", "said"), [("lin@lantu.test", "l…n@lantu.test"), ("li@lantu.test", "…@lantu.test"), ("x@y.z", "…@y.z")]
)
def test_an_address_is_told_only_to_who_knows_it(email, said) -> None:
    assert masked(email) == said


def test_digits_are_read_however_wide_they_are(press) -> None:
    press()
    wide = newest().translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    assert press("code", code=wide).status_code == 307


def test_of_several_codes_only_the_newest_counts_used_or_not(press, client) -> None:
    press()
    older = newest()
    press(now=T + MINUTE)
    press("code", code=newest(), now=T + MINUTE)
    client.cookies.pop(NAME)
    assert press("code", code=older, now=T + MINUTE).status_code == 422


def test_who_asks_for_links_in_somebodys_name_keeps_them_from_no_code(press, link) -> None:
    for n in range(MOST_AN_HOUR):
        ask_for_link(link, now=T + n * MINUTE)
    assert "Is it you?" in press(now=T + MOST_AN_HOUR * MINUTE).content.decode()


def test_a_link_is_written_about_in_the_language_of_who_gets_it(link) -> None:
    with translation.override("en"):
        ask_for_link(link, now=T)
    assert DoorMail.objects.get().language == "zh-hans"


def test_a_file_that_cannot_go_along_is_asked_for_once_more(press, link, client) -> None:
    order = SimpleUploadedFile("po.pdf", b"%PDF-1.7 an order")
    asked = press(order_file=order, order_number="PO-7").content.decode()
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked))
    press("code", code=newest())
    answer = client.post(address(link, "order"), fields).content.decode()

    assert "Choose the file of your purchase order once more, then sign." in answer
    assert 'value="PO-7"' in answer
    assert terms_of(link) == 1


@pytest.mark.parametrize("name", ["code", "pass_on", "know", "more_time", "undecline"])
def test_what_only_a_form_does_leads_back_to_the_page_for_who_comes_another_way(client, link, set_clock, name) -> None:
    set_clock(T)
    assert client.get(address(link, name))["Location"] == address(link)


def test_who_changes_the_language_at_the_code_finds_what_they_had_chosen(press, link) -> None:
    assert f'name="next" value="{address(link, "order")}?choice=24"' in press().content.decode()
