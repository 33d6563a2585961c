"""The local mail server keeps each mail whole, for whom it was, in the order of its coming."""

from __future__ import annotations

from aiosmtpd.smtp import Envelope

from csportal.mailsink import Keeper


def keep(keeper: Keeper, content: bytes, *recipients: str) -> str:
    envelope = Envelope()
    envelope.content = content
    envelope.rcpt_tos = list(recipients)
    return keeper.keep(envelope)


def test_a_mail_is_kept_with_all_its_recipients_before_it(tmp_path):
    answer = keep(Keeper(tmp_path), b"Subject: 23:59\r\n\r\nHello", "lin@customer.test", "wu@customer.test")

    (kept,) = tmp_path.iterdir()
    assert answer == "250 Kept"
    assert kept.read_bytes() == (
        b"X-Rcpt-To: lin@customer.test\r\nX-Rcpt-To: wu@customer.test\r\nSubject: 23:59\r\n\r\nHello"
    )


def test_names_sort_by_time(tmp_path):
    keeper = Keeper(tmp_path)
    for number in range(5):
        keep(keeper, f"Subject: {number}\r\n\r\n".encode(), "lin@customer.test")

    subjects = [path.read_bytes().split(b"Subject: ")[1][:1] for path in sorted(tmp_path.iterdir())]

    assert subjects == [b"0", b"1", b"2", b"3", b"4"]


def test_nothing_half_written_has_the_name_of_a_mail(tmp_path, monkeypatch):
    def full(_self, _content):
        raise OSError("No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    answer = keep(Keeper(tmp_path), b"Subject: 23:59\r\n\r\n", "lin@customer.test")

    assert answer == "452 Cannot keep it: No space left on device"
    assert list(tmp_path.glob("*.eml")) == []
