"""What the page of a letter shows: the text, the brief beside it, what rule 14 says, what comes if nobody writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import Contact, User
from renewals.drafting import services as drafting
from renewals.drafting.endpoint import is_configured
from renewals.entitlement import State, state_at
from renewals.letters.brief import Brief, brief_of, earlier_letters
from renewals.letters.checking import Checked, check
from renewals.letters.models import Letter
from renewals.letters.services import is_supervised
from renewals.letters.standing import NEVER_CAME, Standing, standing_of
from renewals.locking.services import all_hours
from renewals.playbooks.models import PlanStep
from renewals.playbooks.words import FALLS_BACK
from renewals.touches import places
from renewals.touches.models import Script, Touch
from renewals.touches.planning import hours_of
from renewals.touches.services import notice_of
from renewals.touches.writing import Letter as Words
from renewals.touches.writing import in_words


@dataclass(frozen=True, kw_only=True)
class LetterPage:
    """Everything that the page shows. Nothing is written."""

    letter: Letter
    reader: User
    now: datetime

    @property
    def step(self) -> PlanStep:
        return self.letter.step

    @cached_property
    def brief(self) -> Brief:
        return brief_of(self.step, self.letter.contact, now=self.now)

    @cached_property
    def checked(self) -> Checked:
        return check(self.letter, self.brief, now=self.now)

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.letter, now=self.now)

    @property
    def can_be_written(self) -> bool:
        return self.letter.script_id is None

    @property
    def never_came(self) -> bool:
        """Whether it has to be written again, or to somebody else."""
        return self.standing.stands in NEVER_CAME

    @cached_property
    def is_supervised(self) -> bool:
        """Whether the reader's letters are seen by a manager first."""
        return is_supervised(self.reader)

    @property
    def for_me_to_approve(self) -> bool:
        """Whether the letter waits for this reader to have read it."""
        return self.letter.asked_at is not None and not self.is_supervised

    @property
    def falls_back(self) -> bool:
        """Whether a plain notice goes out where nobody writes (rule 15)."""
        return self.step.purpose in FALLS_BACK

    @cached_property
    def goes_at(self) -> datetime:
        """When it would go out if it were approved now."""
        hours = hours_of(self.letter.contact, all_hours())
        return hours.next(max(self.step.goes_at, self.now))

    @cached_property
    def next_working_minute(self) -> datetime:
        return hours_of(self.letter.contact, all_hours()).next(self.now)

    @property
    def is_too_late(self) -> bool:
        return self.goes_at >= self.step.lapses_at

    @property
    def state(self) -> State:
        return state_at(self.brief.clock.windows, self.now)

    @cached_property
    def people(self) -> list[Contact]:
        """Who else there could be written to."""
        return list(self.step.contract.customer.contacts.exclude(email="").order_by("name"))

    @cached_property
    def earlier(self) -> list[Letter]:
        return earlier_letters(self.letter)

    @property
    def tokens(self) -> tuple[str, str]:
        """The places of the minute and of the page, as they are written in the letter's language."""
        return places.tokens(self.letter.contact.reads)

    @cached_property
    def as_it_goes(self) -> Words:
        """The letter as its reader gets it; the link stands for their own page and opens nothing."""
        script = self.letter.script or Script(subject=self.letter.subject, text=self.letter.text)
        touch = Touch(
            contract=self.brief.contract, term=self.brief.term, contact=self.letter.contact,
            kind=Touch.Kind.LETTER, script=script,
        )  # fmt: skip
        return in_words(notice_of(touch, self.brief.clock, now=self.now), link="…/r/…")

    @cached_property
    def help(self) -> drafting.Shown | None:
        """What a language model made of the brief; None where none is set up."""
        return drafting.shown(f"step:{self.step.pk}", now=self.now) if is_configured() else None
