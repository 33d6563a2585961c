"""The words of the soft-lock dialog and of the buffer's banner: what ended, what is safe, the ways on (rule 11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from typing import Literal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import wording
from renewals.entitlement import Windows
from renewals.locking.models import Clock
from renewals.product.schemas import Action, Dialog, Text

Told = tuple[datetime, str, datetime]
"""A last minute, its zone, and the instant of the lock."""
PEOPLE = "#people"
"""Where on the renewal page the people to talk to are."""


def in_both(say: Callable[[], str]) -> Text:
    """The same sentence in each language."""
    said = {}
    for language in (wording.ZH, wording.EN):
        with translation.override(language):
            said[language] = say()
    return Text.model_construct(zh_hans=said[wording.ZH], en=said[wording.EN])


def soft_lock_dialog(clock: Clock, window: Windows, renew_url: str, *, can_take_a_day: bool) -> Dialog:
    """The dialog of a soft-locked contract: `window.lock_at` has come."""
    assert window.lock_at is not None
    contract, term = clock.contract, clock.term
    owner = contract.owner if contract.owner and contract.owner.is_active else None
    person = owner.name if owner else settings.CSPORTAL_VENDOR_NAME
    return dialog(
        contract.product.name,
        person,
        told=(term.last_minute, term.time_zone, window.lock_at),
        renew_url=renew_url,
        can_take_a_day=can_take_a_day,
    )


def dialog(product: str, person: str, *, told: Told, renew_url: str, can_take_a_day: bool) -> Dialog:
    """The dialog from plain values: which product, whom to talk to, what ended and when it locked."""
    actions = [action("renew", RENEW(), renew_url)]
    if can_take_a_day:
        actions.append(action("more_time", MORE_TIME(), renew_url))
    actions += [action("talk", talk_to(person), renew_url + PEOPLE), action("export", EXPORT(), None)]
    return Dialog.model_construct(title=title(product), text=what_ended(*told), actions=actions)


# Said in each language once and remembered: a thousand dialogs at once are of few products and few minutes.
RENEW = cache(lambda: in_both(lambda: _("Renew and go on")))
MORE_TIME = cache(lambda: in_both(lambda: _("Keep everything on for 24 hours more")))
EXPORT = cache(lambda: in_both(lambda: _("Export my work")))


@lru_cache(maxsize=1024)
def title(product: str) -> Text:
    return in_both(lambda: _("Your time with %(product)s has ended") % {"product": product})


@lru_cache(maxsize=1024)
def talk_to(person: str) -> Text:
    return in_both(lambda: _("Talk to %(name)s") % {"name": person})


@lru_cache(maxsize=4096)
def what_ended(last_minute: datetime, time_zone: str, lock_at: datetime) -> Text:
    """Until when it ran, until when it was kept working, and what is safe."""

    def text() -> str:
        return _(
            "The contract ran %(until)s, and everything was kept working until %(lock)s. "
            "Your work is safe: it can be read and exported as before. Renew, and everyone goes on at once."
        ) % {
            "until": wording.until(last_minute, time_zone),
            "lock": wording.instant(lock_at, time_zone),
        }

    return in_both(text)


def action(kind: Literal["renew", "more_time", "talk", "export"], label: Text, url: str | None) -> Action:
    """One way on, its label in both languages."""
    return Action.model_construct(kind=kind, label=label, url=url)


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
