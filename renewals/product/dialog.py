"""The words of the soft-lock dialog: what ended, when, what is safe, and the ways on (rule 11)."""

from __future__ import annotations

from collections.abc import Callable

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


def soft_lock_dialog(clock: Clock, window: Windows, renew_url: str) -> Dialog:
    """The dialog of a soft-locked contract: `window.lock_at` has come."""
    contract, term = clock.contract, clock.term
    person = contract.owner.name if contract.owner else settings.CSPORTAL_VENDOR_NAME

    def text() -> str:
        assert window.lock_at is not None
        return _(
            "The contract ran %(until)s, and everything was kept working until %(lock)s. "
            "Your work is safe: it can be read and exported as before. Renew, and everyone goes on at once."
        ) % {
            "until": wording.until(term.last_minute, term.time_zone),
            "lock": wording.instant(window.lock_at, term.time_zone),
        }

    return Dialog(
        title=in_both(lambda: _("Your time with %(product)s has ended") % {"product": contract.product.name}),
        text=in_both(text),
        actions=[
            Action(kind="renew", label=in_both(lambda: _("Renew and go on")), url=renew_url),
            Action(
                kind="talk",
                label=in_both(lambda: _("Talk to %(name)s") % {"name": person}),
                url=renew_url + PEOPLE,
            ),
        ],
    )
