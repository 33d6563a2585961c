"""Letters by a mail provider's interface, tried with a real HTTP server in the provider's place."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from renewals.locking.models import Evidence
from renewals.tick import tick
from renewals.touches import line
from renewals.touches.models import Delivery
from renewals.touches.services import deliver
from tests.renewals.cast import T, lan_tu_contract

pytestmark = pytest.mark.django_db

ITS_ID = "0a129aee-e1cd-480d-b08d-4f48548ff48d"


class Postmark:
    """What it was sent, and what it answers."""

    def __init__(self) -> None:
        self.calls: list[dict] = []
        self.status = 200
        self.answer: dict = {"ErrorCode": 0, "Message": "OK", "To": "lin@lantu.test", "MessageID": ITS_ID}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def handler(self):
        postmark = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                postmark.calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = json.dumps(postmark.answer).encode()
                self.send_response(postmark.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *said):
                pass

        return Handler

    def say(self, status: int, **answer) -> None:
        self.status, self.answer = status, answer


@pytest.fixture
def postmark(settings):
    provider = Postmark()
    settings.CSPORTAL_MAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "token",
        "POSTMARK_API_URL": provider.url,
        "IGNORE_UNSUPPORTED_FEATURES": True,
        "REQUESTS_TIMEOUT": 5,
    }
    yield provider
    line.hang_up()
    provider.server.shutdown()
    provider.server.server_close()


@pytest.fixture
def delivery(postmark):
    lan_tu_contract()
    tick(now=T)
    return Delivery.objects.get()


def test_it_goes_out_whole_and_the_providers_id_is_kept(delivery, postmark):
    assert deliver(delivery.pk, now=T) == "sent"

    delivery.refresh_from_db()
    assert delivery.provider_id == ITS_ID
    (sent,) = postmark.calls
    assert sent["To"] == "lin@lantu.test"
    assert sent["Metadata"] == {"letter": str(delivery.pk)}
    assert {"Name": "Message-ID", "Value": f"<{delivery.pk}@localhost>"} in sent["Headers"]
    assert [one["Name"] for one in sent["Attachments"]] == ["minute.ics"]
    assert sent["HtmlBody"]


def test_it_is_sent_once_and_counts_as_evidence(delivery, postmark):
    assert [deliver(delivery.pk, now=T), deliver(delivery.pk, now=T)] == ["sent", "not due"]

    assert (len(postmark.calls), Evidence.objects.get().kind) == (1, "delivered")


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (422, {"ErrorCode": 300, "Message": "Error parsing 'To': Illegal email domain"}),
        (422, {"ErrorCode": 406, "Message": "You tried to send to recipient(s) that have been marked as inactive."}),
    ],
)
def test_what_it_says_of_the_recipient_is_for_good(delivery, postmark, status, answer):
    postmark.say(status, **answer)

    assert deliver(delivery.pk, now=T) == "failed"

    assert not Evidence.objects.exists()


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_what_it_says_of_itself_or_the_key_is_worth_another_try(delivery, postmark, status):
    postmark.say(status, ErrorCode=100, Message="Maintenance")

    assert deliver(delivery.pk, now=T) == "later"

    delivery.refresh_from_db()
    assert str(status) in delivery.answer


def test_a_provider_that_is_not_there_loses_nothing(delivery, postmark, settings):
    settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": "http://127.0.0.1:9/"}

    assert deliver(delivery.pk, now=T) == "later"
