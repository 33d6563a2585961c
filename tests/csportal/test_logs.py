"""The log repeats nothing that opens something."""

from __future__ import annotations

import logging

import pytest

from csportal.logs import WithoutSecrets


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Conflict: /r/p-3698c4aa/", "Conflict: /r/…/"),
        ("Forbidden: /r/p-3698c4aa/call", "Forbidden: /r/…/call"),
        ("Not Found: /accounts/password/reset/key/2-abc-def/", "Not Found: /accounts/password/reset/key/…/"),
        ('"GET /calendar.ics?key=a-b_c HTTP/1.1" 200', '"GET /calendar.ics?key=… HTTP/1.1" 200'),
        ("/calendar.ics?whose=team&key=a-b_c&x=1", "/calendar.ics?whose=team&key=…&x=1"),
        ("Not Found: /contracts/HT-1/", "Not Found: /contracts/HT-1/"),
    ],
)
def test_the_secret_part_of_an_address_is_masked(said: str, kept: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (said,), None)

    assert WithoutSecrets().filter(record)
    assert record.getMessage() == kept
