"""The words of a plain notice (rules 4, 8 and 15). In English: the catalogue has tests of its own."""

from __future__ import annotations

import pytest

from accounts import terms
from renewals.desk.services import move_end
from renewals.links.services import open_link
from renewals.tick import tick
from tests.renewals.cast import T, chen, contract, lan_tu, lin, utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(mailbox):
    """What a contact reads when a contract's notices go out at `at`."""

    def told(at=T, *, customer=(), contact=(), **said):
        company = lan_tu(**{"language": "en"} | dict(customer))
        lin(company, **{"salutation": "Ms Lin"} | dict(contact))
        contract(company, **said)
        tick(now=at, in_process=True)
        return mailbox.text()

    return told


def test_it_names_the_minute_with_its_zone_and_includes_it(told, mailbox):
    text = told()

    assert text.startswith("Dear Ms Lin,\n")
    assert "runs until 27 November 2026, 23:59 (Asia/Shanghai), the whole of that last minute included." in text
    assert mailbox.mails[0]["Subject"].strip() == "协作专业版: yours until 27 November 2026, 23:59 (Asia/Shanghai)"


def test_it_says_before_the_end_what_comes_after_it(told):
    text = told()

    assert "at least 24 hours more, until 30 November 2026, 09:00 (Asia/Shanghai) at the earliest" in text
    assert "Your work stays readable and can be exported; nothing is lost." in text


def test_who_is_elsewhere_reads_their_own_time_beside_it(told):
    text = told(utc("2026-11-23T09:00"), contact={"time_zone": "Europe/Berlin"})

    assert "27 November 2026, 23:59 (Asia/Shanghai)" in text
    assert "On your own clock that is 27 November 2026, 16:59 (Europe/Berlin)." in text


def test_who_is_in_the_same_zone_reads_it_once(told):
    assert "your own clock" not in told()


def test_its_link_opens_the_recipients_own_page(told):
    text = told()

    address = next(line for line in text.splitlines() if "/r/" in line)
    link = open_link(address.rstrip("/").rpartition("/")[2], now=T)
    assert link.contact.email == "lin@lantu.test"


def test_it_is_signed_by_the_owner_and_marked_as_plain(told):
    text = told()

    assert "+86 138 0000 0000\nchen@vendor.test\n\n陈舟\n云笔协作\n" in text
    assert "This is a plain notice" in text


def test_without_an_owner_the_vendor_signs(told, mailbox):
    text = told(customer={"owner": None})

    assert "just answer this mail" in text
    assert mailbox.mails[0]["Reply-To"] is None


def test_an_owner_who_has_left_does_not_sign(told):
    assert "陈舟" not in told(customer={"owner": chen(is_active=False)})


def test_in_the_buffer_it_says_that_nothing_was_switched_off_and_when_the_lock_can_come(told):
    text = told(utc("2026-11-30T03:00"))

    assert "ran until 27 November 2026, 23:59 (Asia/Shanghai)" in text
    assert "nothing has been switched off" in text
    assert "It stays so until 1 December 2026, 11:00 (Asia/Shanghai) at the earliest." in text


def test_who_said_no_is_not_asked_to_renew(told):
    text = told(declined_at=utc("2026-11-20T03:00"))

    assert "take your data out in peace" in text
    assert "also renew" not in text


def test_an_end_that_was_moved_earlier_says_what_it_was_and_is_told_once(mailbox):
    customer = lan_tu(language="en")
    lin(customer)
    found = contract(customer, through="2027-03-31")
    move_end(found, term=terms.parse_term("through 2026-11-27"), reason="Two products became one.", by=chen(), now=T)

    tick(now=T, in_process=True)

    assert len(mailbox.mails) == 1
    assert "earlier than promised before: it was 31 March 2027, 23:59 (Asia/Shanghai)." in mailbox.text()
    assert (
        mailbox.mails[0]["Subject"].strip()
        == "协作专业版: the last minute is now 27 November 2026, 23:59 (Asia/Shanghai)"
    )


def test_a_name_cannot_become_markup(told, mailbox):
    told(contact={"salutation": "<b>Lin</b>"})

    html = mailbox.mails[0].get_body(("html",)).get_content()
    assert "Dear &lt;b&gt;Lin&lt;/b&gt;," in html


def test_between_chinese_sentences_there_is_no_space(told):
    assert not [line for line in told(customer={"language": "zh-hans"}).splitlines() if "。 " in line]
