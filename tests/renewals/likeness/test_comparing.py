"""A draft that nearly repeats what another customer was sent is told from one that was written for its reader."""

from __future__ import annotations

import pytest

from renewals.likeness import Kind, Prints, compare, prints

ROTTERDAM = """Dear Ms Lin,

your depot in Rotterdam closed June in four days instead of nine, with 3,418 reports. Pieter told me that the night
shift now finds a lost pallet without waking anybody. Shall we look at the customs forms together before the peak?

Your DepotCloud runs until 15 May 2026, 23:59 (Asia/Shanghai), that minute included.

Best regards
Chen Wei"""

SWAPPED = """Dear Mr Okafor,

your branch in Lagos closed March in six days instead of twelve, with 912 reports. Amara told me that the night shift
now finds a lost pallet without waking anybody. Shall we look at the customs forms together before the peak?

Your YardPilot runs until 30 June 2026, 18:00 (Africa/Lagos), that minute included.

Kind regards
Ingrid Moen"""

PERSONAL = """Dear Ms Lin,

when we spoke in the canteen you wished for one thing: that the ward's handover would fit on a single screen. Since the
change in April your nurses print nothing any more, and Dr Haas wants the same for surgery.

Your WardBook runs until 15 May 2026, 23:59 (Asia/Shanghai), that minute included.

Best regards
Chen Wei"""

SUZHOU = """林总，您好！

贵公司苏州仓上个月只用四天就完成了盘点，比去年快了五天，一共3418份报告。夜班的小周说，现在丢了托盘不用再叫醒别人。
旺季之前，我们要不要一起看一遍报关单？

云仓可以一直用到2026年5月15日23时59分(北京时间)，最后一分钟也算在内。

此致
陈薇"""

SUZHOU_SWAPPED = """赵经理，您好！

贵公司武汉仓上季度只用六天就完成了盘点，比前年快了三天，一共912份报告。夜班的老吴说，现在丢了托盘不用再叫醒别人。
旺季之前，我们要不要一起看一遍报关单？

库管家可以一直用到2026年6月30日18时00分(北京时间)，最后一分钟也算在内。

顺祝商祺
莫莹"""


def refused(draft: str, *others: str) -> bool:
    found = compare(prints(draft), [(at, prints(other)) for at, other in enumerate(others)])
    return found is not None and found.refused


@pytest.mark.parametrize(("letter", "swapped"), [(ROTTERDAM, SWAPPED), (SUZHOU, SUZHOU_SWAPPED)])
def test_the_same_letter_with_other_names_dates_and_numbers_is_refused(letter, swapped):
    assert refused(swapped, letter)
    assert refused(letter, swapped)


def test_greeting_minute_and_closing_may_be_shared():
    assert not refused(PERSONAL, ROTTERDAM)


def test_sentences_that_repeat_are_shown_beside_those_that_they_repeat():
    draft, other = prints(SWAPPED), prints(ROTTERDAM)

    found = compare(draft, [("rotterdam", other), ("ward", prints(PERSONAL))])

    assert found is not None
    assert found.key == "rotterdam"
    own = [one for one in found.sentences if one.kind is Kind.OWN]
    assert [SWAPPED[one.start :].split(maxsplit=1)[0] for one in own] == ["your", "Amara", "Shall"]
    there = [other.sentences[one.other_index] for one in own]
    assert [ROTTERDAM[one.start :].split(maxsplit=1)[0] for one in there] == ["your", "Pieter", "Shall"]


def test_nothing_is_found_among_none():
    assert compare(prints(ROTTERDAM), []) is None


def test_prints_are_kept_as_json():
    own = prints(SUZHOU, ["苏州云仓有限公司"])

    assert Prints.from_json(own.to_json()) == own


def test_prints_of_another_version_are_to_be_made_again():
    with pytest.raises(ValueError, match="version 0"):
        Prints.from_json([0, []])
