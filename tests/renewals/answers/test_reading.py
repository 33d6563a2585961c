"""A mail read without trusting it: nothing that it holds breaks anything."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from renewals.answers.bounces import notice_in
from renewals.answers.reading import LARGEST, parsed, read
from tests.renewals.answers.conftest import mail


def raw(headers: str, body: bytes = b"Hello") -> bytes:
    return headers.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def test_it_says_who_wrote_what_to_which_letter():
    found = read(mail("We renew.", In_Reply_To="<a@vendor.test>", References="<c@vendor.test> <b@vendor.test>"))

    assert (found.sender, found.address, found.text) == ("林岚", "lin@lantu.test", "We renew.")
    assert found.names == ["a@vendor.test", "b@vendor.test", "c@vendor.test"]
    assert found.message_id == "mail-1@lantu.test"


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("gb2312", "好的，续约。".encode("gb18030")),
        ("utf-8", "好的，续约。".encode("gb18030")),
        ("x-unknown-1", "好的，续约。".encode()),
        ("us-ascii", "好的，续约。".encode()),
    ],
)
def test_a_wrong_character_set_survives(charset, body):
    said = f"From: lin@lantu.test\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit"

    assert read(parsed(raw(said, body))).text == "好的，续约。"


@pytest.mark.parametrize(
    "headers",
    [
        "From: \nSubject: =?utf-8?b?broken",
        "From: <<<>>>@\nTo: ,,,;;:\nSubject: \x01\x02",
        "From: =?x-unknown?q?=E5=A5=BD?= <lin@lantu.test>\nMessage-ID: no brackets",
        "Content-Type: multipart/mixed\nFrom: a@b.test",
        "Content-Type: text/plain; charset*0*=bad''%%%\nFrom: a@b.test",
        "From: a@b.test\nReferences: " + "<x@y> " * 5000,
        "",
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(headers):
    found = read(parsed(raw(headers)))

    assert len(found.message_id) <= 250
    assert notice_in(parsed(raw(headers))) is None


def test_what_is_attached_is_dropped_and_its_name_is_kept():
    message = mail("See the file.")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="报价单.pdf")

    found = read(message)

    assert (found.text, found.attachments) == ("See the file.", ["报价单.pdf"])


def test_a_mail_of_any_size_is_read_in_its_first_part():
    message = mail("Short words.")
    message.add_attachment(b"x" * 3 * LARGEST, maintype="application", subtype="zip", filename="large.zip")

    found = read(parsed(bytes(message)))

    assert (found.text, found.attachments) == ("Short words.", ["large.zip"])


def test_a_page_without_a_plain_part_is_reduced_to_words():
    message = EmailMessage()
    message["From"] = "lin@lantu.test"
    message.set_content("<p>We <script>alert(1)</script>renew.</p>", subtype="html")

    assert read(message).text == "We renew."


@pytest.mark.parametrize(
    "said",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=vacation"},
        {"X_Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"subject": "自动回复：我在休假"},
        {"subject": "Automatic reply: your product"},
        {"subject": "Out of Office: back on Monday"},
    ],
)
def test_what_a_program_wrote_is_known_for_that(said):
    assert read(mail(**said)).is_automatic


@pytest.mark.parametrize("said", [{}, {"Auto_Submitted": "no"}, {"subject": "Re: automatic reply works"}])
def test_what_a_person_wrote_is_not(said):
    assert not read(mail(**said)).is_automatic


def test_parts_within_parts_without_end_are_read_as_far_as_they_go():
    parts = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(300))

    found = read(parsed(raw("From: a@b.test\nContent-Type: multipart/mixed; boundary=b0", parts)))

    assert (found.address, found.text) == ("a@b.test", "")
