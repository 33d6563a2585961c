"""A mail to the people who look after callbacks: an endpoint was paused, and by which page it goes on."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from renewals.callbacks.models import Call, Endpoint


def people() -> list[User]:
    """Managers and administrators who may log in."""
    return list(User.objects.filter(is_active=True, role__in=[User.Role.MANAGER, User.Role.ADMIN]).exclude(email=""))


def warn(endpoint_id: int) -> int:
    """Tell each of them, in their language; how many mails. Nothing where it goes on, or is gone, by now."""
    endpoint = Endpoint.objects.filter(pk=endpoint_id, paused_at__isnull=False).first()
    if endpoint is None:
        return 0
    waiting = Call.objects.open().filter(endpoint=endpoint).count()
    return get_connection().send_messages([letter(endpoint, person, waiting) for person in people()])


def letter(endpoint: Endpoint, person: User, waiting: int) -> EmailMessage:
    """The mail to one of them."""
    address = settings.CSPORTAL_BASE_URL + endpoint.get_absolute_url()
    said = {"endpoint": endpoint, "person": person, "waiting": waiting, "address": address}
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = render_to_string("emails/callbacks/paused_subject.txt", said).strip()
        return EmailMessage(subject, render_to_string("emails/callbacks/paused.txt", said), to=[person.email])
