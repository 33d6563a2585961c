"""The page of the mails that the local server kept."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Team, User
from renewals.tick import tick
from renewals.touches.models import Delivery
from tests.renewals.cast import T, chen, lan_tu_contract

pytestmark = pytest.mark.django_db

NAME = "20261123T040700123456Z-ab12cd34.eml"
MAIL = """X-Rcpt-To: chen@vendor.test\r
Subject: =?utf-8?b?5Lq65b+D?=\r
From: Chen <portal@localhost>\r
Content-Type: text/plain; charset="utf-8"\r
Content-Transfer-Encoding: 8bit\r
\r
Dear Ms Lin, <b>see</b> http://127.0.0.1:8000/r/1-abc/\r
"""


@pytest.fixture
def folder(tmp_path, settings, client):
    client.force_login(chen())
    settings.CSPORTAL_MAIL_DIR = str(tmp_path)
    (tmp_path / NAME).write_bytes(MAIL.encode())
    (tmp_path / "secret.txt").write_text("do not show")
    return tmp_path


def test_it_lists_what_was_kept(folder, client):
    page = client.get(reverse("mail:mails")).content.decode()

    assert "人心" in page
    assert "chen@vendor.test" in page
    assert "secret" not in page


def test_it_opens_a_mail_as_text_with_a_link_to_click(folder, client):
    page = client.get(reverse("mail:mail", args=[NAME])).content.decode()

    assert "&lt;b&gt;see&lt;/b&gt;" in page
    assert 'href="http://127.0.0.1:8000/r/1-abc/"' in page


@pytest.mark.parametrize("name", ["secret.txt", "..", "%2e%2e%2fsecret.txt", "20261123T040700Z-none.eml"])
def test_nothing_else_is_ever_opened(folder, client, name):
    assert client.get(f"/mail/{name}/").status_code == 404


def test_a_mail_that_cannot_be_read_does_not_break_the_page(folder, client):
    (folder / "20261123T040800Z-ff.eml").write_bytes(
        b"X-Rcpt-To: chen@vendor.test\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe"
    )

    assert client.get(reverse("mail:mails")).status_code == 200
    assert client.get(reverse("mail:mail", args=["20261123T040800Z-ff.eml"])).status_code == 200


def test_without_a_local_server_there_is_no_page(folder, client, settings):
    settings.CSPORTAL_MAIL_DIR = ""

    assert client.get(reverse("mail:mails")).status_code == 404


def test_strangers_are_sent_to_the_door(folder, client):
    client.logout()

    assert client.get(reverse("mail:mails")).status_code == 302


RESET = "20261123T040900Z-00.eml"


def test_a_mail_to_a_colleague_alone_is_nobody_elses(folder, client):
    (folder / RESET).write_bytes(
        b"X-Rcpt-To: admin@vendor.test\r\nSubject: Password reset\r\n\r\nhttp://portal/key\r\n"
    )

    assert "Password reset" not in client.get(reverse("mail:mails")).content.decode()
    assert client.get(reverse("mail:mail", args=[RESET])).status_code == 404


@pytest.fixture
def notice(folder):
    """A notice about Chen's contract, as the server kept it."""
    lan_tu_contract()
    tick(now=T)
    [delivery] = Delivery.objects.all()
    name = "20261123T041000Z-01.eml"
    head = f"X-Rcpt-To: lin@lantu.test\r\nMessage-ID: <{delivery.pk}@localhost>\r\nSubject: the minute"
    (folder / name).write_bytes(f"{head}\r\n\r\n/r/1-abc/\r\n".encode())
    return name


def test_who_may_see_the_contract_may_read_its_notice(notice, client):
    assert client.get(reverse("mail:mail", args=[notice])).status_code == 200


def test_another_team_reads_no_notice_of_the_contract(notice, client):
    User.objects.filter(email="chen@vendor.test").update(team=Team.objects.create(name="East"))
    client.force_login(User.objects.create_user("o@vendor.test", name="O", team=Team.objects.create(name="West")))

    assert client.get(reverse("mail:mail", args=[notice])).status_code == 404
    assert "the minute" not in client.get(reverse("mail:mails")).content.decode()


def test_a_page_of_many_mails_asks_no_more_than_a_page_of_one(notice, folder, client, django_assert_num_queries):
    client.get(reverse("mail:mails"))  # the first page of a login notes that it is used
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("mail:mails"))
    for second in range(10, 40):
        head = f"X-Rcpt-To: lin@lantu.test\r\nMessage-ID: <{uuid4()}@localhost>\r\n\r\n"
        (folder / f"20261123T0411{second}Z-01.eml").write_bytes(head.encode())

    with django_assert_num_queries(len(asked)):
        client.get(reverse("mail:mails"))
