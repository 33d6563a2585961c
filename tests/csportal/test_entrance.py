"""Getting in and out: by e-mail and password, in either language, back to where one was going."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string

from accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"


@pytest.fixture(autouse=True)
def no_attempts_yet():
    cache.clear()


@pytest.fixture(autouse=True)
def quick_workers(monkeypatch):
    """What goes on the queue is done at once."""

    def at_once(task: str, *said: object, save: bool) -> None:
        import_string(task)(*said)

    monkeypatch.setattr("accounts.adapter.async_task", at_once)


@pytest.fixture
def chen() -> User:
    return User.objects.create_user("chen@example.com", PASSWORD, name="陈舟", time_zone="Asia/Shanghai")


def log_in(client, password: str = PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": "chen@example.com", "password": password, **more})


def test_who_logs_in_lands_on_today(client, chen):
    response = log_in(client)

    assert response.status_code == 302
    assert response.url == reverse("desk:today")


def test_who_was_going_somewhere_gets_there(client, chen):
    page = client.get(reverse("account_login"), {"next": "/contracts/"}).content.decode()

    response = log_in(client, next="/contracts/")

    assert '<input type="hidden" name="next" value="/contracts/">' in page
    assert response.url == "/contracts/"


def test_a_wrong_password_is_said_on_the_page_and_the_address_is_kept(client, chen):
    page = log_in(client, "a wrong phrase").content.decode()

    assert 'class="alert alert-block alert-danger"' in page
    assert 'value="chen@example.com"' in page


def test_a_missing_password_is_said_beside_its_field(client, chen):
    page = log_in(client, "").content.decode()

    assert 'id="id_password_error" class="invalid-feedback"' in page


@pytest.mark.parametrize(("language", "lang", "other"), [("zh-hans", "zh-Hans", "English"), ("en", "en", "简体中文")])
def test_the_page_says_its_language_and_offers_the_other_one(client, language, lang, other):
    page = client.get(reverse("account_login"), headers={"accept-language": language}).content.decode()

    assert f'<html lang="{lang}">' in page
    assert f">{other}</button>" in page


def test_nobody_signs_up_by_themselves(client):
    page = client.get(reverse("account_signup"), headers={"accept-language": "en"}).content.decode()

    assert "Accounts are made by an administrator" in page


def test_a_worn_out_reset_link_says_so_and_offers_a_new_one(client):
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "bad-key"})

    page = client.get(address, headers={"accept-language": "en"}).content.decode()

    assert "This link no longer works" in page
    assert reverse("account_reset_password") in page


def test_leaving_takes_a_button_and_leads_to_the_door(client, chen):
    client.force_login(chen)

    response = client.post(reverse("account_logout"))

    assert response.url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_a_page_that_is_not_there_says_so_in_both_languages(client):
    response = client.get("/no/such/page/")

    page = response.content.decode()
    assert response.status_code == 404
    assert "这里没有这一页" in page
    assert "There is no such page" in page


def test_a_forgotten_password_is_answered_by_a_mail_to_its_owner(client, chen, mailoutbox):
    response = client.post(reverse("account_reset_password"), {"email": "chen@example.com"})

    assert response.status_code == 302
    assert [mail.to for mail in mailoutbox] == [["chen@example.com"]]


def test_nobody_changes_the_address_that_they_log_in_by(client, chen):
    client.force_login(chen)

    assert client.get("/accounts/email/").status_code == 404


def test_the_administration_has_no_door_of_its_own(client):
    response = client.get("/admin/login/", {"next": "/admin/"})

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_the_mail_for_a_forgotten_password_is_ours_and_signed_by_the_vendor(client, chen, mailoutbox, settings):
    settings.CSPORTAL_VENDOR_NAME = "Lantern & Co"

    client.post(reverse("account_reset_password"), {"email": "chen@example.com"}, headers={"accept-language": "en"})

    [mail] = mailoutbox
    assert mail.subject.endswith("Choose a new password")
    assert mail.body.startswith("Hello 陈舟,")
    assert mail.body.rstrip().endswith("Lantern & Co")
    assert "/accounts/password/reset/key/" in mail.body


def test_the_mail_for_a_forgotten_password_is_in_the_language_that_its_owner_reads(client, chen, mailoutbox):
    User.objects.filter(pk=chen.pk).update(language="zh-hans")

    client.post(reverse("account_reset_password"), {"email": "chen@example.com"}, headers={"accept-language": "en"})

    [mail] = mailoutbox
    assert mail.subject == "设置新密码"
    assert mail.body.startswith("陈舟，您好：")


def test_an_address_that_nobody_has_is_answered_alike_and_not_written_to(client, chen, mailoutbox):
    response = client.post(reverse("account_reset_password"), {"email": "stranger@example.com"})

    assert response.url == reverse("account_reset_password_done")
    assert mailoutbox == []


def test_a_mail_server_that_is_away_tells_nobody_which_addresses_are_known(client, chen, monkeypatch):
    monkeypatch.setattr("accounts.adapter.async_task", lambda *_task, save: None)

    answers = [
        client.post(reverse("account_reset_password"), {"email": f"{name}@example.com"}) for name in ("chen", "x")
    ]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_the_link_of_the_mail_leads_to_a_new_password(client, chen, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": "chen@example.com"})
    [link] = [line for line in mailoutbox[0].body.splitlines() if "/reset/key/" in line]
    form = client.get(link, follow=True)

    client.post(form.request["PATH_INFO"], {"password1": "another long phrase", "password2": "another long phrase"})

    assert log_in(client, "another long phrase").url == reverse("desk:today")


def test_who_is_in_changes_their_password(client, chen):
    client.force_login(chen)
    new = {"oldpassword": PASSWORD, "password1": "another long phrase", "password2": "another long phrase"}

    response = client.post(reverse("account_change_password"), new)

    chen.refresh_from_db()
    assert response.status_code == 302
    assert chen.check_password("another long phrase")


def test_who_is_in_can_be_asked_for_the_password_again(client, chen):
    client.force_login(chen)

    assert client.get(reverse("account_reauthenticate")).status_code == 200


def test_an_error_page_has_the_icon_of_the_portal(client):
    assert 'href="/static/icon.svg"' in client.get("/no/such/page/").content.decode()


def test_a_password_that_is_too_short_is_refused_in_chinese_too():
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password("aX9!")

    assert "密码太短：至少要 8 个字符。" in refused.value.messages
