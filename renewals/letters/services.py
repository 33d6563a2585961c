"""A letter's way: begun, saved as it is typed, shown to a manager, approved, withdrawn, each on record (rule 14)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Contact, User
from accounts.services import NotAllowed
from renewals.letters.brief import Brief, brief_of
from renewals.letters.checking import Checked, check
from renewals.letters.models import Letter, Supervision
from renewals.locking.services import all_hours
from renewals.playbooks.models import PlanStep, Writer
from renewals.touches import places
from renewals.touches.models import Besides, Delivery, Script, Touch
from renewals.touches.planning import hours_of, recipients_of


class ChangedMeanwhileError(Exception):
    """Somebody saved the letter since this text was opened: nothing is overwritten."""


class RefusedError(Exception):
    """Rule 14 refuses the letter as it stands; `checked` says why."""

    def __init__(self, checked: Checked) -> None:
        super().__init__("; ".join(checked.problems))
        self.checked = checked


def letter_of(step: PlanStep, *, by: User, now: datetime) -> Letter:
    """The letter of a step: the one that is there, or a new one, not saved, with a greeting and the places in it.

    `NotAllowed` where nobody at the customer can be written to, and for a step that goes out with another.
    """
    related = ("contact__customer", "author", "script", "approved_by", "returned_by", "step__contract__customer")
    there = step.letters.alive().select_related(*related).first()
    if there is not None:
        return there
    if step.joins_id or step.done_at or step.dropped_at or step.writer == Writer.PORTAL:
        raise NotAllowed(_("There is no letter to write for this step."))
    contact = step.contact if step.contact and step.contact.email else whom_to_write_to(step)
    return Letter(step=step, contact=contact, author=by, text=beginning(contact), begun_at=now, saved_at=now)


def whom_to_write_to(step: PlanStep) -> Contact:
    """Who decides, of those who are told about ends; `NotAllowed` where nobody there has an address."""
    customer = step.contract.customer_id
    people = recipients_of([customer])[customer]
    if not people:
        raise NotAllowed(_("Nobody there can be written to yet: add a person with an e-mail address."))
    return min(people, key=lambda person: (person.role != Contact.Role.DECIDES, person.pk))


def beginning(contact: Contact) -> str:
    """A greeting, and the places of the minute and the page, in the reader's language: the rest is to be written."""
    with translation.override(contact.reads):
        greeting = _("Dear %(greeting)s,") % {"greeting": contact.greeting}
    minute, link = places.tokens(contact.reads)
    return f"{greeting}\n\n\n\n{minute}\n{link}\n"


@transaction.atomic
def save(letter: Letter, *, subject: str, text: str, revision: int, now: datetime) -> Letter:
    """Keep what was typed; a letter that is not there yet begins.

    ChangedMeanwhileError where somebody else saved it since `revision`; `NotAllowed` once it is approved.
    """
    kept = begun(letter)
    refuse_settled(kept)
    if (kept.subject, kept.text) == (subject, text):
        return kept
    if kept.revision != revision:
        raise ChangedMeanwhileError
    kept.subject, kept.text, kept.saved_at, kept.revision = subject[:200], text, now, revision + 1
    kept.asked_at = None  # what a manager was shown is not this text any more
    kept.save()
    return kept


def begun(letter: Letter) -> Letter:
    """The letter in the database, locked; of two who begin one at once the second finds the first's."""
    if letter.pk is None:
        try:
            with transaction.atomic():
                letter.save()
        except IntegrityError:
            letter = Letter.objects.alive().get(step=letter.step)
    return Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)


@transaction.atomic
def address_to(letter: Letter, contact: Contact) -> None:
    """Let a letter that is not approved go to another person there."""
    kept = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    refuse_settled(kept)
    if contact.customer_id != kept.step.contract.customer_id or not contact.email:
        raise NotAllowed(_("Choose somebody at this customer who has an e-mail address."))
    kept.contact = contact
    kept.asked_at = None
    kept.save()
    PlanStep.objects.filter(pk=kept.step_id).update(contact=contact)


def refuse_settled(letter: Letter) -> None:
    if letter.withdrawn_at:
        raise NotAllowed(_("This letter was withdrawn."))
    if letter.script_id:
        raise NotAllowed(_("This letter is approved. Withdraw it to write on."))


def is_supervised(user: User) -> bool:
    """Whether a manager sees this person's letters first."""
    return user.role == User.Role.CSM and Supervision.objects.filter(of=user).exists()


def may_approve(letter: Letter, user: User) -> bool:
    """Whoever may see the contract approves; whose letters a manager wants to see first does not."""
    return not is_supervised(user)


@transaction.atomic
def ask(letter: Letter, *, now: datetime) -> None:
    """Show a letter to the manager. RefusedError where rule 14 would refuse it anyway."""
    kept = locked(letter)
    judged(kept, now=now)
    kept.asked_at, kept.returned_at, kept.remark = now, None, ""
    kept.save()


@transaction.atomic
def give_back(letter: Letter, *, remark: str, by: User, now: datetime) -> None:
    """A manager asks for something else, and says what. `NotAllowed` without a word, or for a letter nobody showed."""
    if not remark.strip():
        raise NotAllowed(_("Say what is to be changed."))
    kept = locked(letter)
    if kept.asked_at is None:
        raise NotAllowed(_("This letter does not wait for you any more."))
    kept.asked_at, kept.returned_at, kept.returned_by, kept.remark = None, now, by, remark.strip()[:500]
    kept.save()


@transaction.atomic
def approve(letter: Letter, *, by: User, now: datetime, at_once: bool = False) -> Touch:
    """Let it go out at its moment, or `at_once`: in the reader's next working minute (rule 16). It is frozen then.

    RefusedError where rule 14 refuses it; `NotAllowed` where another has to approve it, or it would come too late.
    """
    kept = locked(letter)
    if not may_approve(kept, by):
        raise NotAllowed(_("Your manager sees your letters first: show it to them."))
    brief, checked = judged(kept, now=now)
    step, hours = kept.step, hours_of(kept.contact, all_hours())
    goes_at = hours.next(now if at_once else max(step.goes_at, now))
    if goes_at >= step.lapses_at:
        raise NotAllowed(_("It would come too late: what it is about has passed by then."))
    script = Script.objects.create(subject=kept.subject.strip(), text=kept.text.strip(), not_after=step.lapses_at)
    tell_besides(script, brief)
    kept.script, kept.approved_at, kept.approved_by = script, now, by
    keep_prints(kept, checked)
    kept.save()
    return Touch.objects.create(
        contract_id=step.contract_id, term=brief.term, contact=kept.contact, kind=Touch.Kind.LETTER, script=script,
        lead=brief.clock.ends_at - goes_at, last_minute=brief.term.last_minute, due_at=goes_at, planned_at=now,
    )  # fmt: skip


def keep_prints(letter: Letter, checked: Checked) -> None:
    """What later letters to other customers are compared with, and which facts made this one personal."""
    own = checked.verdict.prints
    letter.judged, letter.prints, letter.runs = checked.text, own.to_json(), sorted(own.runs)
    letter.cited = [fact.key for fact in checked.cited]


def tell_besides(script: Script, brief: Brief) -> None:
    """The minutes of the contracts whose letters of the day this one is."""
    Besides.objects.bulk_create(
        Besides(script=script, term=clock.term, last_minute=clock.term.last_minute) for clock in brief.besides
    )


def locked(letter: Letter) -> Letter:
    """The letter as it stands, locked with its step; `NotAllowed` once it is approved or withdrawn."""
    found = Letter.objects.select_for_update(of=("self", "step"))
    kept = found.select_related("contact__customer", "author", "step__plan", "step__contract__customer").get(
        pk=letter.pk
    )
    refuse_settled(kept)
    return kept


def judged(letter: Letter, *, now: datetime) -> tuple[Brief, Checked]:
    """What rule 14 says of it now; RefusedError where it refuses."""
    brief = brief_of(letter.step, letter.contact, now=now)
    checked = check(letter, brief, now=now)
    if not checked.passes:
        raise RefusedError(checked)
    return brief, checked


@transaction.atomic
def withdraw(letter: Letter, *, by: User, now: datetime) -> Letter:
    """Take a letter back before it leaves; a draft with its words takes its place. `NotAllowed` once it has left."""
    kept = Letter.objects.select_for_update(of=("self",)).select_related("script").get(pk=letter.pk)
    if kept.withdrawn_at:
        raise NotAllowed(_("This letter was withdrawn."))
    if kept.script is not None:
        take_out(kept.script, now=now)
    kept.withdrawn_at, kept.withdrawn_by = now, by
    kept.save()
    return Letter.objects.create(
        step=kept.step,
        contact=kept.contact,
        author=by,
        subject=kept.subject,
        text=kept.text,
        begun_at=now,
        saved_at=now,
    )


def take_out(script: Script, *, now: datetime) -> None:
    """Stop a letter on its way; `NotAllowed` where it has left."""
    delivery = Delivery.objects.select_for_update(of=("self",)).filter(touch__script=script).first()
    if delivery is not None and delivery.outcome in Delivery.LEFT:
        raise NotAllowed(_("This letter has left already."))
    Script.objects.filter(pk=script.pk).update(withdrawn_at=now)
    if delivery is None:
        Touch.objects.filter(script=script).delete()


@transaction.atomic
def see_first(colleague: User, *, first: bool, by: User, now: datetime) -> None:
    """A manager wants to see every letter of a colleague before it is approved, or no longer."""
    if first:
        Supervision.objects.get_or_create(of=colleague, defaults={"by": by, "since": now})
    else:
        Supervision.objects.filter(of=colleague).delete()
