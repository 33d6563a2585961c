"""The API does what its own description says, tried with it by schemathesis over real HTTP."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import Contract
from renewals.product.keys import make_key
from renewals.product.models import Scope
from tests.renewals.product.conftest import T

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_fault_is_found_in_what_the_api_says_of_itself(live_server, told_contract: Contract) -> None:
    key = make_key("the fuzzer", Scope.values, now=T)
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{live_server.url}/api/v1/openapi.json"]
    command += ["-H", f"Authorization: Bearer {key}", "--max-examples", "25", "--seed", "2359", "--no-color"]
    command += ["--phases", "examples,coverage,fuzzing"]

    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stdout[-4000:]
