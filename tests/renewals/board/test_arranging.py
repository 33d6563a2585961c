"""A company makes the pipeline its own: stages, reasons, rates, and the ways in which its people look at it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User
from renewals.board.arrange_forms import ReasonSet, StageSet
from renewals.pipeline.models import ExchangeRate, LossReason, Renewal, SavedView, Stage
from renewals.pipeline.services import change
from tests.renewals.cast import T
from tests.renewals.pipeline.conftest import stage
from tests.renewals.sheets import sent_of

HERE = "/pipeline/arrange/"


@pytest.fixture
def shen(enter) -> Client:
    """The browser of Chen's manager."""
    return enter("shen")


def rows(prefix: str, found, **other: object) -> dict[str, object]:
    """What the page's list sends when nothing but this is changed: `stages-0-name` and so on."""
    forms = found(queryset=found.model.objects.all(), prefix=prefix)
    said: dict[str, object] = {"what": prefix, f"{prefix}-TOTAL_FORMS": len(forms.forms)}
    said |= {f"{prefix}-INITIAL_FORMS": len(forms.initial_forms)}
    for form in forms:
        for name, field in form.fields.items():
            value = form[name].value()
            if value is not None and value is not False:
                said[form.add_prefix(name)] = value
            if field.show_hidden_initial:
                said[form.add_initial_prefix(name)] = "" if value is None else value
    return said | other


@pytest.fixture
def usual(db: None) -> None:
    stage("lost")


def test_a_stage_gets_a_name_of_ones_own_and_whoever_changed_it_is_on_record(shen: Client, usual, house) -> None:
    shen.post(HERE, rows("stages", StageSet, **{"stages-3-name": "报价已发", "stages-3-probability": 75}))

    found = Stage.objects.get(word="offer_out")
    assert (str(found), found.probability) == ("报价已发", 75)
    line = LogEntry.objects.get()
    assert line.user == house["shen"]
    assert line.change_message == "name: – → 报价已发; probability: 70 → 75"


def test_what_stands_at_a_stage_takes_its_new_forecast_along(
    shen: Client, renewal: Renewal, harbor: Renewal, chen: User, house
) -> None:
    change(renewal, stage=stage("in_contact"), by=chen, now=T)
    change(harbor, stage=stage("in_contact"), probability=55, by=chen, now=T)

    shen.post(HERE, rows("stages", StageSet, **{"stages-1-category": "best_case", "stages-1-probability": 45}))
    change(renewal, stage=stage("verbal_yes"), by=chen, now=T)

    by_shen = renewal.changes.filter(by_user=house["shen"]).order_by("pk")
    assert list(by_shen.values_list("field", "before", "after")) == [
        ("category", "pipeline", "best_case"), ("probability", "40", "45"),
    ]  # fmt: skip
    found = Renewal.objects.order_by("ends_at").values_list("category", "probability")
    assert list(found) == [
        ("commit", 90),
        ("pipeline", 55),
    ]  # the first goes on with its stages, the other as it was set


@pytest.mark.parametrize("what", ["stages", "reasons"])
def test_what_another_manager_changed_meanwhile_stays(shen: Client, usual, what: str) -> None:
    said = sent_of(shen.get(HERE).content.decode(), having=f"{what}-0-place")
    model: type[Stage | LossReason] = Stage if what == "stages" else LossReason
    first = model.objects.all()[0]
    model.objects.filter(pk=first.pk).update(place=0, retired_at=T)

    shen.post(HERE, said | {f"{what}-0-name": "起步", f"{what}-1-name": "联系"})

    changed = model.objects.get(pk=first.pk)
    assert (changed.place, changed.retired_at, changed.name) == (0, T, "起步")
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {"起步", "联系"}


def test_a_stage_is_added_at_its_place(shen: Client, usual) -> None:
    new = {"stages-7-name": "法务审核", "stages-7-place": 4, "stages-7-probability": 80, "stages-7-category": "commit"}

    shen.post(HERE, rows("stages", StageSet, **new))

    assert [str(one) for one in Stage.objects.all()][4:6] == ["verbal yes", "法务审核"]


def test_a_stage_that_is_not_used_any_more_is_offered_to_nobody_and_keeps_its_renewals(
    shen: Client, renewal: Renewal, chen: User
) -> None:
    change(renewal, stage=stage("offer_out"), by=chen, now=T)

    shen.post(HERE, rows("stages", StageSet, **{"stages-3-retired": "on"}))

    assert not Stage.objects.standing().filter(word="offer_out").exists()
    assert Renewal.objects.get().stage.word == "offer_out"


def test_one_stage_on_the_way_stays(shen: Client, usual) -> None:
    gone = {f"stages-{number}-retired": "on" for number in range(5)}

    page = shen.post(HERE, rows("stages", StageSet, **gone))

    assert Stage.objects.standing().filter(ends="open").count() == 5
    assert "has to stay in use" in page.content.decode()


def test_a_reason_is_added_and_one_is_retired(shen: Client, usual) -> None:
    shen.post(HERE, rows("reasons", ReasonSet, **{"reasons-0-retired": "on", "reasons-7-name": "换了负责人"}))

    standing = [str(one) for one in LossReason.objects.standing()]
    assert "换了负责人" in standing
    assert "too expensive" not in standing


def test_a_row_without_a_name_is_named_as_wrong(shen: Client, usual) -> None:
    page = shen.post(HERE, rows("reasons", ReasonSet, **{"reasons-7-place": 3}))

    assert "Give it a name." in page.content.decode()


def test_a_rate_is_entered(shen: Client, house) -> None:
    shen.post(HERE, {"what": "rates", "rates-currency": "usd", "rates-on": "2026-11-01", "rates-rate": "7.1"})

    rate = ExchangeRate.objects.get()
    assert (rate.currency, rate.on, rate.rate, rate.entered_by) == (
        "USD", date(2026, 11, 1), Decimal("7.1"), house["shen"],
    )  # fmt: skip


def test_rates_are_pasted_from_a_sheet(shen: Client) -> None:
    lines = "currency\tday\trate\nUSD\t2026-11-01\t7.1\n\neur, 2026/11/02, 8.25\n"

    shen.post(HERE, {"what": "rates", "rates-lines": lines})

    found = ExchangeRate.objects.values_list("currency", "on", "rate")
    assert list(found) == [("EUR", date(2026, 11, 2), Decimal("8.25")), ("USD", date(2026, 11, 1), Decimal("7.1"))]


@pytest.mark.parametrize(
    "said",
    [
        {"rates-lines": "USD 2026-11-01 seven"},
        {"rates-lines": "USD 2026-11-31 7"},
        {"rates-lines": "CNY 2026-11-01 1"},
        {"rates-lines": "USD 2026-11-01 -7"},
        {"rates-lines": "USD 2026-11-01 NaN"},
        {"rates-currency": "CNY", "rates-on": "2026-11-01", "rates-rate": "1"},
        {"rates-currency": "USD", "rates-rate": "7"},
        {"rates-currency": "USD", "rates-on": "2026-11-01", "rates-rate": "0"},
        {},
    ],
)
def test_what_is_no_rate_is_named_and_kept_to_be_put_right(shen: Client, said) -> None:
    page = shen.post(HERE, {"what": "rates", **said})

    assert page.status_code == 200
    assert page.context["rates"].errors
    assert said.get("rates-lines", "") in page.content.decode()
    assert not ExchangeRate.objects.exists()


def test_a_second_rate_of_a_day_takes_the_place_of_the_first(shen: Client) -> None:
    for rate in ("7.1", "7.2"):
        shen.post(HERE, {"what": "rates", "rates-lines": f"USD 2026-11-01 {rate}"})

    assert ExchangeRate.objects.get().rate == Decimal("7.2")


def test_who_entered_a_rate_or_another_one_in_its_place_is_on_record(shen: Client, enter, house) -> None:
    shen.post(HERE, {"what": "rates", "rates-lines": "USD 2026-11-01 7.1"})
    enter("ada").post(HERE, {"what": "rates", "rates-lines": "USD 2026-11-01 1.7"})
    shen.post(f"/pipeline/rates/{ExchangeRate.objects.get().pk}/remove/")

    lines = LogEntry.objects.order_by("pk").values_list("user", "change_message")
    shen_and_ada = (house["shen"].pk, house["ada"].pk, house["shen"].pk)
    assert list(lines) == list(zip(shen_and_ada, ["– → 7.1", "7.1 → 1.7", "1.7 → –"], strict=True))


def test_a_csm_reads_and_does_not_write(enter) -> None:
    chen = enter("chen")

    assert chen.get(HERE).status_code == 200
    assert chen.post(HERE, {"what": "rates", "rates-lines": "USD 2026-11-01 7"}).status_code == 403


def test_a_view_is_saved_and_shared(shen: Client, enter, renewal: Renewal) -> None:
    shen.post("/pipeline/views/", {"name": "本周", "query": "within=7", "is_shared": "on"})

    page = enter("chen").get("/pipeline/").content.decode()
    assert "/pipeline/?within=7" in page
    assert "本周" in page


def test_a_view_of_ones_own_is_ones_own(shen: Client, enter) -> None:
    shen.post("/pipeline/views/", {"name": "本周", "query": "within=7"})

    assert "本周" not in enter("chen").get("/pipeline/").content.decode()


def test_who_made_a_view_removes_it_and_nobody_else_but_a_manager(shen: Client, enter, house) -> None:
    enter("ada").post("/pipeline/views/", {"name": "Mine", "query": "", "is_shared": "on"})
    view = SavedView.objects.get()

    enter("chen").post(f"/pipeline/views/{view.pk}/remove/")
    assert SavedView.objects.exists()
    shen.post(f"/pipeline/views/{view.pk}/remove/")
    assert not SavedView.objects.exists()


def test_the_columns_that_are_chosen_are_shown_and_are_in_the_file(shen: Client, renewal: Renewal) -> None:
    asked = {"columns": ["stage", "csm"]}

    table = shen.get("/pipeline/", asked).context["table"]
    file = b"".join(shen.get("/pipeline/", {**asked, "export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]

    assert [column.name for column in table.columns] == ["chosen", "last_minute", "stage", "csm", "edit"]
    head = file.splitlines()[0]
    assert "stage" in head
    assert "amount" not in head
