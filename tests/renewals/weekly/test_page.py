"""The page of the week, its paper, and the word about it in the leader's mail on the first morning."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.utils.html import escape
from pypdf import PdfReader

from accounts.models import CalendarDay, Contract, User
from accounts.services import Sold, change_sold
from renewals.mornings.saying import say
from renewals.mornings.sending import send_round
from renewals.papers import NoPapers
from renewals.pipeline.models import Renewal
from renewals.pipeline.services import change
from renewals.pipeline.usual import not_known
from renewals.touches.models import Delivery, Touch
from renewals.weekly import facts
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.pipeline.conftest import stage

MONDAY, TUESDAY = utc("2026-11-30T01:00"), utc("2026-12-01T01:00")
WEDNESDAY = utc("2026-11-25T01:00")


@pytest.fixture
def lead(zhou_ning: User, chen: User, clock) -> Client:
    """Zhou Ning, on Monday 30 November; Lan Tu's contract ended on Friday."""
    cast.lan_tu_contract()
    User.objects.filter(pk=zhou_ning.pk).update(language="en")
    clock.set(MONDAY)
    client = Client()
    client.force_login(zhou_ning)
    return client


def test_the_page_is_about_the_last_whole_week(lead) -> None:
    page = lead.get("/weekly/").content.decode()
    assert "2026-W48 · 23–29 Nov 2026 (Asia/Shanghai)" in page


def test_a_week_that_is_none_is_said_and_what_was_typed_stays(lead) -> None:
    page = lead.get("/weekly/?week=soon").content.decode()
    assert "“soon” names no week. Write one such as 2026-W48." in page
    assert 'value="soon"' in page


def test_who_leads_one_team_is_not_asked_which(lead) -> None:
    assert "team" not in lead.get("/weekly/").context["form"].fields


def test_the_paper_says_what_the_page_says(lead) -> None:
    paper = PdfReader(BytesIO(b"".join(lead.get("/weekly/paper.pdf?week=2026-W48"))))
    text = "".join(page.extract_text() for page in paper.pages)
    assert "23–29 Nov 2026" in text
    assert "still open" in text


def priced(contract: Contract) -> Renewal:
    change_sold(contract, sold=Sold(seats=40, value=Decimal(86400), currency="CNY"), by="a test", now=T)
    return Renewal.objects.get(contract=contract)


@pytest.fixture
def renewal(lead) -> Renewal:
    return priced(Contract.objects.get())


def test_each_count_opens_as_many_rows(lead, renewal) -> None:
    page = lead.get("/weekly/?week=2026-W48")
    review = page.context["review"]
    counted = {str(one.way): one.count for one in review.ended} | {"untold": review.slips.untold}
    assert counted["open"] == counted["untold"] == 1

    for figure, count in counted.items():
        address = f"/weekly/rows/?week=2026-W48&amp;figure={figure}"
        assert (f'href="{address}"' in page.content.decode()) == bool(count)
        rows = lead.get(address.replace("&amp;", "&"))
        assert rows.context["table"].paginator.count == count
        assert 'href="/weekly/?week=2026-W48"' in rows.content.decode()


@pytest.mark.parametrize("figure", ["too_early", "locks", "silent", "soon"])
def test_a_slip_opens_its_rows_and_any_other_figure_what_is_open(lead, renewal, figure) -> None:
    page = lead.get(f"/weekly/rows/?week=2026-W48&figure={figure}")
    assert page.context["table"].paginator.count == (1 if figure == "soon" else 0)


def letter(contract: Contract, number: int, *, kind: str, at: datetime = WEDNESDAY, outcome: str = "sent") -> None:
    term, lin = contract.terms.get(), contract.customer.contacts.get()
    promise = {"term": term, "last_minute": term.last_minute, "lead": timedelta(days=number)}
    touch = Touch.objects.create(contract=contract, contact=lin, kind=kind, due_at=at, planned_at=at, **promise)
    over = {"next_try_at": at, "over_at": at, "outcome": outcome}
    Delivery.objects.create(touch=touch, recipient="lin@lantu.test", subject=f"Letter {number}", **over)


@pytest.fixture
def letters(lead) -> Contract:
    """In the week two plain notices, one of which came back, and a late one; a plain one of the week before."""
    contract = Contract.objects.get()
    letter(contract, 1, kind="notice")
    letter(contract, 2, kind="notice", outcome="bounced")
    letter(contract, 3, kind="late")
    letter(contract, 4, kind="notice", at=WEDNESDAY - timedelta(days=7))
    return contract


@pytest.mark.parametrize(("figure", "count"), [("personal", 0), ("plain", 2), ("late_notices", 1), ("came_back", 1)])
def test_each_count_of_letters_opens_as_many_rows(lead, letters, figure, count) -> None:
    address = f"/weekly/rows/?week=2026-W48&figure={figure}"

    page = lead.get("/weekly/?week=2026-W48").content.decode()

    assert (f'<a href="{escape(address)}">{count}</a>' in page) == bool(count)
    assert lead.get(address).context["table"].paginator.count == count


def test_a_letters_row_says_when_it_left_whose_it_is_to_whom_and_which(lead, letters) -> None:
    page = lead.get("/weekly/rows/?week=2026-W48&figure=late_notices").content.decode()

    for said in ("25 Nov 09:00", "澜图", "LT-2026-01", "林岚", "lin@lantu.test", "late notice", "Letter 3", "sent"):
        assert said in page


def test_the_letters_of_a_week_are_a_file_too(lead, letters) -> None:
    file = lead.get("/weekly/rows/?week=2026-W48&figure=plain&export=csv")

    text = b"".join(file).decode()
    assert [said in text for said in ("Letter 1", "Letter 2", "Letter 3")] == [True, True, False]


def test_another_teams_letters_are_theirs(lead, letters, emma) -> None:
    Contract.objects.update(owner=emma)

    page = lead.get("/weekly/rows/?week=2026-W48&figure=plain")

    assert page.context["table"].paginator.count == 0


def test_more_letters_cost_their_list_no_more_queries(lead, letters, django_assert_max_num_queries) -> None:
    for number in range(5, 15):
        letter(letters, number, kind="notice")
    lead.get("/")

    with django_assert_max_num_queries(5):
        lead.get("/weekly/rows/?week=2026-W48&figure=plain")


def test_the_review_asks_few_questions_whatever_it_shows(lead, letters, renewal, django_assert_max_num_queries) -> None:
    lead.get("/")

    with django_assert_max_num_queries(20):
        lead.get("/weekly/?week=2026-W48")


def test_what_ends_and_is_lost_is_not_called_signed(lead, renewal, chen) -> None:
    change(renewal, stage=stage("lost"), loss_reason=not_known(), by=chen, now=MONDAY)
    page = lead.get("/weekly/").content.decode()
    assert "Nothing that ends by then is open." in page


def test_losses_beyond_what_a_meeting_reads_are_counted(lead, renewal, chen, monkeypatch) -> None:
    for one in (renewal, priced(cast.contract(renewal.contract.customer, number="LT-2"))):
        change(one, stage=stage("lost"), loss_reason=not_known(), by=chen, now=utc("2026-11-25T01:00"))
    monkeypatch.setattr(facts, "MOST", 1)
    assert "and 1 more" in lead.get("/weekly/?week=2026-W48").content.decode()


def test_in_chinese_an_earlier_week_is_not_called_this_week(lead, zhou_ning) -> None:
    User.objects.filter(pk=zhou_ning.pk).update(language="zh-hans")
    page = lead.get("/weekly/?week=2026-W10").content.decode()
    assert "该周到期的结果" in page
    assert "本周流失" not in page


def week_in(user: User, now) -> list[str]:
    return [part.title for part in say(user, now=now).parts if part.link.endswith("/weekly/")]


def test_a_leaders_monday_begins_with_the_last_week(lead, zhou_ning) -> None:
    assert len(week_in(zhou_ning, MONDAY)) == 1
    assert week_in(zhou_ning, TUESDAY) == []


def test_where_monday_is_a_holiday_their_tuesday_does(lead, zhou_ning) -> None:
    calendar = cast.default_calendar("CN")
    CalendarDay.objects.create(calendar=calendar, on=date(2026, 11, 30), is_working=False)
    User.objects.filter(pk=zhou_ning.pk).update(calendar=calendar)

    assert len(week_in(User.objects.get(pk=zhou_ning.pk), TUESDAY)) == 1


def test_who_leads_nobody_hears_of_their_own_day_alone(lead, chen) -> None:
    assert week_in(chen, MONDAY) == []


def papers_in_the_mail(user: User, now, mailbox) -> list[bytes]:
    """The PDF files with somebody's mail of a morning."""
    mailbox.mails.clear()
    send_round(now=now)
    mail = next(mail for mail in mailbox.mails if user.email in str(mail["To"]))
    return [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "application/pdf"]


def test_the_whole_review_lies_with_that_mail_as_a_paper(lead, zhou_ning, mailbox) -> None:
    (paper,) = papers_in_the_mail(zhou_ning, MONDAY, mailbox)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)

    assert "Weekly review" in text
    assert "23–29 Nov 2026" in text


def test_a_csms_mail_has_no_paper(lead, chen, mailbox) -> None:
    assert papers_in_the_mail(chen, MONDAY, mailbox) == []


def test_where_no_type_can_be_set_the_mail_goes_without_it(lead, zhou_ning, mailbox, monkeypatch) -> None:
    def none() -> None:
        raise NoPapers

    monkeypatch.setattr("renewals.papers.typesetter", none)
    assert papers_in_the_mail(zhou_ning, MONDAY, mailbox) == []
