"""What the portal takes for granted is checked when it starts."""

from __future__ import annotations

import zoneinfo

import pytest

from csportal import checks


def ids(messages):
    return [message.id for message in messages]


def test_another_time_zone_than_utc_is_an_error(settings):
    settings.TIME_ZONE = "Asia/Shanghai"

    assert ids(checks.times_are_utc(None)) == ["csportal.E001"]


def test_the_zone_data_is_the_pinned_package():
    assert zoneinfo.TZPATH == ()
    assert checks.zone_data_is_pinned(None) == []


def test_zone_data_from_the_system_is_an_error():
    zoneinfo.reset_tzpath(to=["/usr/share/zoneinfo"])
    try:
        assert ids(checks.zone_data_is_pinned(None)) == ["csportal.E002"]
    finally:
        zoneinfo.reset_tzpath(to=[])


def test_a_catalogue_that_is_not_compiled_is_a_warning(tmp_path, monkeypatch):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n')
    monkeypatch.setattr(checks, "LOCALE", tmp_path)

    assert ids(checks.catalogues_are_compiled(None)) == ["csportal.W003"]


@pytest.mark.django_db
def test_the_database_of_the_tests_can_search_chinese():
    assert checks.search_reads_chinese(None, databases=["default"]) == []


def test_a_sender_that_cannot_be_written_in_a_mail_is_an_error(settings):
    settings.DEFAULT_FROM_EMAIL = "23:59 <portal@localhost>"

    assert ids(checks.mails_have_a_sender(None)) == ["csportal.E005"]


def test_the_sender_of_the_settings_can_be_written():
    assert checks.mails_have_a_sender(None) == []
