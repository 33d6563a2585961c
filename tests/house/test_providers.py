"""How letters leave and answers come in: a portal never starts on half a configuration."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from csportal.providers import PROVIDERS, anymail_settings, mailbox_of, provider_of, reply_to_of

SECRET = {"WEBHOOK_SECRET": "provider:0123456789abcdef"}


@pytest.mark.parametrize("name", PROVIDERS)
def test_each_provider_has_what_it_sends_and_reports_by(name):
    provider = PROVIDERS[name]

    for path in (provider.backend, provider.hooks.format("Tracking"), provider.hooks.format("Inbound")):
        assert import_string(path)


@pytest.mark.parametrize("name", PROVIDERS)
def test_with_its_key_and_the_secret_it_is_taken(name):
    keys = dict.fromkeys(PROVIDERS[name].needs, "key")

    assert provider_of(name, keys | SECRET) is PROVIDERS[name]


@pytest.mark.parametrize(
    ("name", "said", "names"),
    [
        ("mailgun", SECRET, "ANYMAIL_MAILGUN_API_KEY"),
        ("mailjet", {"MAILJET_API_KEY": "key"} | SECRET, "ANYMAIL_MAILJET_SECRET_KEY"),
        ("mailgun", {"MAILGUN_API_KEY": "key"}, "ANYMAIL_WEBHOOK_SECRET"),
        ("mailgun", {"MAILGUN_API_KEY": "key", "WEBHOOK_SECRET": "x:short"}, "ANYMAIL_WEBHOOK_SECRET"),
        ("mailgnu", SECRET, "CSPORTAL_MAIL_PROVIDER"),
        ("", {"MAILGUN_API_KEY": "key"}, "CSPORTAL_MAIL_PROVIDER"),
    ],
)
def test_half_a_provider_is_refused_and_what_is_missing_is_named(name, said, names):
    with pytest.raises(ImproperlyConfigured, match=names):
        provider_of(name, said)


def test_without_a_provider_letters_go_by_smtp():
    assert provider_of("", {}) is None


def test_what_the_environment_leaves_empty_is_not_said():
    assert anymail_settings({"ANYMAIL_RESEND_API_KEY": "", "ANYMAIL_MAILGUN_API_KEY": "k", "PATH": "/"}) == {
        "MAILGUN_API_KEY": "k"
    }


def test_a_mailbox_is_read_from_its_address():
    assert mailbox_of("imaps://answers%40vendor.test:p%2Fw@mail.vendor.test/Portal/In", production=True) == {
        "host": "mail.vendor.test",
        "port": 993,
        "secure": True,
        "user": "answers@vendor.test",
        "password": "p/w",
        "folder": "Portal/In",
    }


def test_a_mailbox_without_a_folder_is_the_inbox():
    assert mailbox_of("imap://me:pw@localhost:1143", production=True)["folder"] == "INBOX"


@pytest.mark.parametrize("url", ["mail.vendor.test", "pop3://a:b@c", "imaps://nobody", "imaps://a:b@c:port/"])
def test_an_address_that_leads_nowhere_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="CSPORTAL_MAILBOX_URL"):
        mailbox_of(url, production=False)


def test_production_sends_no_password_in_clear_text():
    with pytest.raises(ImproperlyConfigured, match="imaps"):
        mailbox_of("imap://a:b@mail.vendor.test", production=True)


@pytest.mark.parametrize(
    ("said", "ways"),
    [("", {"mailbox": True, "provider": False}), ("a@vendor.test", {"mailbox": False, "provider": False})],
)
def test_an_address_for_answers_and_a_way_in_belong_together(said, ways):
    with pytest.raises(ImproperlyConfigured, match="CSPORTAL_REPLY_TO"):
        reply_to_of(said, **ways)


def test_the_address_may_name_the_letter():
    assert reply_to_of("answers+{id}@vendor.test", mailbox=True, provider=False) == "answers+{id}@vendor.test"


@pytest.mark.parametrize("said", ["answers", "Answers <answers@vendor.test>", "answers+{nr}@ vendor.test"])
def test_what_is_no_bare_address_is_refused(said):
    with pytest.raises(ImproperlyConfigured, match="bare address"):
        reply_to_of(said, mailbox=True, provider=False)
