"""Each situation has true sentences of its own, with exact minutes and their zone (rules 4, 8 to 12)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest

from accounts import terms
from accounts.models import Contact, Contract, ContractTerm, Product
from accounts.services import last_term, move_end
from renewals.links.services import link_for, token_of
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from tests.renewals.cast import T, lan_tu, utc
from tests.renewals.cast import contract as sign_contract

ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")
SECOND = timedelta(seconds=1)


def words(response) -> str:
    """The text of a page as a reader gets it."""
    body = response.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", body)).split())


def test_before_the_end_the_minute_its_zone_what_is_left_and_the_lock_are_told(visit, told: Contract) -> None:
    said = words(visit())

    assert "林女士, your company can use 协作专业版 until 27 November 2026, 23:59 Asia/Shanghai" in said
    assert "time left: 4 days 11 hours 53 minutes · the last minute of that day included" in said
    assert "another 2 days 9 hours (until your working hours), and nothing stops" in said
    assert "From 30 November 2026, 09:00 (Asia/Shanghai), a window in the product" in said


def test_the_plan_is_told_though_nobody_was_told_before(visit) -> None:
    assert "From 30 November 2026, 09:00 (Asia/Shanghai)" in words(visit(now=ENDS_AT - SECOND))


def test_from_the_end_on_the_buffer_is_told(visit, told: Contract) -> None:
    said = words(visit(now=ENDS_AT))

    assert "contract for 协作专业版 ran until" in said
    assert "everything still works, time left: 2 days 9 hours" in said
    assert "Renew before 30 November 2026, 09:00 (Asia/Shanghai)" in said


def test_in_a_buffer_that_nobody_was_told_of_nothing_is_going_to_lock(visit) -> None:
    said = words(visit(now=ENDS_AT + timedelta(days=9)))

    assert "Nothing will be locked for at least 24 hours from now" in said


def test_after_the_lock_what_is_safe_is_told(visit, told: Contract) -> None:
    said = words(visit(now=LOCK_AT))

    assert "Since 30 November 2026, 09:00 (Asia/Shanghai)" in said
    assert "your work can be read and exported as before" in said
    assert "the time in between costs nothing" in said


def test_after_closing_it_can_still_be_renewed(visit, told: Contract) -> None:
    said = words(visit(now=LOCK_AT + timedelta(days=90)))

    assert "The contract has been closed since 28 February 2027, 09:00 (Asia/Shanghai)" in said
    assert "Next: check and sign" in said


def test_before_the_start_the_beginning_is_told(visit) -> None:
    said = words(visit(now=utc("2025-11-27T15:59")))

    assert "soon your company can use" in said
    assert "It begins at 28 November 2025, 00:00 (Asia/Shanghai)" in said


def test_a_renewal_agreed_ahead_shows_the_new_minute_and_where_it_joins(visit, contract: Contract) -> None:
    renew(contract, after=last_term(contract).ends_at, term=terms.Term.years(1), by="林岚", now=T)

    said = words(visit())

    assert "can use 协作专业版 until 27 November 2027, 23:59 Asia/Shanghai" in said
    assert "It joins the present one at 28 November 2026, 00:00 (Asia/Shanghai)" in said


def test_from_its_first_minute_on_the_agreed_term_is_simply_the_one_that_runs(visit, contract: Contract) -> None:
    renew(contract, after=last_term(contract).ends_at, term=terms.Term.years(1), by="林岚", now=T)

    assert "The next term is agreed" in words(visit(now=ENDS_AT - SECOND))
    assert "The next term is agreed" not in words(visit(now=ENDS_AT))


def test_a_buffer_that_ends_in_working_hours_waits_for_none(visit, contract: Contract) -> None:
    sign_contract(contract.customer, number="LT-2", until="2026-11-24T11:59")
    link = link_for(Contract.objects.get(number="LT-2"), None, now=T)

    assert "keep everything on for another 1 day. From 25 November" in words(visit(link=link))


def renews_itself(contract: Contract, *, notice_days: int, told_at: datetime | None) -> None:
    Contract.objects.update(renews_itself=True, notice_days=notice_days)
    if told_at:
        record_evidence(contract.terms.get(), kind=Evidence.Kind.RENEWS, at=told_at, now=told_at)


def test_a_contract_that_renews_by_itself_names_the_last_minute_to_say_no(visit, contract: Contract) -> None:
    renews_itself(contract, notice_days=3, told_at=utc("2026-09-01T02:00"))

    said = words(visit())

    assert "at 28 November 2026, 00:00 (Asia/Shanghai) the next term joins, 1 year long" in said
    assert "say so through 24 November 2026, 23:59 (Asia/Shanghai), that minute included" in said


def test_when_a_no_comes_too_late_that_is_said(visit, contract: Contract) -> None:
    renews_itself(contract, notice_days=30, told_at=utc("2026-09-01T02:00"))

    assert "The last minute to say no was 28 October 2026, 23:59 (Asia/Shanghai)" in words(visit())


def test_who_reads_it_here_first_has_30_days_to_say_no(visit, contract: Contract) -> None:
    renews_itself(contract, notice_days=30, told_at=None)

    said = words(visit(now=utc("2026-10-01T02:00")))

    assert "say so through 31 October 2026, 23:59 (Asia/Shanghai), that minute included" in said


def test_what_renews_by_itself_is_drawn_without_a_lock(visit, contract: Contract) -> None:
    renews_itself(contract, notice_days=30, told_at=None)

    html = visit(now=utc("2026-10-01T02:00")).content.decode()

    assert "The next term then joins by itself, and nothing stops." in html
    assert 'class="soft_locked"' not in html


def test_who_was_told_too_late_reads_that_it_ends_like_any_other(visit, contract: Contract) -> None:
    renews_itself(contract, notice_days=30, told_at=None)

    said = words(visit())

    assert "renews by itself" not in said
    assert "If the renewal is not finished by then" in said


def test_who_said_no_keeps_the_extra_time(visit, contract: Contract) -> None:
    Contract.objects.update(declined_at=T)

    said = words(visit())

    assert "the extra time is yours all the same" in said
    assert "If you change your mind" in said


def test_each_length_has_its_exact_new_minute_and_its_price(visit, contract: Contract) -> None:
    ContractTerm.objects.update(seats=120, value="86400", currency="CNY")

    said = words(visit())

    assert "1 year · 120 seats until 27 November 2027, 23:59 (Asia/Shanghai) ¥ 86,400" in said
    assert "2 years · 120 seats until 27 November 2028, 23:59 (Asia/Shanghai) ¥ 172,800" in said


def test_no_price_is_invented_where_none_is_known(visit, contract: Contract) -> None:
    said = words(visit())

    assert "¥" not in said
    assert "The price is agreed with you in person." in said


def test_a_term_that_is_not_a_year_names_no_price_for_a_year(visit, contract: Contract) -> None:
    start = utc("2026-05-27T16:00")
    ContractTerm.objects.update(value="100", currency="CNY", starts_at=start)

    assert "¥" not in words(visit())


def test_a_reader_in_another_zone_has_their_own_time_beside(visit, contract: Contract) -> None:
    Contact.objects.update(time_zone="Europe/London")

    said = words(visit())

    assert "27 November 2026, 23:59 Asia/Shanghai" in said
    assert "On your clock: 27 November 2026, 15:59 (Europe/London)" in said


def test_other_products_under_the_number_have_their_own_minutes(visit, contract: Contract) -> None:
    archive = Product.objects.create(code="archive", name="归档")
    sign_contract(contract.customer, product=archive, through="2027-02-28")

    said = words(visit())

    assert "Also under contract LT-2026-01 归档 until 28 February 2027, 23:59 (Asia/Shanghai)" in said


def test_a_number_that_somebody_else_has_too_shows_nothing_of_theirs(visit, contract: Contract) -> None:
    other = sign_contract(
        lan_tu(name="别家公司"), product=Product.objects.create(code="archive", name="归档"), number="X"
    )
    Contract.objects.filter(pk=other.pk).update(number=contract.number)  # as an older ledger may have it

    assert "归档" not in words(visit())


def test_the_person_to_talk_to_is_there_by_name_with_their_number(visit) -> None:
    said = visit().content.decode()

    assert "陈舟" in said
    assert 'href="tel:+8613800000000"' in said
    assert "09:00–18:00" in said


def test_an_owner_who_left_is_not_named(visit, contract: Contract) -> None:
    contract.owner.is_active = False
    contract.owner.save()

    assert "陈舟" not in visit().content.decode()


def test_a_link_from_the_product_greets_the_company(visit, contract: Contract) -> None:
    said = words(visit(link=link_for(contract, None, now=T)))

    assert "澜图设计, your company can use" in said


@pytest.mark.parametrize(("days_ahead", "open_"), [(89, True), (91, False)])
def test_the_renewal_is_put_forward_from_ninety_days_ahead(visit, contract: Contract, days_ahead, open_) -> None:
    said = words(visit(now=ENDS_AT - timedelta(days=days_ahead)))

    assert ("Renew now" not in said) is open_
    assert "Next: check and sign" in said


def test_a_trial_is_offered_to_go_on(visit, contract: Contract) -> None:
    Contract.objects.update(kind=Contract.Kind.TRIAL)

    said = words(visit())

    assert "can try 协作专业版" in said
    assert "Go on after the trial: check and sign" in said


def test_an_hour_that_was_given_at_the_end_does_not_change_the_price(visit, contract: Contract) -> None:
    ContractTerm.objects.update(value="86400", currency="CNY")

    move_end(contract, term=terms.parse_term("until 2026-11-28T01:59"), reason="a grant", by="a rule", now=T)

    assert "¥ 86,400" in words(visit())


def test_a_reader_elsewhere_sees_their_own_time_beside_every_minute(visit, told: Contract) -> None:
    Contact.objects.update(time_zone="Europe/Berlin")

    said = words(visit())

    assert "From 30 November 2026, 09:00 (Asia/Shanghai; Mon 02:00 Europe/Berlin), a window" in said
    assert "until 27 November 2027, 23:59 (Asia/Shanghai; Sat 16:59 Europe/Berlin)" in said


def test_their_own_time_stands_beside_the_last_minute_to_say_no_and_beside_siblings(visit, contract: Contract) -> None:
    Contact.objects.update(time_zone="Europe/Berlin")
    renews_itself(contract, notice_days=3, told_at=utc("2026-09-01T02:00"))
    sign_contract(contract.customer, product=Product.objects.create(code="other", name="Other"), through="2026-11-26")

    said = words(visit())

    assert "through 24 November 2026, 23:59 (Asia/Shanghai; Tue 16:59 Europe/Berlin)" in said
    assert "Other until 26 November 2026, 23:59 (Asia/Shanghai; Thu 16:59 Europe/Berlin)" in said


def test_another_product_of_the_number_is_a_click_away_for_who_has_its_link(visit, contract: Contract) -> None:
    other = Product.objects.create(code="other", name="Other")
    sibling = sign_contract(contract.customer, product=other, through="2026-11-26")
    before = visit().content.decode()
    link = link_for(sibling, Contact.objects.get(), now=T)

    assert ">Other</a>" not in before
    assert f'<a href="/r/{token_of(link)}/">Other</a>' in visit().content.decode()
