"""The contract's page gives the proof away as a file, to those who may see the contract."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from renewals import papers

pytestmark = pytest.mark.django_db


def address(contract, side="customer", kind="json"):
    return reverse("desk:proof", args=[contract.pk, side, kind])


def test_the_file_is_saved_under_the_contracts_number(enter, lan_tu) -> None:
    answer = enter().get(address(lan_tu))
    assert 'filename="LT-2026-01-collab-' in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(b"".join(answer))["records"][0]["for"] == "customer"


@pytest.mark.parametrize("kind", ["json", "pdf"])
def test_who_may_not_see_the_contract_gets_no_file(enter, lan_tu, kind) -> None:
    assert enter("otto").get(address(lan_tu, kind=kind)).status_code == 404


@pytest.mark.parametrize(("side", "kind"), [("anyone", "json"), ("customer", "docx")])
def test_a_file_that_there_is_not_is_not_found(enter, lan_tu, side, kind) -> None:
    assert enter().get(address(lan_tu, side, kind)).status_code == 404


def test_where_no_paper_can_be_made_the_page_says_why(enter, lan_tu, monkeypatch) -> None:
    def lacking():
        raise papers.NoPapers("apt-get install libpango-1.0-0")

    monkeypatch.setattr(papers, "typesetter", lacking)
    assert "apt-get install libpango" in enter().get(address(lan_tu, kind="pdf"), follow=True).content.decode()
