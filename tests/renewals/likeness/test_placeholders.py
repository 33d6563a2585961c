"""What was left to be filled in is found; what merely looks a little like it is left in peace."""

from __future__ import annotations

import pytest

from renewals.likeness import placeholders


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dear {{name}},", "{{name}}"),
        ("Dear {{ contact.first_name }},", "{{ contact.first_name }}"),
        ("Dear {first_name},", "{first_name}"),
        ("Dear ${name},", "${name}"),
        ("Dear %(name)s,", "%(name)s"),
        ("Dear %NAME%,", "%NAME%"),
        ("Dear <<Contact>>,", "<<Contact>>"),
        ("Dear [Customer Name],", "[Customer Name]"),
        ("by [DATE] at the latest", "[DATE]"),
        ("you wrote [insert number here] reports", "[insert number here]"),
        ("Dear <first name>,", "<first name>"),
        ("尊敬的[客户名]：", "[客户名]"),
        ("尊敬的【客户名称】：", "【客户名称】"),
        ("尊敬的<姓名>：", "<姓名>"),
        ("尊敬的＜姓名＞：", "＜姓名＞"),
        ("尊敬的｛｛姓名｝｝：", "｛｛姓名｝｝"),
        ("尊敬的{客户姓名}：", "{客户姓名}"),
        ("贵司（请填写公司名称）的合同", "（请填写公司名称）"),
        ("XX公司的合同", "XX公司"),
        ("xx公司的合同", "xx公司"),
        ("××有限公司的合同", "××有限公司"),
        ("某某公司的合同", "某某公司"),
        ("X总，您好", "X总"),
        ("到XX月15日", "XX月"),
        ("you saved XX hours", "XX"),
        ("you saved $X a month", "$X"),
        ("until 20XX", "20XX"),
        ("at xx:xx", "xx:xx"),
        ("Dear ____,", "____"),
        ("编号＿＿＿＿", "＿＿＿＿"),
        ("the price is TBD.", "TBD"),
        ("价格待定。", "待定"),
        ("（　　）先生", "（　　）"),
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("Dear *|FNAME|*,", "*|FNAME|*"),
        ("Dear [Contact's name],", "[Contact's name]"),
        ("[date/time]", "[date/time]"),
        ("##客户##，您好", "##客户##"),
        ("〔姓名〕您好", "〔姓名〕"),
        ("省了X小时", "X小时"),
        ("【填写具体成果】", "【填写具体成果】"),
        ("于__年到期", "__"),
    ],
)
def test_what_was_left_to_be_filled_in_is_named(text, left):
    assert placeholders(text) == [left]


@pytest.mark.parametrize(
    "text",
    [
        "See note [1], and [the page](https://portal.example/r/1/).",
        "【重要】请查收",
        "<b>Dear Anna</b>, <br/>the ward",
        "Love, Anna xx",
        "size XL and XXL",
        "做了一次X光检查",
        "SpaceX公司的订单",
        "50% off, 30% of it",
        "报告《续约说明》（附后）",
        "Anna said (in the canteen) that it works.",
        "x = {1, 2}",
        "Dear Anna,\n________________\nsent from a telephone",
        "5×3米的展位",
        "一份待定的方案",
        "请填写附件中的表格",
        "请联系赵经理（电话）",
        "#双十一#那天",
        "**公司**一栏",
        "see [RFC 9457] and [Anna's photo]",
        "It works (your team loved it).",
    ],
)
def test_what_is_none_is_left_in_peace(text):
    assert placeholders(text) == []


def test_each_is_named_once_in_order():
    assert placeholders("Dear {{name}} of XX公司, {{name}}!") == ["{{name}}", "XX公司"]
