"""Why no draft came, each in one sentence for the page: what happened, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import wording


class Why(models.TextChoices):
    """The one reason that is said."""

    OFF = "off", gettext_lazy("No language model is set up.")
    MOVED = "moved", gettext_lazy("Another model was set up in the meantime, so nothing was sent. Ask again.")
    TOO_SLOW = "too_slow", gettext_lazy("The model gave no whole answer in time. Ask again, or write without it.")
    NOT_THERE = "not_there", gettext_lazy("The model could not be reached. Ask again later, or write without it.")
    KEY = "key", gettext_lazy("The model refuses our key. An administrator has to look at it.")
    BUSY = "busy", gettext_lazy("The model has too much to do. Ask again later, or write without it.")
    ITS_FAULT = "its_fault", gettext_lazy("The model met an error of its own. Ask again later, or write without it.")
    REFUSED = "refused", gettext_lazy("The model does not take the question. An administrator has to look at it.")
    UNWILLING = "unwilling", gettext_lazy("The model does not want to write this letter. Write without it.")
    NOT_ITS_LANGUAGE = "garbage", gettext_lazy("What came back is no answer of a model. An administrator has to look.")
    TOO_LARGE = "too_large", gettext_lazy("What came back is far longer than a letter. Ask again, or write without it.")
    NOTHING = "nothing", gettext_lazy("The model answered with nothing. Ask again, or write without it.")
    CUT = "cut", gettext_lazy("The answer breaks off before its end. Ask again, or write without it.")
    NEVER_CAME = "never_came", gettext_lazy("The work broke off before there was an answer. Ask again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no draft."""

    why: Why
    said: str = ""
    """The other side's own words, for whoever has to mend it."""
    wait: timedelta | None = None
    """How long it asked to be left alone."""


def sentence(why: Why, wait: timedelta | None = None) -> str:
    """The reason in the reader's language; where the model said how long to wait, with that."""
    if why is Why.BUSY and wait:
        return _("The model has too much to do. Ask again in %(wait)s, or write without it.") % {
            "wait": wording.stretch(wait)
        }
    return str(why.label)
