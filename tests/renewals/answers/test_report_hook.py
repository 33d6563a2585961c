"""What the mail provider reports: checked by its secret, read by django-anymail, put on record once."""

from __future__ import annotations

import base64
import json

import pytest

from renewals.tick import tick
from renewals.touches.models import Delivery, Report
from tests.renewals.cast import T, clock_of, lan_tu_contract

pytestmark = pytest.mark.django_db

SECRET = "postmark:a-long-enough-secret"
BOUNCE = {
    "RecordType": "Bounce",
    "ID": 692560173,
    "Type": "HardBounce",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 No such user",
    "Email": "lin@lantu.test",
    "BouncedAt": "2026-11-23T04:20:00Z",
}


@pytest.fixture
def sent(mailbox, settings, clock):
    lan_tu_contract()
    tick(now=T, in_process=True)
    settings.CSPORTAL_MAIL_PROVIDER = "postmark"
    settings.CSPORTAL_MAIL_HOOKS = "anymail.webhooks.postmark.Postmark{}WebhookView"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    clock.set(T.replace(hour=5))
    Delivery.objects.update(provider_id="883953f4-6105-42a2-a16a-77a8eac79483")
    return Delivery.objects.get()


def call(client, event, *, secret=SECRET):
    basic = base64.b64encode(secret.encode()).decode()
    return client.post(
        "/hooks/mail/reports/",
        event if isinstance(event, str) else json.dumps(event),
        content_type="application/json",
        headers={"authorization": f"Basic {basic}"},
    ).status_code


def test_a_bounce_takes_the_evidence_away(client, sent):
    assert call(client, BOUNCE | {"Metadata": {"letter": str(sent.pk)}}) == 200

    report = Report.objects.get()
    assert (report.kind, report.said) == ("bounced", "smtp;550 5.1.1 No such user")
    assert clock_of(sent.touch.contract).lock_at is None


def test_a_letter_is_known_by_the_providers_own_id_too(client, sent):
    call(client, BOUNCE | {"MessageID": sent.provider_id})

    assert Report.objects.get().delivery == sent


def test_called_twice_it_counts_once(client, sent):
    bounce = BOUNCE | {"Metadata": {"letter": str(sent.pk)}}

    assert [call(client, bounce), call(client, bounce)] == [200, 200]

    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"RecordType": "Delivery", "DeliveredAt": "2026-11-23T04:08:00Z"}, "delivered"),
        ({"RecordType": "Open", "ReceivedAt": "2026-11-23T04:09:00Z"}, "opened"),
        ({"RecordType": "Bounce", "Type": "Transient", "ID": 1, "BouncedAt": "2026-11-23T04:09:00Z"}, "deferred"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 2}, "complained"),
    ],
)
def test_what_else_happened_is_kept(client, sent, event, kind):
    call(client, event | {"Metadata": {"letter": str(sent.pk)}})

    assert Report.objects.get().kind == kind
    assert clock_of(sent.touch.contract).lock_at is not None


def test_without_the_secret_nothing_is_heard(client, sent):
    bounce = BOUNCE | {"Metadata": {"letter": str(sent.pk)}}

    assert call(client, bounce, secret="postmark:another-long-secret") == 400
    assert client.post("/hooks/mail/reports/", bounce, content_type="application/json").status_code == 400

    assert not Report.objects.exists()


@pytest.mark.parametrize("body", ["", "no json", "[]", '{"RecordType": "Inbound", "FromFull": {}}'])
def test_what_cannot_be_read_is_refused_and_breaks_nothing(client, sent, body):
    assert call(client, body) == 400


def test_another_portals_letter_is_nothing_to_us(client, sent):
    assert call(client, BOUNCE | {"Metadata": {"letter": "00000000-0000-0000-0000-000000000000"}}) == 200

    assert not Report.objects.exists()


def test_without_a_provider_there_is_no_such_page(client, sent, settings):
    settings.CSPORTAL_MAIL_PROVIDER = ""

    assert call(client, BOUNCE) == 404


def test_a_provider_may_look_first_whether_anybody_is_there(client, sent):
    assert client.head("/hooks/mail/reports/").status_code == 200


def test_a_browser_is_told_that_it_is_not_for_browsers(client, sent):
    assert client.get("/hooks/mail/reports/").status_code == 405
