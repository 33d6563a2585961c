"""The pages of a ledger: choose, look, correct, take."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import tasks
from accounts.forms.imports import NOT_THERE
from accounts.ledger.synonyms import FIELDS
from accounts.models import Contract, ContractTerm, LedgerImport, LedgerMapping, User
from accounts.views import imports
from tests.accounts.ledger.conftest import HEADINGS, text

pytestmark = pytest.mark.django_db

GOOD = ("云启科技", "HT-1", "云笔", "2026-01-01", "2026-05-15")
BAD = ("", "HT-2", "云笔", "2026-01-01", "2026-05-15")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def chen(client):
    user = User.objects.create_user("chen@vendor.test", name="陈舟", language="en")
    client.force_login(user)
    return user


def upload(client, data, **said):
    """Choose a ledger and follow to its page."""
    file = SimpleUploadedFile(said.pop("name", "ledger.csv"), data)
    return client.post(reverse("accounts:imports"), {"file": file, **said}, follow=True)


def page(client):
    return client.get(reverse("accounts:import", args=[LedgerImport.objects.get().pk]))


def send(client, verb, **said):
    return client.post(reverse(f"accounts:import_{verb}", args=[LedgerImport.objects.get().pk]), said, follow=True)


def test_choosing_a_file_shows_what_would_change_and_saves_nothing(client, chen):
    response = upload(client, text(GOOD, BAD))

    assert response.status_code == 200
    for said in ("until 15 May 2026, 23:59 (Asia/Shanghai)", "The customer is missing. Write the name.", "Take 1 row"):
        assert said in response.content.decode()
    assert not Contract.objects.exists()


def test_taking_it_writes_the_rows_under_the_persons_name(client, chen):
    upload(client, text(GOOD, BAD))

    response = send(client, "take")

    assert "1 row was taken." in response.content.decode()
    assert Contract.objects.get().amendments.get().by_user == chen
    ledger = LedgerImport.objects.get()
    assert (ledger.stage, ledger.report["refused"], ledger.taken_at is not None) == ("taken", 1, True)


def test_a_second_click_takes_nothing_twice(client, chen):
    upload(client, text(GOOD))

    send(client, "take")
    response = send(client, "take")

    assert response.status_code == 200
    assert ContractTerm.objects.count() == 1


def test_another_zone_and_another_column_read_it_again(client, chen):
    upload(client, text(("甲", *GOOD), headings=("别名", *HEADINGS)))

    response = send(client, "again", column_customer="别名", time_zone="Asia/Tokyo")

    content = response.content.decode()
    assert "until 15 May 2026, 23:59 (Asia/Tokyo)" in content
    assert "<td>甲</td>" in content


def test_a_mapping_can_be_kept_and_used_for_the_next_ledger(client, chen):
    odd = text(GOOD, headings=("别名", *HEADINGS[1:]))
    upload(client, odd)
    send(client, "again", column_customer="别名", save_as="monthly", time_zone="Asia/Tokyo")

    upload(client, odd, mapping=LedgerMapping.objects.get(name="monthly").pk)

    latest = LedgerImport.objects.latest("pk")
    assert (latest.columns, latest.time_zone, latest.stage) == ({"customer": "别名"}, "Asia/Tokyo", "previewed")


def chosen(client):
    """What the form would send as it stands."""
    form = page(client).context["form"]
    return {f"column_{name}": form[f"column_{name}"].value() for name in FIELDS}


def test_a_column_that_was_guessed_wrongly_can_be_taken_for_nothing(client, chen):
    upload(client, text(GOOD, headings=(*HEADINGS[:3], "签订日期", "到期日期")))

    send(client, "again", **chosen(client) | {"column_starts": NOT_THERE})

    ledger = LedgerImport.objects.get()
    assert (ledger.columns, ledger.report["columns"]["starts"]) == ({"starts": ""}, "")
    assert chosen(client)["column_starts"] == NOT_THERE


def test_a_mapping_keeps_what_was_said_and_not_what_was_found(client, chen):
    upload(client, text((*GOOD, "5"), headings=("别名", *HEADINGS[1:], "席位")))

    send(client, "again", **chosen(client) | {"column_customer": "别名", "save_as": "monthly"})

    assert LedgerMapping.objects.get(name="monthly").columns == {"customer": "别名"}


def test_an_optional_column_of_a_mapping_may_be_missing_and_is_said(client, chen):
    mapping = LedgerMapping.objects.create(name="monthly", columns={"seats": "席位"})

    content = upload(client, text(GOOD), mapping=mapping.pk).content.decode()

    assert "The mapping names “席位” for seats" in content


def test_an_ambiguous_date_is_a_question_that_can_be_answered(client, chen):
    response = upload(client, text((*GOOD[:4], "05/06/2026")))
    assert "Is that right?" in response.content.decode()

    response = send(client, "again", date_order="month-first")

    assert "until 6 May 2026, 23:59" in response.content.decode()


def test_an_unreadable_file_says_why_and_what_to_do(client, chen):
    response = upload(client, b"\x00\x01\x02")

    assert "it is neither .xlsx nor .csv" in response.content.decode()


def test_headings_that_nobody_knows_can_be_mapped_on_the_page(client, chen):
    response = upload(client, text(GOOD, headings=("甲", "乙", "丙", "开始日期", "到期日期")))
    assert "No column for" in response.content.decode()

    response = send(client, "again", column_customer="甲", column_number="乙")

    assert "Take 1 row" in response.content.decode()


def test_an_empty_file_is_refused_in_the_form(client, chen):
    assert "The file is empty." in upload(client, b"").content.decode()


def test_a_file_beyond_the_limit_is_refused_in_the_form(client, chen, settings):
    settings.CSPORTAL_LEDGER_MAX_BYTES = 1_000_000

    response = upload(client, bytes(2_000_001))

    assert "The file has 2 MB; at most 1 MB can be read." in response.content.decode()
    assert not LedgerImport.objects.exists()


def test_a_large_file_is_read_and_taken_by_the_workers(client, chen, monkeypatch):
    asked = []
    monkeypatch.setattr(imports, "READ_AT_ONCE", 0)
    monkeypatch.setattr(imports, "async_task", lambda name, pk: asked.append((name, pk)))

    response = upload(client, text(GOOD))
    ledger = LedgerImport.objects.get()
    assert 'hx-trigger="every 1s"' in response.content.decode()
    tasks.read_ledger(ledger.pk)
    send(client, "take")
    tasks.take_ledger(ledger.pk)

    assert asked == [("accounts.tasks.read_ledger", ledger.pk), ("accounts.tasks.take_ledger", ledger.pk)]
    assert Contract.objects.count() == 1


def test_a_page_does_not_wait_while_another_ledger_is_taken(client, chen, monkeypatch):
    asked = []
    monkeypatch.setattr(imports, "somebody_is_taking", lambda: True)
    monkeypatch.setattr(imports, "async_task", lambda name, pk: asked.append(name))
    upload(client, text(GOOD))

    send(client, "take")

    assert (asked, Contract.objects.exists()) == (["accounts.tasks.take_ledger"], False)


def test_while_it_is_read_its_page_says_how_far_it_is(client, chen):
    upload(client, text(GOOD))
    LedgerImport.objects.update(stage="taking", done=500, total=2000)

    content = page(client).content.decode()

    assert "500 of 2000 rows" in content.replace(",", "")
    assert 'value="25"' in content


def test_a_task_that_comes_again_after_the_work_is_done_does_nothing(client, chen):
    upload(client, text(GOOD))
    send(client, "take")

    tasks.read_ledger(LedgerImport.objects.get().pk)
    tasks.take_ledger(LedgerImport.objects.get().pk)

    assert LedgerImport.objects.get().stage == "taken"


def test_refused_rows_can_be_downloaded_with_their_reasons(client, chen):
    upload(client, text(GOOD, BAD))

    response = client.get(reverse("accounts:import_refused", args=[LedgerImport.objects.get().pk]))

    assert response["Content-Disposition"] == 'attachment; filename="ledger.refused.csv"'
    assert "HT-2" in b"".join(response.streaming_content).decode("utf-8-sig")


def test_without_refused_rows_there_is_nothing_to_download(client, chen):
    upload(client, text(GOOD))

    assert client.get(reverse("accounts:import_refused", args=[LedgerImport.objects.get().pk])).status_code == 404


def test_what_a_cell_holds_is_shown_as_text(client, chen):
    response = upload(client, text(("<img src=x onerror=alert(1)>", *GOOD[1:])))

    assert "<img src=x" not in response.content.decode()


def test_a_ledger_is_seen_by_who_uploaded_it_and_by_administrators(client, chen):
    upload(client, text(GOOD))

    client.force_login(User.objects.create_user("zhao@vendor.test", name="赵"))
    assert page(client).status_code == 404
    client.force_login(User.objects.create_user("admin@vendor.test", name="管", role=User.Role.ADMIN))
    assert page(client).status_code == 200


def test_strangers_are_asked_to_log_in(client):
    assert client.get(reverse("accounts:imports")).status_code == 302


def test_the_ledgers_so_far_are_listed(client, chen):
    upload(client, text(GOOD), name="十一月.csv")

    assert "十一月.csv" in client.get(reverse("accounts:imports")).content.decode()


@pytest.mark.parametrize("verb", ["again", "take"])
def test_opened_without_its_form_an_address_leads_to_the_ledgers_page(client, chen, verb):
    upload(client, text(GOOD))
    ledger = LedgerImport.objects.get()

    assert client.get(f"/imports/{ledger.pk}/{verb}/").url == f"/imports/{ledger.pk}/"
