"""What the workers do for `accounts`: read the clock once, call one service."""

from __future__ import annotations

from django.core.mail import EmailMessage

from accounts.ledger import uploads
from accounts.models import LedgerImport
from csportal import clock


def send_mail(subject: str, body: str, sender: str, recipients: list[str]) -> None:
    """One mail about an account. What goes wrong is tried again by the queue."""
    EmailMessage(subject, body, sender, recipients).send()


def read_ledger(pk: int) -> None:
    """Read an uploaded ledger for its preview. Again after a crash it reads anew."""
    upload = LedgerImport.objects.select_related("uploaded_by").get(pk=pk)
    if upload.stage == LedgerImport.Stage.READING:
        uploads.preview(upload, now=clock.now())


def take_ledger(pk: int) -> None:
    """Take a ledger that was claimed for it. Again after a crash it takes what is left: the rest changes nothing."""
    upload = LedgerImport.objects.select_related("uploaded_by").get(pk=pk)
    if upload.stage == LedgerImport.Stage.TAKING:
        uploads.take_upload(upload, now=clock.now())
