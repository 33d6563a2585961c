"""What every page of the portal needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """The vendor's name and whether a local mail server keeps mails that can be opened."""
    return {"vendor_name": settings.CSPORTAL_VENDOR_NAME, "keeps_mail": bool(settings.CSPORTAL_MAIL_DIR)}
