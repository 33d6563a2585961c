"""How people get in: by e-mail and password; accounts are made by an administrator."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django_q.tasks import async_task

from accounts.models import User

DAY = 24 * 3600
"""Seconds."""


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: the portal holds other companies' contracts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail about an account, in the language that its owner reads, signed by the vendor."""
        user: User | None = context.get("user")
        said = {"vendor_name": settings.CSPORTAL_VENDOR_NAME, "link_days": settings.PASSWORD_RESET_TIMEOUT // DAY}
        with translation.override((user and user.language) or translation.get_language()):
            request = {"request": self.request, "email": email}
            mail = self.render_mail(template_prefix, email, request | context | said)
        # By the workers: who asks learns nothing from how long it takes, or from a mail server that is away.
        async_task("accounts.tasks.send_mail", mail.subject, mail.body, mail.from_email, mail.to, save=False)
