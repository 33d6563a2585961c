"""The rules of risk, what they find, and what to do next, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from renewals.risk.rules import Band, Reason, Word

BANDS: dict[Band, Promise] = {Band.HIGH: _("high"), Band.SOME: _("some"), Band.LOW: _("low")}


class Said(NamedTuple):
    """A rule's name, what it looks at, and what its limit is counted in."""

    name: Promise
    looks_at: Promise
    unit: Promise


DAYS = _("days")
RULES: dict[Word, Said] = {
    Word.AGREED: Said(_("Nothing agreed"), _("The end is this near or nearer, and the forecast is not commit."), DAYS),
    Word.HEALTH: Said(_("Health"), _("The contract’s health is this or lower."), _("points")),
    Word.LOCKED: Said(
        _("Time taken"), _("Within a year a lock took this much paid time from them, or more."), _("minutes")
    ),
    Word.TOLD: Said(
        _("Nobody told"), _("The end is this near or nearer, and nobody there was told of the minute."), DAYS
    ),
    Word.PROMISES: Said(
        _("Late promises"), _("So many promises of ours to them, or more, are open after their day."), _("promises")
    ),
    Word.CONTACT: Said(
        _("No contact"), _("Nobody of ours has spoken with anybody there for so long, or longer."), DAYS
    ),
    Word.SILENCE: Said(
        _("Silence"), _("We sent them so many letters, or more, since they last gave a sign."), _("letters")
    ),
    Word.COMPETITOR: Said(_("Competitor"), _("The renewal names a competitor."), _("yes or no")),
    Word.PAST: Said(
        _("Late before"), _("So many of the contract’s renewals before, or more, came after the end."), _("renewals")
    ),
    Word.STEP: Said(_("Step overdue"), _("The next step is overdue for so long, or longer."), DAYS),
    Word.PEAK: Said(
        _("Peak of their work"), _("The end meets a peak of theirs, and nobody has decided about it."), _("yes or no")
    ),
}


def sentence(reason: Reason) -> str:
    """What was found, in words."""
    n = reason.found
    match reason.word:
        case Word.AGREED if n < 0:
            return gettext("The end has passed, and nothing is agreed.")
        case Word.AGREED:
            return ngettext(
                "Nothing is agreed, and %(n)d day is left.", "Nothing is agreed, and %(n)d days are left.", n
            ) % {"n": n}
        case Word.HEALTH:
            return gettext("Health is at %(n)d of 100.") % {"n": n}
        case Word.LOCKED:
            return ngettext(
                "A lock took %(n)s minute of paid time from them.",
                "A lock took %(n)s minutes of paid time from them.",
                n,
            ) % {"n": f"{n:,}"}
        case Word.TOLD if n < 0:
            return gettext("The end has passed, and nobody there was told of the minute.")
        case Word.TOLD:
            return ngettext(
                "Nobody there was told of the minute, and %(n)d day is left.",
                "Nobody there was told of the minute, and %(n)d days are left.",
                n,
            ) % {"n": n}
        case _other:
            return of_us_and_them(reason)


def of_us_and_them(reason: Reason) -> str:
    """What was found of how we deal with each other, in words."""
    n = reason.found
    match reason.word:
        case Word.PROMISES:
            said = ngettext("%(n)d promise of ours to them is late.", "%(n)d promises of ours to them are late.", n)
        case Word.CONTACT:
            said = ngettext(
                "Nobody has spoken with them for %(n)d day.", "Nobody has spoken with them for %(n)d days.", n
            )
        case Word.SILENCE:
            said = ngettext(
                "%(n)d letter since they last gave a sign.", "%(n)d letters since they last gave a sign.", n
            )
        case Word.PAST:
            said = ngettext(
                "%(n)d renewal before came after its end.", "%(n)d renewals before came after their ends.", n
            )
        case Word.STEP:
            said = ngettext("The next step is %(n)d day overdue.", "The next step is %(n)d days overdue.", n)
        case Word.COMPETITOR:
            return gettext("They are looking at a competitor.")
        case _peak:
            return gettext("The end meets a peak of their work.")
    return said % {"n": n}


class Advice(NamedTuple):
    """What to do next, and by which way."""

    title: Promise
    channel: str


CALL, LETTER = "call", "letter"
ADVICE: dict[Word, Advice] = {
    Word.AGREED: Advice(_("Call whoever decides: what is still missing to say yes?"), CALL),
    Word.HEALTH: Advice(_("Offer half an hour together: what would make it useful again?"), CALL),
    Word.LOCKED: Advice(_("Say sorry for the early lock, and how the time comes back"), CALL),
    Word.TOLD: Advice(_("Call, and tell them the exact minute"), CALL),
    Word.PROMISES: Advice(_("Say when what we promised is done"), LETTER),
    Word.CONTACT: Advice(_("Call, and ask how it goes"), CALL),
    Word.SILENCE: Advice(_("Call instead of writing again, or call somebody else there"), CALL),
    Word.COMPETITOR: Advice(_("Ask what the other one has that they miss here"), CALL),
    Word.PAST: Advice(_("Begin their paperwork early this time: ask who signs"), LETTER),
    Word.STEP: Advice(_("Take the next step, or agree on another day"), CALL),
    Word.PEAK: Advice(_("Offer more time past their peak"), LETTER),
}


def advice(reasons: Sequence[Reason]) -> Advice | None:
    """What to do about what weighs most."""
    return ADVICE[reasons[0].word] if reasons else None


def because(reasons: Sequence[Reason]) -> str:
    """All the reasons, one sentence after the other."""
    between = "" if (get_language() or "").startswith("zh") else " "
    return between.join(sentence(reason) for reason in reasons)
