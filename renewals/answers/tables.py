"""The list of answers: what a row shows, by what it can be sorted, and the same rows as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import User
from accounts.tables.files import Column, utc
from renewals.answers.models import Answer
from renewals.answers.services import first_words


def state(answer: Answer) -> tuple[str, str]:
    """How an answer stands, as a colour and a word."""
    if answer.is_automatic:
        return "", str(_("written by a program"))
    return ("", str(_("read"))) if answer.read_at else ("buffer", str(_("to be read")))


def state_pill(answer: Answer) -> SafeString:
    return format_html('<span class="pill {}">{}</span>', *state(answer))


class AnswerTable(tables.Table):
    """Answers, the newest first: when, from whom, about what, their first words, and whether somebody has read it."""

    received_at = tables.Column(verbose_name=_("Received"), order_by=("received_at", "pk"))
    sender = tables.Column(verbose_name=_("From"), order_by=("sender", "pk"))
    about = tables.Column(verbose_name=_("Customer"), order_by=("customer__name", "pk"), empty_values=())
    words = tables.Column(verbose_name=_("What they wrote"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=_("State"), orderable=False, empty_values=())

    class Meta:
        template_name = "tables/list.html"
        order_by = ("-received_at",)
        empty_text = _("Nothing to read here. Answers to letters come in within a minute.")

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader

    def render_received_at(self, record: Answer) -> SafeString:
        return format_html(
            '<a class="row-link" href="{}"><time class="num" datetime="{}">{}</time></a>',
            record.get_absolute_url(),
            record.received_at.isoformat(timespec="seconds"),
            wording.day_label(record.received_at, self.reader.time_zone, self.now),
        )

    def render_sender(self, record: Answer) -> SafeString:
        return format_html(
            '<strong class="text-break">{}</strong><span class="d-block muted small text-break">{}</span>',
            record.who,
            record.address,
        )

    def render_about(self, record: Answer) -> SafeString | str:
        if record.customer is None:
            return format_html('<span class="muted">{}</span>', _("nobody knows whose"))
        number = record.contract.number if record.contract else ""
        return format_html('{}<span class="d-block muted small">{}</span>', record.customer.name, number)

    def render_words(self, record: Answer) -> SafeString:
        return format_html('<span class="text-break">{}</span>', first_words(record))

    def render_state(self, record: Answer) -> SafeString:
        return state_pill(record)


ANSWER_COLUMNS = [
    Column(heading=_("received at (UTC)"), cell=lambda answer: utc(answer.received_at)),
    Column(heading=_("from"), cell=lambda answer: answer.who),
    Column(heading=_("address"), cell=lambda answer: answer.address),
    Column(heading=_("customer"), cell=lambda answer: answer.customer.name if answer.customer else ""),
    Column(heading=_("number"), cell=lambda answer: answer.contract.number if answer.contract else ""),
    Column(heading=_("product"), cell=lambda answer: answer.contract.product.name if answer.contract else ""),
    Column(heading=_("subject"), cell=lambda answer: answer.subject),
    Column(heading=_("text"), cell=lambda answer: answer.text),
    Column(heading=_("state"), cell=lambda answer: state(answer)[1]),
    Column(heading=_("read at (UTC)"), cell=lambda answer: utc(answer.read_at)),
    Column(heading=_("read by"), cell=lambda answer: str(answer.read_by or "")),
]
