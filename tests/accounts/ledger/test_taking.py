"""A ledger becomes contracts: what is new, what has changed, what joins, what is asked about (rules 5 and 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, ProgrammingError

from accounts.ledger.writer import Writer
from accounts.models import Amendment, Contact, Contract, ContractTerm, Customer, Product, Team, User
from accounts.services import default_calendar
from tests.accounts.ledger.conftest import HEADINGS, T, codes, refused, sheet, take, text

pytestmark = pytest.mark.django_db

YUNQI = ("云启科技", "HT-1", "云笔", "2026-01-01", "2026-05-15")


def terms(number="HT-1"):
    found = ContractTerm.objects.filter(contract__number=number).order_by("starts_at")
    return [(term.starts_at, term.ends_at) for term in found]


def utc(said):
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


def counted(draft):
    found = draft.plan.count()
    return tuple(found[name] for name in ("created", "updated", "unchanged", "refused"))


def test_a_row_becomes_a_contract_with_its_exact_last_minute():
    take(text(YUNQI))

    term = ContractTerm.objects.get()
    assert (term.contract.number, term.contract.customer.name, term.contract.product.name) == (
        "HT-1",
        "云启科技",
        "云笔",
    )
    assert (term.last_minute, term.time_zone) == (datetime(2026, 5, 15, 23, 59), "Asia/Shanghai")
    assert (term.starts_at, term.ends_at) == (utc("2025-12-31T16:00"), utc("2026-05-15T16:00"))
    assert (term.sold_from, term.sold_as) == ("2026-01-01", "through 2026-05-15")


def test_what_was_signed_is_on_record():
    take(text(YUNQI), by="import_ledger x.csv")

    amendment = Amendment.objects.get()
    assert (amendment.kind, amendment.by_name, amendment.at) == ("signed", "import_ledger x.csv", T)
    assert amendment.after == {"last_minute": "2026-05-15T23:59", "time_zone": "Asia/Shanghai"}


def test_the_same_file_twice_changes_nothing():
    data = sheet(
        (*YUNQI, "¥86,400", 50, "林岚", "lin@yunqi.test"), headings=(*HEADINGS, "金额", "席位", "联系人", "邮箱")
    )
    take(data)

    again = take(data)

    assert counted(again) == (0, 0, 1, 0)
    assert (Amendment.objects.count(), Contact.objects.count(), ContractTerm.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("end", "last_minute", "ends_at"),
    [
        ("2026-05-15 18:00", datetime(2026, 5, 15, 18, 0), utc("2026-05-15T10:01")),
        ("2026-05-15 24:00", datetime(2026, 5, 15, 23, 59), utc("2026-05-15T16:00")),
        ("2026-05-15 00:00", datetime(2026, 5, 15, 23, 59), utc("2026-05-15T16:00")),
        ("2026-05-15 23:59:59", datetime(2026, 5, 15, 23, 59), utc("2026-05-15T16:00")),
        ("2026-05-15T10:00Z", datetime(2026, 5, 15, 18, 0), utc("2026-05-15T10:01")),
        ("1年", datetime(2026, 12, 31, 23, 59), utc("2026-12-31T16:00")),
    ],
)
def test_an_end_is_taken_as_written(end, last_minute, ends_at):
    take(text((*YUNQI[:4], end)))

    term = ContractTerm.objects.get()
    assert (term.last_minute, term.ends_at) == (last_minute, ends_at)


@pytest.mark.parametrize(
    ("zone", "ends_at"),
    [("Africa/Cairo", utc("2027-04-29T22:00")), ("America/New_York", utc("2027-04-30T04:00"))],
)
def test_the_end_is_that_of_the_day_where_the_customer_is(zone, ends_at):
    take(text((*YUNQI[:3], "2027-04-01", "2027-04-29")), zone=zone)

    assert ContractTerm.objects.get().ends_at == ends_at


def test_a_later_end_extends_and_is_on_record():
    take(text(YUNQI))

    again = take(text((*YUNQI[:4], "2026-06-15")))

    assert counted(again) == (0, 1, 0, 0)
    assert terms() == [(utc("2025-12-31T16:00"), utc("2026-06-15T16:00"))]
    amendment = Amendment.objects.latest("pk")
    assert (amendment.kind, amendment.before["last_minute"]) == ("extended", "2026-05-15T23:59")


def test_an_earlier_end_is_refused_and_nothing_of_the_row_is_taken():
    take(text(YUNQI))

    again = take(text((*YUNQI[:4], "2026-05-14", 99), headings=(*HEADINGS, "席位")))

    assert refused(again) == [(2, "ends_earlier")]
    assert (terms()[0][1], ContractTerm.objects.get().seats) == (utc("2026-05-15T16:00"), None)


def test_value_seats_and_owner_are_updated_and_blank_cells_say_nothing():
    owner = User.objects.create_user("chen@vendor.test", name="陈舟")
    headings = (*HEADINGS, "金额", "席位", "负责人")
    take(text((*YUNQI, "¥100", "5", ""), headings=headings))

    again = take(text((*YUNQI, "", "9", "陈舟"), headings=headings))

    term = ContractTerm.objects.get()
    assert counted(again) == (0, 1, 0, 0)
    assert (term.value, term.currency, term.seats, term.contract.owner) == (Decimal(100), "CNY", 9, owner)
    assert {amendment.kind for amendment in Amendment.objects.all()} == {"signed", "changed"}


def test_one_number_may_cover_several_products():
    draft = take(text(YUNQI, (*YUNQI[:2], "云表", "2026-02-01", "2027-01-31")))

    assert counted(draft) == (2, 0, 0, 0)
    assert Contract.objects.filter(number="HT-1").count() == 2


def test_successive_terms_of_one_product_are_one_contract():
    take(text(("云启科技", "HT-1", "云笔", "2026-05-16", "2027-05-15"), YUNQI))

    assert Contract.objects.count() == 1
    assert terms() == [
        (utc("2025-12-31T16:00"), utc("2026-05-15T16:00")),
        (utc("2026-05-15T16:00"), utc("2027-05-15T16:00")),
    ]
    assert [amendment.kind for amendment in Amendment.objects.order_by("pk")] == ["signed", "renewed"]


def test_a_period_that_begins_on_the_last_day_of_the_one_before_joins_it():
    draft = take(text(YUNQI, (*YUNQI[:3], "2026-05-15", "2027-05-15")))

    assert "joins" in codes(draft)
    assert terms()[1] == (utc("2026-05-15T16:00"), utc("2027-05-15T16:00"))


def test_a_renewal_joins_the_term_on_record_and_is_taken_once():
    take(text(YUNQI))
    renewal = text((*YUNQI[:3], "2026-05-15", "2027-05-15"))

    first, second = take(renewal), take(renewal)

    assert (counted(first), counted(second)) == ((0, 1, 0, 0), (0, 0, 1, 0))
    assert len(terms()) == 2


def test_who_said_no_and_is_on_the_ledger_with_a_later_end_stays_after_all():
    take(text(YUNQI))
    Contract.objects.update(declined_at=T)

    take(text((*YUNQI[:3], "2026-05-15", "2027-05-15")))

    assert Contract.objects.get().declined_at is None
    said = Amendment.objects.get(kind=Amendment.Kind.CHANGED)
    assert (said.before, said.after) == ({"declined_at": str(T)}, {"declined_at": ""})


def test_an_older_term_takes_back_no_no():
    take(text((*YUNQI[:3], "2023-01-01", "2023-12-31"), YUNQI))
    Contract.objects.update(declined_at=T)

    take(text((*YUNQI[:3], "2024-01-01", "2024-12-31")))

    assert Contract.objects.get().declined_at == T


def test_periods_that_overlap_are_asked_about_by_both_rows_and_neither_is_taken():
    draft = take(
        text(YUNQI, (*YUNQI[:3], "2026-05-01", "2027-04-30"), ("甲", "HT-2", "云笔", "2026-01-01", "2026-12-31"))
    )

    assert refused(draft) == [(2, "overlap"), (3, "overlap")]
    assert draft.findings.refusals[0].params["rows"] == "2, 3"
    assert list(Contract.objects.values_list("number", flat=True)) == ["HT-2"]


def test_a_period_that_overlaps_one_on_record_is_asked_about():
    take(text(YUNQI))

    again = take(text((*YUNQI[:3], "2026-05-01", "2027-04-30")))

    assert refused(again) == [(2, "overlaps_record")]
    assert len(terms()) == 1


def test_the_same_row_twice_counts_once():
    draft = take(text(YUNQI, YUNQI))

    assert (counted(draft), codes(draft) & {"double"}) == ((1, 0, 1, 0), {"double"})
    assert len(terms()) == 1


def test_one_number_of_two_customers_is_asked_about():
    draft = take(text(YUNQI, ("澜图", *YUNQI[1:])))

    assert refused(draft) == [(2, "two_customers"), (3, "two_customers")]


def test_a_number_on_record_stays_with_its_customer():
    take(text(YUNQI))

    assert refused(take(text(("澜图", *YUNQI[1:])))) == [(2, "other_customer")]


def test_a_known_customer_is_found_in_any_spelling():
    take(text(("Acme  Ltd", *YUNQI[1:])))

    take(text(("ＡＣＭＥ ltd", "HT-2", *YUNQI[2:])))

    assert Customer.objects.count() == 1


def test_refused_rows_never_stop_the_others():
    rows = [
        ("", "HT-2", "云笔", "2026-01-01", "2026-05-15"),
        ("甲", "", "云笔", "2026-01-01", "2026-05-15"),
        ("乙", "HT-4", "云笔", "2026-05-15", "2026-01-01"),
        ("丙", "HT-5", "云笔", "2026-01-01", ""),
        ("丁", "HT-6", "云笔", "2026-01-01", "长期"),
        ("戊", "HT-7", "云笔", "", "1年"),
    ]

    draft = take(text(*rows, YUNQI))

    assert refused(draft) == [
        (2, "no_customer"),
        (3, "no_number"),
        (4, "term"),
        (5, "no_end"),
        (6, "open_ended"),
        (7, "term_without_start"),
    ]
    assert list(Contract.objects.values_list("number", flat=True)) == ["HT-1"]


def test_a_formula_without_its_value_is_refused_by_its_cell():
    draft = take(sheet((*YUNQI[:4], "=D2+30"), ("甲", "HT-2", "云笔", date(2026, 1, 1), date(2026, 5, 15))))

    assert refused(draft) == [(2, "formula")]
    assert draft.findings.refusals[0].params == {"cell": "E2"}
    assert Contract.objects.get().number == "HT-2"


def test_totals_notes_and_blank_rows_are_left_out_and_said():
    data = text(YUNQI, ("合计", "", "", "", "1"), (), ("注:以上均含税", "", "", "", ""), HEADINGS)

    draft = take(data)

    assert draft.read == 1
    assert codes(draft) >= {"skipped_total", "skipped_headings_again"}


def test_a_missing_start_is_the_day_of_the_import_and_changes_nothing_later():
    data = text((*YUNQI[:3], "", "2026-05-15"))
    first = take(data)

    again = take(data, now=utc("2026-05-10T04:00"))

    assert "no_start" in codes(first)
    assert (counted(again), terms()[0][0]) == ((0, 0, 1, 0), utc("2026-05-03T16:00"))


def test_an_ambiguous_date_is_read_in_the_customers_favour_and_asked_about():
    draft = take(text((*YUNQI[:3], "03/02/2026", "05/06/2026")))

    term = ContractTerm.objects.get()
    assert "ambiguous" in codes(draft)
    assert (term.sold_from, term.last_minute.date()) == ("2026-02-03", date(2026, 6, 5))


def test_rows_without_a_product_take_the_one_that_the_person_names():
    headings = ("客户", "合同编号", "开始日期", "到期日")
    take(text(("甲", "1", "2026-01-01", "2026-05-15"), headings=headings), product="云笔")

    again = take(text(("甲", "1", "2026-01-01", "2026-05-15"), headings=headings))

    assert (counted(again), Product.objects.get().name) == ((0, 0, 1, 0), "云笔")


def test_a_row_without_a_product_means_the_one_that_no_other_row_names():
    take(text(YUNQI))
    data = text((*YUNQI[:2], "云表", *YUNQI[3:]), (*YUNQI[:2], "", *YUNQI[3:]))

    first, second = take(data), take(data)

    assert (counted(first), counted(second)) == ((1, 0, 1, 0), (0, 0, 2, 0))


def test_a_row_without_a_product_is_asked_about_where_several_could_be_meant():
    take(text(YUNQI, (*YUNQI[:2], "云表", *YUNQI[3:])))

    assert refused(take(text((*YUNQI[:2], "", *YUNQI[3:])))) == [(2, "several_products")]


def test_the_zone_follows_from_row_person_state_customer_and_country_in_this_order():
    headings = ("Customer", "Contract No", "Start", "End", "Time zone", "Country", "State")
    dates = ("2026-01-01", "2026-05-15")

    take(
        text(
            ("A", "1", *dates, "Tokyo", "", ""),
            ("B", "2", *dates, "", "", "NY"),
            ("A", "3", *dates, "", "", ""),
            ("C", "4", *dates, "", "Germany", ""),
            ("D", "5", *dates, "", "", ""),
            headings=headings,
        )
    )

    zones = dict(ContractTerm.objects.values_list("contract__number", "time_zone"))
    assert zones == {
        "1": "Asia/Tokyo",
        "2": "America/New_York",
        "3": "Asia/Tokyo",
        "4": "Europe/Berlin",
        "5": "Asia/Shanghai",
    }


def test_a_country_of_many_zones_is_asked_about_unless_the_person_says_the_zone():
    data = text(
        ("A", "1", "2026-01-01", "2026-05-15", "USA"), headings=("Customer", "Contract", "Start", "End", "Country")
    )

    assert refused(take(data)) == [(2, "country_of_many_zones")]
    assert refused(take(data, zone="America/Chicago")) == []


def test_a_person_changes_only_what_they_may_see():
    owner = User.objects.create_user("chen@vendor.test", name="陈舟", team=Team.objects.create(name="north"))
    stranger = User.objects.create_user("zhao@vendor.test", name="赵", team=Team.objects.create(name="south"))
    take(text((*YUNQI, owner.email), headings=(*HEADINGS, "负责人")))

    draft = take(text((*YUNQI[:4], "2026-06-15")), by=stranger)

    assert refused(draft) == [(2, "not_yours")]


def test_what_somebody_changed_meanwhile_is_refused_alone(monkeypatch):
    take(text(YUNQI, ("甲", "HT-2", "云笔", "2026-01-01", "2026-05-15")))
    write = Writer.write

    def write_late(self, batch):
        ContractTerm.objects.filter(contract__number="HT-1").update(ends_at=utc("2026-07-01T16:00"))
        write(self, batch)

    monkeypatch.setattr(Writer, "write", write_late)

    draft = take(text((*YUNQI[:4], "2026-06-15"), ("甲", "HT-2", "云笔", "2026-01-01", "2026-06-15")))

    assert refused(draft) == [(2, "changed_meanwhile")]
    assert terms("HT-2")[0][1] == utc("2026-06-15T16:00")


@pytest.mark.parametrize(
    ("beginning", "options", "created", "unchanged", "left_out"),
    [
        ("tw_fda_24", {"zone": "Asia/Taipei", "republic": True}, 1234, 0, 1),
        ("tw_fda_25", {"zone": "Asia/Taipei", "republic": True}, 120, 0, 4),
        ("tw_fda_103", {"zone": "Asia/Taipei", "republic": True}, 253, 1, 16),
        ("tw_fda_192", {"zone": "Asia/Taipei", "republic": True}, 494, 0, 10),
        ("us_p", {"zone": "America/New_York"}, 821, 0, 393),
        ("us_gsa", {}, 7431, 0, 81),
    ],
)
def test_a_real_ledger_goes_in_whole_and_twice_changes_nothing(real, beginning, options, created, unchanged, left_out):
    data = real(beginning)

    first, second = take(data, **options), take(data, **options)

    found = first.plan.count()
    assert (found["created"], found["unchanged"], len(first.refused_rows)) == (created, unchanged, left_out)
    assert first.read == created + unchanged + left_out
    assert second.plan.count()["unchanged"] == created + unchanged


def test_all_the_last_days_of_a_real_ledger_are_whole_days(real):
    take(real("tw_fda_103"), zone="Asia/Taipei", republic=True)

    minutes = {term.last_minute.time().isoformat("minutes") for term in ContractTerm.objects.all()}
    assert minutes == {"23:59"}


def test_a_row_from_before_clocks_kept_whole_minutes_is_refused_alone():
    draft = take(text(YUNQI, ("甲", "HT-2", "云笔", "1900-01-01", "1900-01-05")))

    assert [row for row, _code in refused(draft)] == [3]
    assert Contract.objects.get().number == "HT-1"


def test_what_the_database_cannot_store_is_refused_alone(monkeypatch):
    write = Writer.write

    def strict(self, batch):
        if any(work.number == "HT-2" for work in batch):
            raise DataError("out of range")
        write(self, batch)

    monkeypatch.setattr(Writer, "write", strict)

    draft = take(text(YUNQI, ("甲", "HT-2", *YUNQI[2:])))

    assert refused(draft) == [(3, "cannot_be_stored")]
    assert Contract.objects.get().number == "HT-1"


def test_a_portal_that_is_out_of_order_says_so_and_refuses_no_row(monkeypatch):
    def broken(self, batch):
        raise ProgrammingError("no such column")

    monkeypatch.setattr(Writer, "write", broken)

    with pytest.raises(ProgrammingError):
        take(text(YUNQI))


def another_teams_customer():
    """A customer of the north in Tokyo, and somebody of the south."""
    owner = User.objects.create_user("chen@vendor.test", name="陈舟", team=Team.objects.create(name="north"))
    take(text((*YUNQI, owner.email), headings=(*HEADINGS, "负责人")), zone="Asia/Tokyo")
    return User.objects.create_user("zhao@vendor.test", name="赵", team=Team.objects.create(name="south"))


def test_a_new_number_adds_nothing_to_another_teams_customer():
    stranger = another_teams_customer()

    draft = take(text(("云启科技", "HT-9", *YUNQI[2:], "x@y.test"), headings=(*HEADINGS, "邮箱")), by=stranger)

    (refusal,) = draft.findings.refusals
    assert (refusal.code, refusal.column, refusal.value) == ("not_yours", "客户名称", "云启科技")
    assert not Contact.objects.exists()
    assert not Contract.objects.filter(number="HT-9").exists()


def test_the_zone_of_another_teams_customer_does_not_show_through():
    stranger = another_teams_customer()

    draft = take(text(("云启科技", "HT-9", *YUNQI[2:])), by=stranger)

    assert draft.plan.sample == []
    assert "zone_of_customer" not in codes(draft)


def test_without_a_person_every_customer_is_seen():
    another_teams_customer()

    assert refused(take(text(("云启科技", "HT-9", *YUNQI[2:])))) == []


def test_only_rows_that_are_taken_are_shown_as_understood():
    take(text(YUNQI))

    draft = take(text((*YUNQI[:4], "2026-04-01"), ("别家", *YUNQI[1:]), ("云启科技", "HT-2", *YUNQI[2:])))

    assert [row.entry.number for row in draft.plan.sample] == ["HT-2"]


def test_a_customer_whom_somebody_made_meanwhile_stops_no_other_row(monkeypatch):
    write = Writer.write

    def write_late(self, batch):
        calendar = default_calendar("CN")
        Customer.objects.get_or_create(
            key="云启科技", defaults={"name": "云启科技", "time_zone": "Asia/Shanghai", "calendar": calendar}
        )
        write(self, batch)

    monkeypatch.setattr(Writer, "write", write_late)

    draft = take(text(YUNQI, ("甲", "HT-2", *YUNQI[2:])))

    assert refused(draft) == [(2, "changed_meanwhile")]
    assert Contract.objects.get().number == "HT-2"
