"""One portal on one folder, and a run that was killed a moment ago is not taken for one that runs."""

from __future__ import annotations

import pytest

from csportal import portal
from csportal.portal import CannotRun, only_one


def test_a_run_that_is_still_being_put_away_is_waited_for(tmp_path, monkeypatch):
    killed = only_one(tmp_path)
    monkeypatch.setattr(portal.time, "sleep", lambda _seconds: killed.close())

    assert not only_one(tmp_path).closed


def test_a_run_that_goes_on_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    running = only_one(tmp_path)
    minutes = iter(range(0, 600, 60))
    monkeypatch.setattr(portal.time, "monotonic", lambda: next(minutes))

    with pytest.raises(CannotRun, match="runs already"):
        only_one(tmp_path)
    running.close()
