"""Who a browser has shown itself to be: a signed cookie that counts for one link and one person, for a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Contact
from renewals.links.models import RenewalLink
from renewals.links.services import token_of

NAME = "door"
SALT = "renewals.door.pass"
LASTS = timedelta(days=30)


def holder(cookies: Mapping[str, str], link: RenewalLink) -> Contact | None:
    """The person whose code this browser has typed in for this link, while their address is still the same."""
    try:
        said = signing.loads(cookies.get(NAME, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    if not isinstance(said, list) or said[:1] != [link.pk]:
        return None
    _link, pk, email = said
    return Contact.objects.filter(pk=pk, email=email, customer=link.contract.customer_id).first()


def let_in(response: HttpResponse, link: RenewalLink, contact: Contact) -> None:
    """Remember on this answer who the browser has shown itself to be."""
    response.set_cookie(
        NAME,
        pass_of(link, contact),
        max_age=LASTS,
        path=reverse("page:renewal", args=[token_of(link)]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def pass_of(link: RenewalLink, contact: Contact) -> str:
    """What the cookie says, signed. Who gets another address shows again who they are."""
    return signing.dumps([link.pk, contact.pk, contact.email], salt=SALT)
