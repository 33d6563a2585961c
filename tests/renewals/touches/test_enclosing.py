"""What lies with a letter: the minute that it names, as a file for the reader's own calendar (rule 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from accounts import terms
from accounts.services import move_end
from renewals.locking.renewing import renew
from renewals.tick import tick
from renewals.touches.receipts import plan_receipts
from tests.renewals.cast import T, chen, clock_of, contract, lan_tu, lan_tu_contract, lin, utc

pytestmark = pytest.mark.django_db


def calendar(mail):
    """The file that lies with a mail, as a calendar program reads it."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_payload(decode=True))


def entries(mailbox):
    return [calendar(mail).walk("VEVENT")[0] for mail in mailbox.mails]


def test_each_notice_carries_its_minute_as_a_file(mailbox):
    lan_tu_contract()

    tick(now=T, in_process=True)

    part = next(part for part in mailbox.mails[0].walk() if part.get_content_type() == "text/calendar")
    assert (part.get_filename(), part.get_param("method")) == ("minute.ics", "PUBLISH")
    assert entries(mailbox)[0].start == utc("2026-11-27T15:59")


def test_it_speaks_the_readers_language_and_names_the_exact_minute(mailbox):
    lan_tu_contract()

    tick(now=T, in_process=True)

    entry = entries(mailbox)[0]
    assert entry["SUMMARY"] == "协作专业版：最后可用分钟（LT-2026-01）"
    assert "一直用到2026年11月27日23时59分(北京时间)" in str(entry["DESCRIPTION"])


def test_who_is_elsewhere_reads_their_own_time_beside_it(mailbox):
    customer = lan_tu(language="en")
    lin(customer, time_zone="Europe/Berlin", any_hour=True)
    contract(customer)

    tick(now=T, in_process=True)

    said = entries(mailbox)[0]["DESCRIPTION"]
    assert "until 27 November 2026, 23:59 (Asia/Shanghai)" in said
    assert "On your own clock that is 27 November 2026, 16:59 (Europe/Berlin)." in said


def test_it_holds_no_link_for_it_is_passed_on(mailbox):
    lan_tu_contract()

    tick(now=T, in_process=True)

    assert "/r/" not in calendar(mailbox.mails[0]).to_ical().decode()


def test_a_moved_end_moves_the_entry_that_is_there(mailbox):
    found = lan_tu_contract()
    tick(now=T, in_process=True)
    move_end(found, term=terms.parse_term("through 2026-11-30"), reason="given", by=chen(), now=T + timedelta(hours=1))
    tick(now=T + timedelta(days=1), in_process=True)

    first, second = entries(mailbox)
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second.start == utc("2026-11-30T15:59")


def test_a_receipt_moves_it_to_the_new_last_minute(mailbox):
    found = lan_tu_contract()
    tick(now=T, in_process=True)
    following = renew(found, after=clock_of(found).ends_at, term=terms.parse_term("1 year"), by="Lin", now=T)
    plan_receipts(following, None, now=T)
    tick(now=T, in_process=True)

    first, second = entries(mailbox)
    assert second["UID"] == first["UID"]
    assert second.start == utc("2027-11-27T15:59")


def test_of_what_renews_by_itself_it_is_the_last_minute_to_say_no(mailbox):
    found = lan_tu_contract(through="2027-02-26", renews_itself=True, notice_days=60)

    tick(now=T, in_process=True)

    entry = entries(mailbox)[0]
    assert entry.start == clock_of(found).joins_at - timedelta(minutes=1)
    assert entry["SUMMARY"] == "协作专业版：表示不续的最后一分钟（LT-2026-01）"
