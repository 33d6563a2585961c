"""Each figure of the forecast against the slow and obvious sum of its rows, and against the rows behind it."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contract
from accounts.services import Sold, change_details, move_end
from accounts.terms import parse_term
from renewals.forecast.models import Target
from renewals.forecast.movement import Move
from renewals.forecast.pages import SHOWN
from renewals.forecast.periods import read
from renewals.forecast.quarter import retentions
from renewals.forecast.retention import Decided, retention
from renewals.forecast.services import set_target
from renewals.pipeline.models import Renewal, Stage
from renewals.pipeline.rates import rates_now
from renewals.pipeline.services import change
from renewals.pipeline.usual import ensure, not_known
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.forecast.conftest import add, stage

RATES = {"CNY": Decimal(1), "USD": Decimal("7.10")}
Q4, DECEMBER = "2026-Q4", "2026-12"


def home(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None or currency not in RATES else amount * RATES[currency]


def bucket(one: Renewal) -> str:
    return one.outcome or one.category


def slowly(period: str, *buckets: str, **fields) -> Decimal:
    """What the rows of these buckets add up to, one by one."""
    span = read(period)
    rows = Renewal.objects.filter(**fields).select_related("term", "contract__owner", "contract__customer")
    inside = [one for one in rows if span.holds(one.term.last_minute.date()) and bucket(one) in buckets]
    return sum((home(one.amount, one.currency) or Decimal(0) for one in inside), Decimal(0))


def forecast(client, **query):
    response = client.get("/forecast/", query)
    assert response.status_code == 200
    return response.context["page"]


def rows_behind(client, href: str) -> list[Renewal]:
    response = client.get(href)
    assert response.status_code == 200
    return [row.record for row in response.context["table"].rows]


def cells(chart) -> dict[str, list[Decimal | None]]:
    return {line.name: [cell.value for cell in line.cells] for line in chart.lines}


def test_each_month_and_quarter_is_the_sum_of_its_rows(enter, quarter) -> None:
    page = forecast(enter("ada"), period=Q4)

    months = [month for span in page.spans for month in span.each_month]
    for span, line in zip(months, page.by_month.lines, strict=True):
        assert [cell.value for cell in line.cells[:6]] == [slowly(span.key, one) for one in SHOWN]
    for span, line in zip(page.spans, page.by_quarter.lines, strict=True):
        assert [cell.value for cell in line.cells[:6]] == [slowly(span.key, one) for one in SHOWN]


@pytest.mark.parametrize("by", ["csm", "team", "product", "segment"])
def test_each_figure_opens_the_rows_that_it_is_the_sum_of(enter, quarter, by) -> None:
    client = enter("ada")
    page = forecast(client, period=Q4, by=by)

    for chart in (page.by_month, page.parts):
        for line in chart.lines:
            for cell in line.cells[:6]:
                rows = rows_behind(client, cell.href)
                assert cell.value == sum((home(one.amount, one.currency) or 0 for one in rows), Decimal(0))


@pytest.mark.parametrize(
    ("by", "column"),
    [
        ("csm", "contract__owner__name"),
        ("team", "contract__owner__team__name"),
        ("product", "contract__product__name"),
        ("segment", "contract__customer__segment"),
    ],
)
def test_a_quarter_is_broken_down_whole(enter, quarter, by, column) -> None:
    parts = forecast(enter("ada"), period=Q4, by=by).parts

    for line in parts.lines:
        named = line.name if by != "segment" or line.name == "big" else ""
        assert [cell.value for cell in line.cells[:6]] == [slowly(Q4, one, **{column: named}) for one in SHOWN]
    assert sum(line.cells[0].value for line in parts.lines) == slowly(Q4, "signed")


def test_of_very_many_parts_the_least_have_one_line_together(enter, quarter, monkeypatch) -> None:
    monkeypatch.setattr("renewals.forecast.pages.MOST_PARTS", 1)

    first, others = forecast(enter("ada"), period=Q4, by="csm").parts.lines

    assert (first.name, others.name) == ("陈舟", "1 others")
    assert [one.value for one in others.cells[:6]] == [slowly(Q4, one, contract__owner__name="Otto") for one in SHOWN]


def test_the_weights_of_the_address_say_what_is_counted_on(enter, quarter) -> None:
    asked = {"commit": "100", "best_case": "50", "pipeline": "0"}

    page = forecast(enter("ada"), period=Q4, **asked)

    expected = slowly(Q4, "signed", "commit") + slowly(Q4, "best_case") / 2
    assert page.by_quarter.lines[0].cells[6].value == expected
    assert page.head[0].text == f"¥ {expected:,.0f}"


def test_weights_that_make_no_sense_are_said_and_are_the_usual_ones(enter, quarter) -> None:
    page = forecast(enter("ada"), period=Q4, commit="900")

    assert page.weights.commit == 90
    assert page.weights_form.errors


def test_by_probability_is_the_sum_of_rows_too(enter, quarter) -> None:
    page = forecast(enter("ada"), period=Q4)

    slow = slowly(Q4, "signed")
    for one in Renewal.objects.open().select_related("term"):
        if read(Q4).holds(one.term.last_minute.date()):
            slow += (home(one.amount, one.currency) or 0) * one.probability / Decimal(100)
    assert f"¥ {slow:,.0f}" in page.head[0].beneath


def decided_of(one: Renewal) -> Decided:
    return Decided(
        customer=one.contract.customer_id,
        is_signed=one.outcome == "signed",
        was=home(one.amount_now, one.currency_now),
        now=home(one.amount, one.currency),
    )


def test_what_is_kept_is_as_the_rows_say(enter, quarter) -> None:
    page = forecast(enter("ada"), period=Q4)

    rows = [one for one in Renewal.objects.exclude(outcome="") if read(Q4).holds(one.term.last_minute.date())]
    slow = retention(map(decided_of, rows))
    shares = (slow.gross, slow.net, slow.gross_customers, slow.net_customers)
    assert [cell.value for cell in page.retention.lines[-1].cells[:4]] == [round(share, 4) for share in shares]
    assert len(rows_behind(enter("ada"), page.retention.lines[-1].cells[0].href)) == len(rows) == 3


@pytest.mark.parametrize("seed", range(5))
def test_customers_with_several_renewals_are_kept_as_the_rows_say(house, seed) -> None:
    lots, customers = random.Random(seed), [cast.lan_tu(name=f"Customer {n}", owner=house["chen"]) for n in range(4)]
    ensure()
    for number in range(14):
        sold = Sold(seats=1, value=lots.choice([None, Decimal(100), Decimal(200)]), currency="CNY")
        through = lots.choice(["2026-11-25", "2026-11-29", "2026-12-01", "2026-12-30"])
        contract = cast.contract(lots.choice(customers), number=f"K-{number}", through=through, now=T, sold=sold)
        worth = lots.choice([None, Decimal(100), Decimal(150)])
        how = lots.choice([{"stage": stage("signed")}, {"stage": stage("lost"), "loss_reason": not_known()}])
        change(Renewal.objects.get(contract=contract), by=house["chen"], now=T, amount=worth, currency="CNY", **how)

    found = retentions(Renewal.objects.all(), read(Q4), rates_now(now=T))

    every = Renewal.objects.exclude(outcome="").select_related("contract", "term")
    decided = [(one.term.last_minute.date().replace(day=1), decided_of(one)) for one in every]
    slow = {month: retention(one for on, one in decided if on == month) for month in {on for on, _one in decided}}
    assert found == slow | {None: retention(one for _on, one in decided)}


def test_what_is_too_far_away_to_have_begun_is_counted_beside(enter, quarter, house) -> None:
    for number, zone in (("FAR-1", "Asia/Shanghai"), ("FAR-2", "America/New_York")):
        customer = cast.lan_tu(name=number, zone=zone, owner=house["otto"])
        sold = Sold(value=Decimal(100), currency="CNY" if zone == "Asia/Shanghai" else "USD")
        cast.contract(customer, number=number, through="2027-03-31", sold=sold, now=T)
    client = enter("ada")

    cell = forecast(client, period=Q4, csm=house["otto"].pk).by_quarter.lines[1].cells[-1]

    assert cell.value == 100 + 710
    assert [row.contract.number for row in rows_behind(client, cell.href)] == ["FAR-1", "FAR-2"]


@pytest.mark.parametrize("is_converted", [False, True])
def test_a_trial_that_goes_on_is_neither_kept_nor_growth(enter, quarter, house, is_converted: bool) -> None:
    before = forecast(enter("ada"), period=Q4).retention.lines[-1]
    trial = add("TRIAL", through="2026-12-10", owner=house["chen"], worth=0, at="signed", amount=Decimal(5000)).contract
    change_details(trial, kind=Contract.Kind.TRIAL, by="a test", now=T - timedelta(days=1))
    if is_converted:
        change_details(trial, kind=Contract.Kind.PAID, by="a test", now=T + timedelta(days=1))

    found = forecast(enter("ada"), period=Q4).retention.lines[-1]

    assert [cell.value for cell in found.cells] == [cell.value for cell in before.cells]
    assert len(rows_behind(enter("ada"), found.cells[0].href)) == 3


def test_a_currency_without_a_rate_is_left_out_and_said(enter, quarter) -> None:
    assert "GBP" in forecast(enter("ada"), period=Q4).note


def test_a_month_is_the_customers_own(enter, quarter) -> None:
    """C ends on 31 December in New York: by then it is January in Shanghai."""
    page = forecast(enter("ada"), period=Q4)

    rows = rows_behind(enter("ada"), page.by_month.lines[2].cells[SHOWN.index("pipeline")].href)
    assert "C" in [one.contract.number for one in rows]


def test_the_week_is_the_difference_of_two_sums(enter, quarter, house, set_clock) -> None:
    then = slowly(Q4, "commit", "best_case", "pipeline", "omitted")
    later = T + timedelta(days=8)
    by_number = {one.contract.number: one for one in Renewal.objects.select_related("contract")}
    moves = {
        "A": {"amount": Decimal(1100), "currency": "CNY"},
        "B": {"stage": Stage.objects.get(word="signed")},
        "G": {"category": "commit"},
        "F": {"stage": Stage.objects.get(word="in_contact")},
    }
    for number, said in moves.items():
        change(by_number[number], by=house["ada"], now=T + timedelta(days=3), **said)
    client = enter("ada")
    set_clock(later)

    page = forecast(client, period=Q4)

    now = slowly(Q4, "commit", "best_case", "pipeline", "omitted")
    assert sum(delta for _count, delta in page.moved.values()) == now - then
    assert set(page.moved) == {Move.MORE, Move.SIGNED, Move.SURER, Move.REOPENED}
    for line in page.movement.lines:
        assert len(rows_behind(client, line.cells[1].href)) == line.cells[1].value == 1


def test_an_end_that_moved_into_another_quarter_slipped(enter, quarter, house, set_clock) -> None:
    found = Renewal.objects.get(contract__number="B")
    moved = {"term": parse_term("through 2027-01-31"), "reason": "they asked", "by": house["chen"]}
    move_end(found.contract, now=T + timedelta(days=3), **moved)
    client = enter("ada")
    set_clock(T + timedelta(days=8))

    old, new = (forecast(client, period=period).moved for period in (Q4, "2027-Q1"))

    assert old == {Move.SLIPPED: (1, -2500)}
    assert new == {Move.CAME_IN: (1, 2500)}


def test_what_has_begun_since_came_in(enter, quarter, house, set_clock) -> None:
    client = enter("ada")
    set_clock(T + timedelta(days=6))

    moved = forecast(client, period=Q4).movement.lines[0]

    count, worth = (cell.value for cell in reversed(moved.cells))
    assert worth == slowly(Q4, "commit", "best_case", "pipeline", "omitted")
    assert len(rows_behind(client, moved.cells[0].href)) == count == 5


def test_who_sees_less_has_smaller_figures(enter, quarter) -> None:
    page = forecast(enter("shen"), period=Q4)

    theirs = {"contract__owner__team__name": "East"}
    assert [cell.value for cell in page.by_quarter.lines[0].cells[:6]] == [slowly(Q4, one, **theirs) for one in SHOWN]


def test_filters_narrow_every_figure(enter, quarter, house) -> None:
    page = forecast(enter("ada"), period=Q4, csm=house["otto"].pk)

    theirs = {"contract__owner": house["otto"]}
    assert [cell.value for cell in page.by_quarter.lines[0].cells[:6]] == [slowly(Q4, one, **theirs) for one in SHOWN]


@pytest.mark.parametrize(
    "query", [{"period": "2026-Q9"}, {"period": "x"}, {"csm": "x"}, {"by": "evil"}, {"segment": "-"}]
)
def test_an_address_that_makes_no_sense_shows_the_present_quarter(enter, quarter, query) -> None:
    page = forecast(enter("ada"), **query)

    assert page.period.key == Q4
    assert page.by_quarter.lines[0].cells[0].value == slowly(Q4, "signed")


def test_the_page_asks_a_constant_number_of_questions(enter, quarter, house) -> None:
    client = enter("ada")
    forecast(client)  # the first page of a login notes that it is used
    counts = []
    for number in range(2):
        add(f"X{number}", through="2026-12-30", owner=house["otto"], worth=100)
        for address in ("/forecast/", "/forecast/rows/?period=2026-Q4", "/forecast/targets/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))

    assert counts[:3] == counts[3:]
    assert max(counts) <= 25


def test_the_rows_lead_back_to_the_page_as_it_was(enter, quarter, house) -> None:
    client, asked = enter("ada"), {"csm": str(house["chen"].pk), "by": "team", "commit": "70"}
    href = forecast(client, period=Q4, **asked).head[2].href

    back = re.search(r'href="(/forecast/\?period=[^"]*)"', client.get(href).content.decode())

    assert back is not None
    assert parse_qs(urlsplit(unescape(back[1])).query) == {
        name: [said] for name, said in {"period": Q4, **asked}.items()
    }


def test_the_rows_are_a_file_too(enter, quarter) -> None:
    asked = {"period": DECEMBER, "bucket": "open", "export": "csv"}
    file = enter("ada").get("/forecast/rows/", asked).getvalue().decode()

    assert len(file.splitlines()) == 1 + 4
    assert "2026-12-31 23:59,America/New_York,2027-01-01T05:00:00Z" in file


def set_by(user, amount: int | None, period: str, **whom) -> Target:
    worth = None if amount is None else Decimal(amount)
    return set_target(period=read(period), amount=worth, currency="CNY", by=user, now=T, **whom)


def test_a_quarter_has_its_own_target_or_its_months_together(enter, quarter, house) -> None:
    shen, east = house["shen"], house["shen"].team
    for month in ("2026-11", "2026-12"):
        set_by(shen, 1000, month, team=east)
    client = enter("shen")

    assert forecast(client, period=Q4).target(read(Q4), forecast(client).whom) == 2000
    set_by(shen, 5000, Q4, team=east)
    assert forecast(client, period=Q4).by_quarter.lines[0].cells[-2].value == 5000
    assert "%" in forecast(client, period=Q4).head[1].beneath


def test_the_latest_target_holds_and_none_takes_it_away(enter, quarter, house) -> None:
    for amount in (1000, 1500, None):
        set_by(house["ada"], amount, Q4)
        assert forecast(enter("ada"), period=Q4).by_quarter.lines[0].cells[-2].value == amount
    assert Target.objects.count() == 3


def test_the_company_without_a_target_has_its_teams(enter, quarter, house) -> None:
    for name in ("shen", "otto"):
        set_by(house["ada"], 700, Q4, team=house[name].team)

    assert forecast(enter("ada"), period=Q4).by_quarter.lines[0].cells[-2].value == 1400


def test_a_teams_target_is_held_against_what_its_people_own(enter, quarter, house) -> None:
    nobodys = cast.lan_tu(name="Nobody's", owner=None)
    sold = Sold(seats=1, value=Decimal(100000), currency="CNY")
    cast.contract(nobodys, number="NB", through="2026-12-24", owner=None, sold=sold, now=T)
    change(Renewal.objects.get(contract__number="NB"), stage=Stage.objects.get(word="signed"), by=house["ada"], now=T)
    set_by(house["shen"], 1400, Q4, team=house["shen"].team)
    client = enter("shen")

    own = forecast(client, period=Q4, team=house["shen"].team_id).head[0].text
    page = forecast(client, period=Q4)

    assert own != page.head[0].text
    share = forecast(client, period=Q4, team=house["shen"].team_id).head[1].beneath.split()[3]
    assert page.head[1].beneath == f"what the team’s people own is {share} of it"


@pytest.mark.parametrize(
    ("who", "of_one_team", "is_said"), [("shen", False, True), ("shen", True, False), ("ada", False, False)]
)
def test_where_nobodys_contracts_stand_beside_a_teams_target_that_is_said(
    enter, quarter, house, who, of_one_team, is_said
) -> None:
    set_by(house["ada"], 1400, Q4, team=house["shen"].team)
    narrowed = {"team": house["shen"].team_id} if of_one_team else {}

    page = forecast(enter(who), period=Q4, **narrowed)

    assert ("nobody owns" in page.by_quarter.note) == is_said


def test_where_no_target_stands_nothing_is_said_of_whom_it_is_for(enter, quarter, house) -> None:
    set_by(house["ada"], 1400, Q4, team=house["shen"].team)

    page = forecast(enter("shen"), period="2027-Q2")

    assert page.by_month.note == ""


def test_one_colleagues_figures_are_held_against_no_teams_target(enter, quarter, house) -> None:
    set_by(house["ada"], 700, Q4, team=house["chen"].team)

    whole, one = (
        forecast(enter("ada"), period=Q4, by="team", **narrower) for narrower in ({}, {"csm": house["chen"].pk})
    )

    assert [line.cells[-1].text for line in whole.parts.lines if line.name == "East"] == ["¥ 700"]
    assert [line.cells[-1].text for line in one.parts.lines] == ["–"]


def test_a_target_of_which_a_part_has_no_rate_is_none_and_that_is_said(enter, quarter, house) -> None:
    east, west = house["shen"].team, house["otto"].team
    set_by(house["ada"], 1000, Q4, team=west)
    said = {"period": read(Q4), "amount": Decimal(900), "currency": "EUR"}
    set_target(**said, by=house["ada"], now=T, team=east)

    page = forecast(enter("ada"), period=Q4)

    assert (page.head[1].text, page.head[1].beneath) == ("–", "")
    assert "EUR" in page.note


def test_what_has_not_begun_and_has_no_rate_is_said(enter, quarter, house) -> None:
    far = cast.lan_tu(name="Far", owner=house["otto"])
    sold = Sold(seats=1, value=Decimal(50000), currency="EUR")
    cast.contract(far, number="FAR", start="2026-07-01", through="2027-06-30", sold=sold, now=T)
    client = enter("ada")

    assert "EUR" in forecast(client, period="2027-Q2").note
    assert "EUR" in client.get("/forecast/rows/?period=2027-Q2&bucket=not_begun").context["note"]


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [("shen", "team:{east}", 302), ("shen", "team:{west}", 200), ("chen", "team:{east}", 403)],
)
def test_a_manager_sets_the_targets_of_their_own_team(enter, house, who, whom, status) -> None:
    teams = {"east": house["shen"].team_id, "west": house["otto"].team_id}
    said = {"whom": whom.format(**teams), "period": Q4, "amount": "1000", "currency": "CNY"}

    assert enter(who).post("/forecast/targets/", said).status_code == status
    assert Target.objects.exists() == (status == 302)


def test_a_target_that_makes_no_sense_loses_nothing_that_was_typed(enter, house) -> None:
    said = {"whom": f"team:{house['shen'].team_id}", "period": Q4, "amount": "-5", "currency": "yuan"}

    page = enter("shen").post("/forecast/targets/", said)

    assert set(page.context["form"].errors) == {"amount", "currency"}
    assert b'value="yuan"' in page.content


def test_a_target_is_of_whole_months(house) -> None:
    with pytest.raises(IntegrityError):
        Target.objects.create(first_on=date(2026, 11, 1), months=3, currency="CNY", at=T)
