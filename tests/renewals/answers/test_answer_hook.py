"""Mails that the provider took in for the portal."""

from __future__ import annotations

import base64
import json

import pytest

from renewals.answers.models import Answer
from tests.renewals.answers.test_report_hook import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(sent, settings, clock, client):
    settings.CSPORTAL_MAIL_PROVIDER = "postmark"
    settings.CSPORTAL_MAIL_HOOKS = "anymail.webhooks.postmark.Postmark{}WebhookView"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    basic = base64.b64encode(SECRET.encode()).decode()

    def call(event):
        return client.post(
            "/hooks/mail/answers/",
            json.dumps(event),
            content_type="application/json",
            headers={"authorization": f"Basic {basic}"},
        ).status_code

    return call


def inbound(delivery, **said):
    return {
        "FromFull": {"Email": "lin@lantu.test", "Name": "林岚", "MailboxHash": ""},
        "ToFull": [{"Email": "answers@vendor.test", "Name": "", "MailboxHash": ""}],
        "CcFull": [],
        "BccFull": [],
        "Subject": "Re: 协作专业版",
        "Date": "Mon, 23 Nov 2026 13:00:00 +0800",
        "TextBody": "好的，我们续一年。\n\n陈舟 <portal@vendor.test> 于2026年11月23日周一写道：\n\n> 尊敬的林女士：",
        "HtmlBody": "",
        "Headers": [
            {"Name": "Message-ID", "Value": "<mail-1@lantu.test>"},
            {"Name": "In-Reply-To", "Value": f"<{delivery.pk}@localhost>"},
        ],
        "Attachments": [],
    } | said


def test_an_answer_comes_in(hook, sent):
    assert hook(inbound(sent)) == 200

    answer = Answer.objects.get()
    assert (answer.delivery, answer.who, answer.text) == (sent, "林岚", "好的，我们续一年。")
    assert answer.history.endswith("尊敬的林女士：")


def test_called_twice_it_is_there_once(hook, sent):
    assert [hook(inbound(sent)), hook(inbound(sent))] == [200, 200]

    assert Answer.objects.count() == 1


def test_a_large_attachment_keeps_no_answer_out(hook, sent):
    file = {"Name": "large.zip", "ContentType": "application/zip", "Content": "eA==" * 1_000_000, "ContentLength": 1}

    assert hook(inbound(sent, Attachments=[file])) == 200

    assert Answer.objects.get().attachments == ["large.zip"]
