"""By which way letters leave and answers come back: read from the environment, refused where it is half a way.

A portal that starts on half a configuration would find out a week later, by a customer who heard nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SMTP = "renewals.touches.line.Backend"
SECRET_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Provider:
    """A mail provider as django-anymail knows it: its module, its classes' first word, and what it needs."""

    module: str
    word: str
    needs: tuple[str, ...]

    @property
    def backend(self) -> str:
        return f"anymail.backends.{self.module}.EmailBackend"

    @property
    def hooks(self) -> str:
        """The class that reads what the provider calls with; `{}` is Tracking or Inbound."""
        return f"anymail.webhooks.{self.module}.{self.word}{{}}WebhookView"


PROVIDERS = {
    "brevo": Provider("brevo", "Brevo", ("BREVO_API_KEY",)),
    "mailersend": Provider("mailersend", "MailerSend", ("MAILERSEND_API_TOKEN",)),
    "mailgun": Provider("mailgun", "Mailgun", ("MAILGUN_API_KEY",)),
    "mailjet": Provider("mailjet", "Mailjet", ("MAILJET_API_KEY", "MAILJET_SECRET_KEY")),
    "postmark": Provider("postmark", "Postmark", ("POSTMARK_SERVER_TOKEN",)),
    "resend": Provider("resend", "Resend", ("RESEND_API_KEY",)),
    "sendgrid": Provider("sendgrid", "SendGrid", ("SENDGRID_API_KEY",)),
    "sparkpost": Provider("sparkpost", "SparkPost", ("SPARKPOST_API_KEY",)),
}


def anymail_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """What the environment says to django-anymail: every `ANYMAIL_` variable that holds something."""
    said = {name.removeprefix("ANYMAIL_"): value for name, value in environment.items() if name.startswith("ANYMAIL_")}
    return {name: value for name, value in said.items() if value}


def provider_of(name: str, anymail: Mapping[str, Any]) -> Provider | None:
    """The provider of that name; None for "", which is SMTP. Raises `ImproperlyConfigured` for half a configuration."""
    if not name:
        if anymail:
            first = min(anymail)
            raise ImproperlyConfigured(f"ANYMAIL_{first} is set, but CSPORTAL_MAIL_PROVIDER names no provider.")
        return None
    if name not in PROVIDERS:
        raise ImproperlyConfigured(f"CSPORTAL_MAIL_PROVIDER is {name!r}; it must be one of {', '.join(PROVIDERS)}.")
    provider = PROVIDERS[name]
    missing = [f"ANYMAIL_{key}" for key in provider.needs if key not in anymail]
    if missing:
        raise ImproperlyConfigured(f"CSPORTAL_MAIL_PROVIDER is {name}: set {' and '.join(missing)} too.")
    user, colon, password = str(anymail.get("WEBHOOK_SECRET", "")).partition(":")
    if not (user and colon and len(password) >= SECRET_LENGTH):
        raise ImproperlyConfigured(
            "ANYMAIL_WEBHOOK_SECRET must be user:password, the password at least 16 characters: without it the portal "
            "would not hear what bounced, or hear it from anybody."
        )
    return provider


def mailbox_of(url: str, *, production: bool) -> dict[str, Any] | None:
    """Where answers come in, as `imaplib` needs it; None for "".

    Raises `ImproperlyConfigured` for what leads nowhere.
    """
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not parts.username or port == 0:
        raise ImproperlyConfigured("CSPORTAL_MAILBOX_URL must read imaps://user:password@host/folder.")
    if production and parts.scheme == "imap" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ImproperlyConfigured("CSPORTAL_MAILBOX_URL sends its password in clear text: write imaps://.")
    return {
        "host": parts.hostname,
        "port": port or (993 if parts.scheme == "imaps" else 143),
        "secure": parts.scheme == "imaps",
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
    }


def reply_to_of(said: str, *, mailbox: bool, provider: bool) -> str:
    """The address to which answers go beside the CSM's; `{id}` in it stands for the letter's. "" for none.

    Raises `ImproperlyConfigured` for no address, and where nobody takes in what comes there, or nothing would come.
    """
    if mailbox and not said:
        raise ImproperlyConfigured("CSPORTAL_MAILBOX_URL is set: say in CSPORTAL_REPLY_TO which address it has.")
    if said and not (mailbox or provider):
        raise ImproperlyConfigured("CSPORTAL_REPLY_TO is set: say in CSPORTAL_MAILBOX_URL where its mail is read.")
    _name, address = parseaddr(said.replace("{id}", "id"))
    if said and (address != said.replace("{id}", "id") or "@" not in address):
        raise ImproperlyConfigured("CSPORTAL_REPLY_TO must be a bare address, such as answers@example.com.")
    return said
