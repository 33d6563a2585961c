"""What the rules find of a renewal, what they come to, and what can be done about it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.peaks import note_peak
from accounts.services import NotAllowed, last_term
from renewals.conversations.models import Conversation, Promise
from renewals.health.models import Round, Snapshot
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.pipeline.services import change
from renewals.playbooks.models import PlanStep
from renewals.playbooks.services import mark_done
from renewals.risk.keeping import bring_up_to_date
from renewals.risk.models import RiskRule
from renewals.risk.panel import risks
from renewals.risk.reading import at_risk, rules_at, why
from renewals.risk.rules import USUAL, Rule, Word, points
from renewals.risk.services import plan_next, set_rules
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.gaps.conftest import locked
from tests.renewals.playbooks.test_laying import lay_all
from tests.renewals.sheets import sent_of

DAY = timedelta(days=1)


def found(contract, *, now=T) -> dict[Word, int]:
    """What was found by the rules that hold."""
    return {one.word: one.found for one in risks([contract.pk], now=now)[contract.pk].reasons}


def talk(contract, *, at) -> None:
    Conversation.objects.create(
        customer=contract.customer, contract=contract, at=at, time_zone="Asia/Shanghai", channel="call", said="-",
        by=contract.owner, recorded_at=at,
    )  # fmt: skip


def test_at_first_there_is_what_nobody_has_done(contract) -> None:
    days_since_its_start = (T - last_term(contract).starts_at) // DAY

    assert found(contract) == {Word.AGREED: 4, Word.TOLD: 4, Word.CONTACT: days_since_its_start}


def test_who_says_yes_is_no_risk_for_being_near(contract, renewal, house) -> None:
    change(renewal, category="commit", by=house["chen"], now=T)

    assert Word.AGREED not in found(contract)


def test_who_was_told_is_told(contract) -> None:
    record_evidence(last_term(contract), kind=Evidence.Kind.TOLD, at=T - DAY, by=contract.owner, now=T)

    assert found(contract) == {Word.AGREED: 4}


@pytest.mark.parametrize(("days", "so"), [(44, False), (45, True)])
def test_a_conversation_is_contact_for_so_long(contract, days, so) -> None:
    talk(contract, at=T - days * DAY)

    assert (Word.CONTACT in found(contract)) is so


def test_the_health_of_the_last_whole_day_counts(contract) -> None:
    Round.objects.create(on=date(2026, 11, 23), begun_at=T, finished_at=T)
    Snapshot.objects.create(contract=contract, on=date(2026, 11, 23), score=31)

    assert found(contract)[Word.HEALTH] == 31


def test_promises_of_ours_that_are_late_are_counted(contract) -> None:
    said = {"customer": contract.customer, "time_zone": "Asia/Shanghai", "by": contract.owner, "made_at": T - 9 * DAY}
    Promise.objects.create(what="a report", due_on=date(2026, 11, 22), **said)
    Promise.objects.create(what="for today", due_on=date(2026, 11, 23), **said)
    Promise.objects.create(what="theirs", due_on=date(2026, 11, 1), side=Promise.Side.THEIRS, **said)

    assert found(contract)[Word.PROMISES] == 1


def test_a_lock_that_took_paid_time_is_remembered_for_a_year(contract) -> None:
    locked(contract, cast.utc("2026-11-22T16:00"))

    assert found(contract)[Word.LOCKED] == 5 * 24 * 60


def test_a_peak_counts_that_nobody_has_decided_about(contract) -> None:
    note_peak(contract.customer, name="月结", kind="month_end", count=5, by=contract.owner, now=T)

    assert Word.PEAK in found(contract)


def test_a_step_counts_from_the_day_after_its_own(contract, renewal, house) -> None:
    change(renewal, next_step="Offer", next_step_on=date(2026, 11, 21), competitor="Parity", by=house["chen"], now=T)

    assert (found(contract)[Word.STEP], found(contract)[Word.COMPETITOR]) == (2, 1)


def test_in_the_list_each_renewal_has_the_points_of_its_reasons(contract, renewal, house) -> None:
    note_peak(contract.customer, name="月结", kind="month_end", count=5, by=contract.owner, now=T)
    change(renewal, competitor="Parity", by=house["chen"], now=T)
    bring_up_to_date(house["ada"], now=T)

    for one in at_risk(house["ada"], rules=USUAL, now=T):
        assert one.points == points(why(one, USUAL))
    assert one.points == 20 + 15 + 15 + 15 + 10


def test_the_list_shows_only_what_the_reader_may_see(contract, enter) -> None:
    assert [len(enter(name).get("/risk/").context["table"].rows) for name in ("shen", "otto")] == [1, 0]


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"why": "told"}, 1), ({"why": "peak"}, 0), ({"risk": "high"}, 1), ({"risk": "low"}, 0), ({"q": "lt-2026"}, 1)],
)
def test_it_is_narrowed(contract, enter, asked, count) -> None:
    assert len(enter("ada").get("/risk/", asked).context["table"].rows) == count


def test_a_longer_list_asks_no_more_questions(contract, house, enter) -> None:
    counts = []
    for number in range(2):
        client = enter("ada")
        bring_up_to_date(house["ada"], now=T)
        with CaptureQueriesContext(connection) as asked:
            client.get("/risk/")
        counts.append(len(asked))
        for one in range(5):
            customer = cast.lan_tu(name=f"Customer {number} {one}", owner=house["otto"])
            note_peak(customer, name="月结", kind="month_end", count=5, by=house["otto"], now=T)
            cast.contract(customer, number=f"N-{number}-{one}")

    assert counts[0] == counts[1] <= 25


def test_its_file_says_why(contract, enter) -> None:
    text = b"".join(enter("ada").get("/risk/?export=csv").streaming_content).decode()

    assert "Nobody there was told of the minute, and 4 days are left." in text


def test_a_rule_holds_as_a_manager_sets_it_and_it_is_on_record(contract, house) -> None:
    set_rules({**USUAL, Word.CONTACT: Rule(45, 0), Word.TOLD: Rule(3, 15)}, by=house["shen"], now=T)

    assert found(contract) == {Word.AGREED: 4}
    assert set(RiskRule.objects.values_list("word", "by__name")) == {("contact", "Shen"), ("told", "Shen")}
    assert rules_at(T - DAY) == USUAL


def test_who_was_told_that_it_renews_by_itself_was_told_and_spoken_to(house) -> None:
    contract = cast.lan_tu_contract(
        now=T, start="2026-03-01", through="2027-01-10", renews_itself=True, notice_days=30, renews_for="1 year"
    )
    lin = contract.customer.contacts.get()
    term, at = last_term(contract), T + 10 * DAY
    record_evidence(term, kind=Evidence.Kind.RENEWS, by=house["chen"], now=at, contact=lin, at=at, note="by phone")

    assert not {Word.TOLD, Word.CONTACT} & found(contract, now=T + 44 * DAY).keys()


def test_a_csm_sets_no_rules(house, enter) -> None:
    with pytest.raises(NotAllowed):
        set_rules(USUAL, by=house["chen"], now=T)
    assert enter("chen").get("/risk/rules/").status_code == 200
    assert enter("chen").post("/risk/rules/").status_code == 403


def test_what_makes_no_sense_is_said_and_kept(enter) -> None:
    client = enter("shen")
    form = client.get("/risk/rules/").context["form"]
    typed = {name: field.initial for name, field in form.fields.items()}
    typed |= {f"initial-{name}": value for name, value in typed.items()}

    answer = client.post("/risk/rules/", typed | {"health_weight": 300})

    assert "health_weight" in answer.context["form"].errors
    assert 'value="300"' in answer.content.decode()
    assert client.post("/risk/rules/", typed | {"health_weight": 30}).status_code == 302
    assert RiskRule.objects.get().rule == Rule(50, 30)


def test_a_rule_that_somebody_else_set_meanwhile_stays(house, enter) -> None:
    client = enter("shen")
    said = sent_of(client.get("/risk/rules/").content.decode(), having="peak_weight")
    set_rules(USUAL | {Word.COMPETITOR: Rule(1, 40)}, by=house["ada"], now=T - timedelta(minutes=5))

    client.post("/risk/rules/", said | {"peak_weight": 30})

    assert {word: rule.weight for word, rule in rules_at(T).items() if rule != USUAL[word]} == {
        Word.COMPETITOR: 40, Word.PEAK: 30,
    }  # fmt: skip


def test_one_click_plans_what_is_suggested(contract, renewal, enter) -> None:
    lay_all()
    enter("chen").post(f"/risk/{renewal.pk}/plan/")

    step = PlanStep.objects.get(added_by__isnull=False)
    assert (step.title, step.channel) == ("Call whoever decides: what is still missing to say yes?", "call")
    assert step.aim.startswith("Nothing is agreed, and 4 days are left.")
    assert T < step.goes_at <= T + DAY


def test_the_same_is_not_planned_twice_while_it_waits(contract, renewal, house) -> None:
    lay_all()
    step = plan_next(renewal, by=house["chen"], now=T)

    with pytest.raises(NotAllowed, match="planned already"):
        plan_next(renewal, by=house["chen"], now=T)
    mark_done(step, how="called", by=house["chen"], now=T)
    plan_next(renewal, by=house["chen"], now=T)


@pytest.mark.parametrize("path", ["/risk/", "/contracts/LT-2026-01/"])
def test_the_click_is_accepted_from_either_page(contract, renewal, enter, path) -> None:
    page = enter("chen").get(path).content.decode()

    form = page[page.index(f'action="/risk/{renewal.pk}/plan/"') :]
    assert "csrfmiddlewaretoken" in form[: form.index("</form>")]


def test_a_stranger_plans_nothing(contract, renewal, enter) -> None:
    assert enter("otto").post(f"/risk/{renewal.pk}/plan/").status_code == 404


def test_the_contract_says_why_on_its_page(contract, enter) -> None:
    page = enter("chen").get(contract.get_absolute_url()).content.decode()

    assert "Nobody there was told of the minute, and 4 days are left." in page


def test_a_rule_out_of_bounds_is_refused_by_the_database(house) -> None:
    with pytest.raises(IntegrityError):
        RiskRule.objects.create(word="health", limit=1, weight=101, at=T, by=house["ada"])


def test_a_csm_is_offered_no_other_team(house, enter) -> None:
    offered = [enter(name).get("/risk/").context["filter"].form.fields["team"].queryset for name in ("otto", "ada")]

    assert [[team.name for team in teams] for teams in offered] == [["West"], ["East", "West"]]
