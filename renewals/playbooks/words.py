"""What steps are for, in the words of whoever writes them (rule 17)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PURPOSES = [
    ("explain", _("Explain the minute")),
    ("look_back", _("Look back")),
    ("value", pgettext_lazy("what the product did for them", "Value")),
    ("options", _("Options")),
    ("talk_track", _("A week to go")),
    ("care", _("Personal care")),
    ("buffer", _("The buffer has begun")),
    ("intervention", _("Intervention")),
    ("way_back", _("Way back")),
    ("other", _("Something of your own")),
]
AIMS = {
    "explain": _(
        "Until which minute they can use it, that everything works on for at least 24 hours after it, and what the "
        "dialog then offers. Ask them to confirm on the renewal page that they know."
    ),
    "look_back": _("What they set out to do this term, what came of it, and what is still open."),
    "value": _("What the product did for them, in their own figures and words."),
    "options": _("What they can renew into, what each costs, and until which minute each would run."),
    "talk_track": _("What has to be settled this week, what it is worth to them, and what is coming next."),
    "care": _("One person to another, the day before: what tomorrow means for them, and whom they can call."),
    "buffer": _("That the last minute has passed, that everything still works, and until when."),
    "intervention": _("The portal asks whoever is on duty to call: see the intervention."),
    "way_back": _("What is safe, how they get it or come back, without a reproach."),
}
FALLS_BACK = ("talk_track", "care", "buffer")
"""Of what nobody writes in time the portal tells with a plain notice (rule 15)."""
