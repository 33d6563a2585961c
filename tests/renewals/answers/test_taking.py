"""What becomes of a mail that came back: whose it is, what it proves, what it says of a letter (rules 10 and 23)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import terms
from accounts.models import Contact, Contract, User
from accounts.services import NotAllowed, move_end
from renewals.answers.models import Answer
from renewals.answers.reading import parsed
from renewals.answers.services import file_under, mark_read, take_in, unread_answers
from renewals.history import timeline_of
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Report
from renewals.touches.receipts import plan_receipts
from tests.renewals.answers.conftest import REPLY_TO, bounce, mail, reply
from tests.renewals.cast import T, chen, clock_of, contract, lan_tu, lin

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def take(message, *, at=T + HOUR):
    return take_in(parsed(bytes(message)), received_at=at, now=at)


def test_an_answer_belongs_to_the_letter_its_contract_and_its_reader(sent):
    assert take(reply(sent)) == "answer"

    answer = Answer.objects.get()
    assert (answer.delivery, answer.contract, answer.contact.name) == (sent, sent.touch.contract, "林岚")
    assert (answer.text, answer.received_at) == ("好的，我们续一年。", T + HOUR)


def test_taken_in_twice_it_is_there_once(sent):
    assert [take(reply(sent)), take(reply(sent))] == ["answer", "known"]

    assert (Answer.objects.count(), Event.objects.filter(kind="answered").count()) == (1, 1)


def test_a_letter_further_up_in_a_correspondence_is_found_too(sent):
    take(mail(In_Reply_To="<from-chen@vendor.test>", References=f"<{sent.pk}@localhost> <from-chen@vendor.test>"))

    assert Answer.objects.get().delivery == sent


def test_so_is_one_under_the_providers_own_id(sent):
    Delivery.objects.update(provider_id="<20261123.1@mg.vendor.test>")

    take(mail(In_Reply_To="<20261123.1@mg.vendor.test>"))

    assert Answer.objects.get().delivery == sent


def test_and_one_that_the_address_itself_names(sent, settings):
    settings.CSPORTAL_REPLY_TO = "answers+{id}@vendor.test"

    take(mail(to=f"Portal <answers+{sent.pk.hex}@vendor.test>"))

    assert Answer.objects.get().delivery == sent


def test_who_answers_a_notice_has_read_it(sent):
    Evidence.objects.all().delete()

    take(reply(sent))

    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.at, evidence.contact.name) == ("answered", T + HOUR, "林岚")
    assert clock_of(sent.touch.contract, at=T + HOUR).lock_at is not None


def test_an_answer_to_a_letter_that_came_back_from_elsewhere_still_counts(sent):
    take_in(parsed(bounce(sent)), received_at=T, now=T)
    assert clock_of(sent.touch.contract).lock_at is None

    take(reply(sent, sender="王总 <wang@lantu.test>"))

    assert clock_of(sent.touch.contract).lock_at is not None


def test_of_a_minute_that_has_moved_since_it_proves_nothing(sent):
    moved = terms.parse_term("through 2026-12-31")
    move_end(sent.touch.contract, term=moved, reason="given", by=chen(), now=T + HOUR)

    take(reply(sent), at=T + 2 * HOUR)

    assert Answer.objects.get().contract == sent.touch.contract
    assert not Evidence.objects.filter(kind="answered").exists()


def test_nor_does_an_answer_to_a_receipt(sent):
    found = sent.touch.contract
    following = renew(found, after=clock_of(found).ends_at, term=terms.parse_term("1 year"), by="Lin", now=T)
    plan_receipts(following, None, now=T)
    tick(now=T, in_process=True)

    take(reply(Delivery.objects.get(touch__kind="renewed"), number=2))

    assert not Evidence.objects.filter(kind="answered").exists()


def test_an_absence_note_is_kept_for_what_it_is(sent):
    assert take(reply(sent, "I am away.", Auto_Submitted="auto-replied")) == "automatic"

    assert not Evidence.objects.filter(kind="answered").exists()
    assert not Answer.objects.real().exists()
    assert [one.title for one in timeline_of(sent.touch.contract, now=T + HOUR) if one.kind == "answered"] == [
        "林岚’s mail program answered by itself"
    ]


def test_it_stands_on_the_timeline_with_its_first_words(sent):
    take(reply(sent, "We renew. " * 40))

    entry = next(one for one in timeline_of(sent.touch.contract, now=T + HOUR) if one.kind == "answered")
    assert (entry.title, entry.detail[:10], len(entry.detail)) == ("林岚 answered", "We renew. ", 200)
    assert entry.href == Answer.objects.get().get_absolute_url()


def test_a_mail_that_answers_no_letter_is_known_by_its_sender(sent):
    take(mail(sender="LIN@lantu.test"))

    answer = Answer.objects.get()
    assert (answer.delivery, answer.contract, answer.contact.name) == (None, sent.touch.contract, "林岚")
    assert not Evidence.objects.filter(kind="answered").exists()


def test_of_a_customer_with_several_contracts_it_is_the_customers_alone(sent):
    contract(sent.touch.contract.customer, number="LT-2026-02")

    take(mail())

    assert (Answer.objects.get().customer, Answer.objects.get().contract) == (sent.touch.contract.customer, None)


def test_of_several_customers_with_one_address_it_is_whoever_was_written_to_last(sent):
    lin(lan_tu(name="另一家"))

    take(mail())

    assert Answer.objects.get().customer.name == "澜图设计"


def test_a_colleague_who_answers_all_is_no_customer(sent):
    assert take(reply(sent, sender="陈舟 <Chen@vendor.test>")) == "ours"
    assert take(reply(sent, sender=f"Portal <{REPLY_TO}>")) == "answer"  # no such address of ours is set here

    assert Answer.objects.count() == 1


def test_a_strangers_mail_is_nobodys_until_somebody_files_it(sent):
    take(mail(sender="someone@else.test"))
    answer = Answer.objects.get()
    assert answer.customer is None

    file_under(answer, sent.touch.contract, by=chen(), now=T + 2 * HOUR)

    answer.refresh_from_db()
    assert (answer.contract, answer.customer.name) == (sent.touch.contract, "澜图设计")
    assert Event.objects.get(kind="answered").detail["contact"] == "someone@else.test"


def test_an_answer_that_has_its_contract_keeps_it(sent):
    take(reply(sent))

    with pytest.raises(NotAllowed):
        file_under(Answer.objects.get(), sent.touch.contract, by=chen(), now=T)


def test_a_bounce_is_heard_and_is_no_answer(sent):
    assert take_in(parsed(bounce(sent)), received_at=T + HOUR, now=T + HOUR) == "report"

    sent.refresh_from_db()
    assert (sent.outcome, sent.answer) == ("bounced", "550 5.1.1 <lin@lantu.test>: Recipient address rejected")
    assert clock_of(sent.touch.contract).lock_at is None
    assert not Answer.objects.exists()


def test_a_bounce_taken_in_twice_counts_once(sent):
    taken = [take_in(parsed(bounce(sent)), received_at=T + HOUR, now=T + hours * HOUR) for hours in (1, 2)]

    assert (taken, Report.objects.count()) == (["report", "known"], 1)


def test_a_delay_is_kept_and_changes_nothing(sent):
    take_in(parsed(bounce(sent, action="delayed")), received_at=T, now=T)

    sent.refresh_from_db()
    assert (sent.outcome, Report.objects.get().kind) == ("sent", "deferred")


def test_an_older_kind_of_bounce_is_understood_as_well(sent):
    said = f"This message was created automatically.\n\nMessage-ID: <{sent.pk}@localhost>\n"

    assert take(mail(said, sender="mailer-daemon@mx.test", X_Failed_Recipients="lin@lantu.test")) == "report"


def test_a_bounce_of_another_letter_is_nothing_to_us(sent):
    other = bounce(sent).replace(str(sent.pk).encode(), b"something-else")

    assert take_in(parsed(other), received_at=T, now=T) == "nothing"


def test_what_is_unread_waits_for_who_may_see_it_the_oldest_first(sent):
    take(reply(sent, number=1), at=T + 2 * HOUR)
    take(reply(sent, number=2), at=T + HOUR)
    take(reply(sent, number=3, Auto_Submitted="auto-replied"))
    first, second = unread_answers(chen(), now=T + 3 * HOUR)
    assert first.received_at < second.received_at

    mark_read(first, by=chen(), now=T + 3 * HOUR)

    assert list(unread_answers(chen(), now=T + 3 * HOUR)) == [second]


def test_who_read_it_first_stays(sent):
    take(reply(sent))
    other = User.objects.create_user("he@vendor.test", name="何静")

    assert [mark_read(Answer.objects.get(), by=by, now=T) for by in (chen(), other)] == [True, False]

    assert Answer.objects.get().read_by == chen()


def test_letters_name_both_places_where_an_answer_goes(mailbox, settings):
    settings.CSPORTAL_REPLY_TO = "answers+{id}@vendor.test"
    lan_tu_contract_and_tick()

    delivery = Delivery.objects.get()
    assert mailbox.mails[0]["Reply-To"] == f"answers+{delivery.pk.hex}@vendor.test, chen@vendor.test"


def lan_tu_contract_and_tick() -> Contract:
    customer = lan_tu()
    Contact.objects.create(customer=customer, name="林岚", email="lin@lantu.test")
    found = contract(customer)
    tick(now=T, in_process=True)
    return found
