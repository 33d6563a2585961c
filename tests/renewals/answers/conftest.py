"""The notice that Lin got on Monday, the portal's mailbox, and mails as people and servers write them."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage

import pytest
from django.conf import LazySettings

from renewals.tick import tick
from renewals.touches.models import Delivery
from tests.renewals.answers.imap import Postbox
from tests.renewals.cast import T, lan_tu_contract

REPLY_TO = "answers@vendor.test"


@pytest.fixture
def sent(mailbox) -> Delivery:
    """The notice to Lin, sent on Monday at 12:07."""
    lan_tu_contract()
    tick(now=T, in_process=True)
    return Delivery.objects.get()


@pytest.fixture
def postbox(settings: LazySettings) -> Iterator[Postbox]:
    """The portal's mailbox, empty."""
    box = Postbox()
    settings.CSPORTAL_MAILBOX, settings.CSPORTAL_REPLY_TO = box.settings, REPLY_TO
    yield box
    box.close()


def mail(
    text: str = "好的，我们续一年。",
    *,
    sender: str = "林岚 <lin@lantu.test>",
    to: str = REPLY_TO,
    subject: str = "Re: 协作专业版",
    number: int = 1,
    **headers: str,
) -> EmailMessage:
    """A mail that somebody wrote."""
    message = EmailMessage(policy=policy.default)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<mail-{number}@lantu.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def reply(delivery: Delivery, text: str = "好的，我们续一年。", **said: str) -> EmailMessage:
    """What Lin's mail program makes of an answer to a letter."""
    return mail(text, **({"In_Reply_To": f"<{delivery.pk}@localhost>"} | said))


def bounce(delivery: Delivery, *, action: str = "failed", number: int = 1) -> bytes:
    """A delivery status notification as Postfix writes it."""
    return f"""From: MAILER-DAEMON@mx.lantu.test (Mail Delivery System)
To: {REPLY_TO}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <dsn-{number}@mx.lantu.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.lantu.test

Final-Recipient: rfc822; lin@lantu.test
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <lin@lantu.test>: Recipient address rejected

--=_b
Content-Type: text/rfc822-headers

From: portal@localhost
Message-ID: <{delivery.pk}@localhost>
Subject: a notice

--=_b--
""".replace("\n", "\r\n").encode()
