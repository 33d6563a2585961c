"""The commands around the tick."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Amendment, ContractTerm, Product
from renewals.links.services import open_link
from renewals.locking.models import Clock
from renewals.touches.models import Delivery
from tests.renewals.cast import T, clock_of, contract, lan_tu, lan_tu_contract, lin

pytestmark = pytest.mark.django_db


def run(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def travelling(settings):
    settings.CSPORTAL_ALLOW_TIME_TRAVEL = True


def test_tick_at_another_instant_needs_leave(settings):
    settings.CSPORTAL_ALLOW_TIME_TRAVEL = False

    with pytest.raises(CommandError, match="CSPORTAL_ALLOW_TIME_TRAVEL=1"):
        run("tick", at="2026-11-23T04:07:00Z")


def test_tick_at_another_instant_carries_the_deliveries_out_there(travelling, mailbox):
    lan_tu_contract()

    done = json.loads(run("tick", at="2026-11-23T12:07:00+08:00"))

    assert done["at"] == "2026-11-23T04:07:00Z"
    assert done["carried_out"] == [{"contract": "LT-2026-01", "to": "lin@lantu.test", "outcome": "sent"}]
    assert mailbox.mails[0]["Date"].datetime == T


def test_tick_refuses_a_wall_time_that_names_no_instant(travelling):
    with pytest.raises(CommandError, match="no offset"):
        run("tick", at="2026-11-23T04:07")


def test_a_month_of_ticks_tells_the_whole_story_without_a_worker(travelling, mailbox):
    found = lan_tu_contract()

    for hour in range(0, 30 * 24, 6):
        run("tick", at=f"{T - timedelta(days=5) + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}")

    ids = [mail["Message-ID"].strip() for mail in mailbox.mails]
    letters = [to for [to], name in zip(mailbox.recipients, ids, strict=True) if not name.startswith("<morning.")]
    assert letters == ["lin@lantu.test", "lin@lantu.test", "chen@vendor.test"]
    assert list(found.events.values_list("kind", flat=True)) == [
        "ending", "notice_sent", "ending", "notice_sent", "buffer_started", "soft_locked", "intervention_opened",
    ]  # fmt: skip


def test_timeline_prints_a_line_for_each_event_in_both_languages():
    lan_tu_contract()

    lines = [json.loads(line) for line in run("timeline", "LT-2026-01").splitlines()]

    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    signed = next(line for line in lines if line["kind"] == "signed")
    assert (signed["contract"], signed["product"], signed["planned"]) == ("LT-2026-01", "collab", False)
    assert signed["text"]["en"] == "Signed: until 27 November 2026, 23:59 (Asia/Shanghai)"
    assert "2026年11月27日23时59分" in signed["text"]["zh-hans"]


def test_timeline_of_an_unknown_number_says_so():
    with pytest.raises(CommandError, match="No contract has the number LT-0"):
        run("timeline", "LT-0")


def test_renewal_link_prints_an_address_that_opens_the_page():
    found = lan_tu_contract()

    address = run("renewal_link", "LT-2026-01", contact="LIN@lantu.test").strip()

    link = open_link(address.rstrip("/").rpartition("/")[2], now=T)
    assert (link.contract, link.contact.name) == (found, "林岚")


def test_renewal_link_asks_which_of_several_products():
    customer = lan_tu()
    contract(customer)
    contract(customer, product=Product.objects.create(code="archive", name="归档"))

    with pytest.raises(CommandError, match="--product: "):
        run("renewal_link", "LT-2026-01")
    assert "/r/" in run("renewal_link", "LT-2026-01", product="archive")


def test_renewal_link_of_nobody_known_says_so():
    lan_tu_contract()

    with pytest.raises(CommandError, match="no contact with the address"):
        run("renewal_link", "LT-2026-01", contact="who@lantu.test")


def test_check_clocks_proves_that_all_agree():
    lan_tu_contract()

    assert "all 1 contracts follow from their facts" in run("check_clocks")


def test_check_clocks_names_who_differs_and_repairs_it():
    found = lan_tu_contract()
    Clock.objects.update(next_event_at=None)

    out = StringIO()
    with pytest.raises(CommandError, match="1 contracts differ"):
        call_command("check_clocks", stdout=out)

    assert out.getvalue() == "LT-2026-01 collab\n"
    run("check_clocks", "--repair")
    assert clock_of(found).next_event_at is not None
    assert "follow from their facts" in run("check_clocks")


def test_check_clocks_repairs_however_many_differ_and_names_some(monkeypatch):
    customer = lan_tu()
    for number in range(105):
        contract(customer, number=f"LT-{number:03}")
    Clock.objects.update(next_event_at=None)

    said = run("check_clocks", "--repair").splitlines()

    assert said[99:] == ["LT-099 collab", "… and 5 more", "105 contracts computed anew."]
    assert "all 105 contracts follow from their facts" in run("check_clocks")


@pytest.fixture
def moved_law():
    """A contract whose stored end is an hour off what its zone's law gives today, as after a change of law."""
    customer = lan_tu()
    lin(customer)
    found = contract(customer, through="2027-11-27")
    ContractTerm.objects.update(ends_at=found.terms.get().ends_at + timedelta(hours=1))
    return found


def test_reconcile_instants_moves_the_instant_and_keeps_the_promise(moved_law):
    said = run("reconcile_instants")

    assert "LT-2026-01: 2027-11-27T23:59 Asia/Shanghai: 2027-11-27T17:00Z → 2027-11-27T16:00Z" in said
    assert "1 terms moved. Zone data: tzdata 202" in said
    assert Amendment.objects.filter(kind="reconciled").count() == 1
    assert "0 terms moved" in run("reconcile_instants")


def test_reconcile_instants_only_says_what_would_move_when_dry(moved_law):
    assert "1 terms would move" in run("reconcile_instants", "--dry-run")
    assert not Amendment.objects.filter(kind="reconciled").exists()


def test_tick_now_leaves_the_deliveries_to_the_workers():
    customer = lan_tu()
    lin(customer, any_hour=True)
    contract(customer, through="2026-11-27")

    run("tick")

    assert not Delivery.objects.exclude(over_at=None).exists()
