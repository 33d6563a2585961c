"""What lies with a letter: its minute as a file for the reader's own calendar (rule 4)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from renewals.touches.diary import MINUTE, Entry, as_file
from renewals.touches.outbox import NAMESPACE
from renewals.touches.writing import Notice, facts

FILE_NAME = "minute.ics"


def enclosed(notice: Notice) -> MIMEBase:
    """The notice's minute as an attachment, in the words and the language of its reader."""
    with translation.override(notice.contact.reads):
        text = as_file(entry_of(notice)).decode()
    part = MIMEText(text, "calendar", "utf-8")
    part.set_param("method", "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part


def papers_of(notice: Notice) -> Sequence[MIMEBase]:
    """What else lies with the thanks for a renewal: the function that a setting names knows what was signed."""
    if not notice.is_receipt:
        return []
    language = notice.contact.reads
    return import_string(settings.CSPORTAL_RECEIPT_PAPERS)(notice.term, language=language)


def entry_of(notice: Notice) -> Entry:
    """The minute that the notice is about: the last one, or of what renews by itself the last one to say no."""
    about_no = notice.joins_at is not None and not notice.is_receipt
    said = facts(notice)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sentences = [what_it_is(said, about_no=about_no), in_ones_own_time(said, about_no=about_no), whom_to_ask(said)]
    return Entry(
        uid=f"{uid_of(notice, 'no' if about_no else 'end')}@{address.rpartition('@')[2]}",
        sequence=notice.revision,
        stamped_at=notice.now,
        at=(notice.joins_at if about_no and notice.joins_at else notice.term.ends_at) - MINUTE,
        zone=notice.term.time_zone,
        summary=summary(said, about_no=about_no),
        description="\n".join(sentence for sentence in sentences if sentence),
        organizer=address,
        organizer_name=said["vendor"] or name,
    )


def uid_of(notice: Notice, about: str) -> uuid.UUID:
    """The same for a contract whatever becomes of its end: an entry moves, and never stands there twice."""
    return uuid.uuid5(NAMESPACE, f"minute:{notice.contract.pk}:{about}")


def summary(said: dict[str, str], *, about_no: bool) -> str:
    """The entry's own line."""
    if about_no:
        return _("%(product)s: last minute to say no (%(number)s)") % said
    return _("%(product)s: last minute (%(number)s)") % said


def what_it_is(said: dict[str, str], *, about_no: bool) -> str:
    """The exact minute, with its zone."""
    if about_no:
        return (
            _("It renews by itself unless you say no until %(say_no_minute)s, the whole of that minute included.")
            % said
        )
    return _("You can use it until %(last_minute)s, the whole of that last minute included.") % said


def in_ones_own_time(said: dict[str, str], *, about_no: bool) -> str:
    """The reader's own time beside it; nothing where their clock shows the same."""
    own = said["own_say_no_minute" if about_no else "own_last_minute"]
    return _("On your own clock that is %(minute)s.") % {"minute": own} if own else ""


def whom_to_ask(said: dict[str, str]) -> str:
    """Who answers questions, and where."""
    reached = " · ".join(said[name] for name in ("owner_name", "owner_phone", "owner_email") if said[name])
    return _("Questions: %(who)s") % {"who": reached} if reached else ""
