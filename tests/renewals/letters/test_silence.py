"""Nobody wrote: the manager is told on the last working day before, once (rule 15)."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import Team, User
from renewals.letters import services, silence
from renewals.letters.models import Nudge
from renewals.tick import tick
from tests.renewals.cast import chen, utc
from tests.renewals.letters.conftest import WRITING, written

pytestmark = pytest.mark.django_db
FRIDAY = utc("2026-11-20T01:00")


@pytest.fixture
def manager(contract):
    team = Team.objects.create(name="East")
    User.objects.filter(pk=chen().pk).update(team=team)
    return User.objects.create_user("boss@vendor.test", name="周行", role=User.Role.MANAGER, team=team)


def test_the_manager_is_told_on_the_last_working_day_before(manager):
    tick(now=FRIDAY, in_process=True)

    assert [(one.to, "澜图设计" in one.subject) for one in mail.outbox] == [(["boss@vendor.test"], True)]


def test_a_minute_earlier_nobody_is(manager):
    assert silence.tell_managers(now=utc("2026-11-20T00:59")) == 0


def test_of_a_letter_that_is_on_its_way_nobody_is_told(manager, step):
    services.approve(written(step), by=chen(), now=WRITING)

    assert silence.tell_managers(now=FRIDAY) == 0


def test_told_once_they_are_not_told_again(manager):
    silence.tell_managers(now=FRIDAY)

    assert silence.tell_managers(now=utc("2026-11-20T02:00")) == 0
    assert Nudge.objects.count() == 1


def test_what_was_written_before_the_mail_left_is_left_out(manager, step):
    silence.tell_managers(now=FRIDAY)
    services.approve(written(step, now=FRIDAY), by=chen(), now=FRIDAY)

    assert silence.carry_out(Nudge.objects.get().pk, now=FRIDAY) == "dropped"
