"""What the portal takes for granted, said aloud by `manage.py check`, which every command runs."""

from __future__ import annotations

import zoneinfo
from typing import Any

from babel import Locale
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.mail.message import sanitize_address
from django.db import connections

from accounts import terms
from csportal.catalogues import LOCALE, out_of_date


@register
def times_are_utc(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Instants are stored and compared in UTC; local time exists in forms and on pages only."""
    if settings.USE_TZ and settings.TIME_ZONE == "UTC":
        return []
    return [Error("TIME_ZONE must be UTC, with USE_TZ.", id="csportal.E001")]


@register
def zone_data_is_pinned(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The zone files of the system lag behind the law (rule 1): only the pinned package may be read."""
    if not zoneinfo.TZPATH:
        return []
    return [Error("Zone data would come from the system's files.", hint="Import csportal first.", id="csportal.E002")]


@register(Tags.translation)
def catalogues_are_compiled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without its compiled catalogue the portal speaks English only, silently."""
    if not out_of_date(LOCALE):
        return []
    hint = "Run: python -m csportal.catalogues"
    return [checks.Warning("A message catalogue is not compiled.", hint=hint, id="csportal.W003")]


@register(Tags.database)
def search_reads_chinese(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """In a database made with the locale C, trigrams of Chinese are empty and a search finds nothing, silently."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
            if not cursor.fetchone()[0]:
                continue  # not migrated yet
            cursor.execute("SELECT cardinality(show_trgm('云启科技'))")
            if not cursor.fetchone()[0]:
                hint = "Make the database with LC_CTYPE 'C.UTF-8' or 'zh_CN.UTF-8'."
                found.append(Error("The database cannot search Chinese text.", hint=hint, id="csportal.E004"))
    return found


@register
def mails_have_a_sender(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An address that cannot be written in a header, such as one with a bare colon, fails only when a mail is sent."""
    try:
        sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8")
    except ValueError:
        hint = 'Write it like "Customer success" <portal@example.com>, the name in quotation marks.'
        return [Error("CSPORTAL_FROM_EMAIL is no sender's address.", hint=hint, id="csportal.E005")]
    return []


@register
def defaults_make_sense(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A typing error in the settings is said at the start, not found by a customer."""
    wrong = {
        "CSPORTAL_DEFAULT_ZONE": settings.CSPORTAL_DEFAULT_ZONE in terms.zone_names(),
        "CSPORTAL_DEFAULT_COUNTRY": settings.CSPORTAL_DEFAULT_COUNTRY in Locale.parse("en").territories,
        "CSPORTAL_LEDGER_MAX_BYTES": settings.CSPORTAL_LEDGER_MAX_BYTES > 0,
        "CSPORTAL_WORKERS": settings.WORKERS > 0,
        "CSPORTAL_MODEL_SECONDS": 0 < settings.CSPORTAL_MODEL_SECONDS <= 240,
        "CSPORTAL_API_PER_MINUTE": settings.CSPORTAL_API_PER_MINUTE > 0,
    }
    hint = "See .env.example for what it says."
    return [Error(f"{name} makes no sense.", hint=hint, id="csportal.E006") for name, good in wrong.items() if not good]
