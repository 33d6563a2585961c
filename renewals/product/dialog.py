"""The words of the soft-lock dialog and of the buffer's banner: what ended, what is safe, the ways on (rule 11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import wording
from renewals.entitlement import Windows
from renewals.locking.models import Clock
from renewals.product.schemas import Action, Dialog, Text

PEOPLE = "#people"
"""Where on the renewal page the people to talk to are."""


def in_both(say: Callable[[], str]) -> Text:
    """The same sentence in each language."""
    said = {}
    for language in (wording.ZH, wording.EN):
        with translation.override(language):
            said[language] = say()
    return Text.model_validate(said)


def soft_lock_dialog(clock: Clock, window: Windows, renew_url: str, *, can_take_a_day: bool) -> Dialog:
    """The dialog of a soft-locked contract: `window.lock_at` has come."""
    contract, term = clock.contract, clock.term
    owner = contract.owner if contract.owner and contract.owner.is_active else None
    person = owner.name if owner else settings.CSPORTAL_VENDOR_NAME

    def text() -> str:
        assert window.lock_at is not None
        return _(
            "The contract ran %(until)s, and everything was kept working until %(lock)s. "
            "Your work is safe: it can be read and exported as before. Renew, and everyone goes on at once."
        ) % {
            "until": wording.until(term.last_minute, term.time_zone),
            "lock": wording.instant(window.lock_at, term.time_zone),
        }

    actions = [action("renew", lambda: _("Renew and go on"), renew_url)]
    if can_take_a_day:
        actions.append(action("more_time", lambda: _("Keep everything on for 24 hours more"), renew_url))
    actions.append(action("talk", lambda: _("Talk to %(name)s") % {"name": person}, renew_url + PEOPLE))
    actions.append(action("export", lambda: _("Export my work"), None))
    return Dialog(
        title=in_both(lambda: _("Your time with %(product)s has ended") % {"product": contract.product.name}),
        text=in_both(text),
        actions=actions,
    )


def action(kind: Literal["renew", "more_time", "talk", "export"], say: Callable[[], str], url: str | None) -> Action:
    """One way on, its label in both languages."""
    return Action(kind=kind, label=in_both(say), url=url)


def banner(clock: Clock, window: Windows) -> Text:
    """The slim line of the buffer: what has passed, and until when everything works all the same (rule 8)."""
    term = clock.term

    def text() -> str:
        said = {"until": wording.until(term.last_minute, term.time_zone)}
        if window.lock_at is None:
            return _("The contract ran %(until)s. Everything goes on working.") % said
        said["lock"] = wording.instant(window.lock_at, term.time_zone)
        return _("The contract ran %(until)s. Everything goes on working until %(lock)s.") % said

    return in_both(text)
