"""Lighthouse gives the customer's page a hundred of a hundred, on its slow phone with its slow network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from accounts.models import ContractTerm
from renewals.links.services import link_for
from tests.renewals.cast import T, lan_tu_contract
from tests.renewals.page.conftest import address

INSTALLED = Path(__file__).resolve().parents[2] / ".venv" / "lighthouse"
CLI = INSTALLED / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
TRIES = 3
"""A busy machine makes a page look slower than it is, never quicker."""


def scores(url: str, report: Path) -> dict[str, float]:
    from scripts.lighthouse import NODE

    command = [NODE, CLI, url, "--quiet", "--output=json", f"--output-path={report}", "--disable-full-page-screenshot"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
    chrome = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
    subprocess.run(command, check=True, timeout=120, env=os.environ | {"CHROME_PATH": chrome})
    return {name: said["score"] for name, said in json.loads(report.read_text())["categories"].items()}


@pytest.mark.skipif(not (INSTALLED / "done").exists(), reason="npm did not answer: run scripts/lighthouse.py")
def test_the_customers_page_has_a_hundred_of_a_hundred(transactional_db, live_server, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    contract = lan_tu_contract()
    ContractTerm.objects.update(seats=120, value="86400", currency="CNY")
    link = link_for(contract, contract.customer.contacts.get(), now=T)
    best = dict.fromkeys(CATEGORIES, 0.0)

    for _ in range(TRIES):
        found = scores(live_server.url + address(link), tmp_path / "report.json")
        best = {name: max(best[name], found[name]) for name in CATEGORIES}
        if min(best.values()) == 1:
            break

    assert best == dict.fromkeys(CATEGORIES, 1)
