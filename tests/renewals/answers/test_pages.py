"""The list of answers and each answer's page: who sees what, what is shown, what can be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Contract
from renewals.answers.models import Answer
from renewals.answers.reading import parsed
from renewals.answers.services import take_in
from tests.renewals import cast
from tests.renewals.answers.conftest import mail
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house  # noqa: F401 - the people of the desk's tests

SEES = {
    "chen": {"chen", "shen", "nobody"},
    "shen": {"chen", "shen", "nobody", "unmatched"},
    "otto": {"otto", "nobody"},
    "ada": {"chen", "shen", "otto", "nobody", "unmatched"},
}
OWNERS = ("chen", "shen", "otto", "nobody")


def write(sender: str, text: str = "We renew.", *, number: int = 1, at=T, **said: str) -> Answer:
    message = mail(text, sender=f"{sender}@answers.test", number=number, subject=f"Re: from {sender}", **said)
    take_in(parsed(bytes(message)), received_at=at, now=T)
    return Answer.objects.get(message_id=f"mail-{number}@lantu.test")


@pytest.fixture
def answers(house) -> dict[str, Answer]:  # noqa: F811
    """One answer about a contract of each owner, and one of which nobody knows whose it is."""
    for owner in OWNERS:
        customer = cast.lan_tu(name=f"Customer of {owner}", owner=house.get(owner))
        cast.lin(customer, name=f"Person of {owner}", email=f"{owner}@answers.test")
        cast.contract(customer, number=f"N-{owner}", owner=house.get(owner))
    return {owner: write(owner, number=n) for n, owner in enumerate((*OWNERS, "unmatched"))}


@pytest.mark.parametrize("reader", SEES)
def test_a_page_is_there_for_whoever_may_see_it_and_for_nobody_else(enter, answers, reader):  # noqa: F811
    client = enter(reader)

    seen = {owner for owner, one in answers.items() if client.get(one.get_absolute_url()).status_code == 200}
    listed = {owner for owner in answers if f"{owner}@answers.test" in listing(client)}
    taken = {owner for owner in answers if f"{owner}@answers.test" in listing(client, export="csv")}

    assert seen == listed == taken == SEES[reader]


@pytest.mark.parametrize("reader", SEES)
@pytest.mark.parametrize("verb", ["read", "file"])
def test_a_deed_is_done_for_whoever_may_see_it_and_for_nobody_else(enter, answers, reader, verb):  # noqa: F811
    client = enter(reader)

    refused = {owner for owner, one in answers.items() if client.post(f"/answers/{one.pk}/{verb}/").status_code == 404}

    assert refused == set(answers) - SEES[reader]


@pytest.mark.parametrize("path", ["/answers/", "/answers/1/"])
def test_nobody_sees_it_before_they_log_in(client, db, path):
    assert client.get(path).url == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("verb", ["read", "file"])
def test_what_changes_something_is_never_done_by_a_mere_look(enter, answers, verb):  # noqa: F811
    assert enter().get(f"/answers/{answers['chen'].pk}/{verb}/").status_code == 405


def test_the_list_shows_what_is_to_be_read(enter, answers):  # noqa: F811
    client = enter()
    client.post(f"/answers/{answers['chen'].pk}/read/")

    assert "chen@answers.test" not in listing(client)
    assert "chen@answers.test" in listing(client, show="read")
    assert "chen@answers.test" in listing(client, show="all")


def test_what_a_program_wrote_is_not_to_be_read(enter, answers):  # noqa: F811
    write("shen", number=9, Auto_Submitted="auto-replied")
    client = enter()

    assert listing(client).count("row-link") == 3
    assert listing(client, show="automatic").count("row-link") == 1


def test_the_list_is_searched_by_what_was_written(enter, answers):  # noqa: F811
    write("chen", "We will buy fifty seats more.", number=9)

    assert listing(enter(), q="fifty seats").count("row-link") == 1


def test_the_list_asks_the_same_number_of_questions_whatever_its_length(enter, answers):  # noqa: F811
    client = enter("ada")
    listing(client)
    with CaptureQueriesContext(connection) as few:
        listing(client)
    for number in range(20, 40):
        write("chen", number=number)
    with CaptureQueriesContext(connection) as many:
        listing(client)

    assert len(many) == len(few)


def test_the_page_says_who_read_it_first(enter, answers):  # noqa: F811
    url = answers["chen"].get_absolute_url()
    enter("shen").post(f"{url}read/")

    page = enter().get(url).content.decode()

    assert "Read by" in page
    assert "I have read it" not in page


def test_what_a_customer_wrote_is_shown_and_never_run(enter, answers):  # noqa: F811
    one = write("chen", "<script>alert(1)</script>", number=9)

    page = enter().get(one.get_absolute_url()).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_an_answer_of_nobodys_is_filed_under_a_contract(enter, answers):  # noqa: F811
    one = answers["unmatched"]

    enter("shen").post(f"/answers/{one.pk}/file/", {"number": " N-chen "})

    one.refresh_from_db()
    assert one.contract == Contract.objects.get(number="N-chen")


def test_a_number_that_is_none_is_named_with_the_way_out(enter, answers):  # noqa: F811
    response = enter("shen").post(f"/answers/{answers['unmatched'].pk}/file/", {"number": "N-otto"})

    assert response.context["form"].errors["number"] == [
        "There is no contract N-otto that you may see. Look it up under Contracts."
    ]
    assert response.context["form"]["number"].value() == "N-otto"


def test_the_contracts_timeline_leads_to_the_whole_answer(enter, answers):  # noqa: F811
    page = enter().get("/contracts/N-chen/").content.decode()

    assert f'<a href="{answers["chen"].get_absolute_url()}">Person of chen answered</a>' in page


def test_the_database_keeps_reader_and_time_together(answers):
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answers["chen"].pk).update(read_at=T)


def test_the_database_keeps_a_contract_with_its_customer(answers):
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answers["chen"].pk).update(customer=None)


def test_the_database_keeps_a_mail_once(answers):
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(message_id="mail-0@lantu.test", received_at=T + timedelta(1), recorded_at=T)


def listing(client, **query: str) -> str:
    return client.get("/answers/", query).getvalue().decode()
