"""What was left to be filled in: {{name}}, [客户名], XX公司, <姓名>, ____, TBD (rule 14)."""

from __future__ import annotations

import re
import unicodedata

WHOSE = (
    "your|the|insert|enter|add|fill in|customer|client|contact|company|account|product|contract|recipient|user|first|"
    "last|full|family|given|end|start|renewal|expiry|csm|sender|manager|job"
)
WHAT = (
    "name|company|customer|client|contact|date|time|product|amount|number|no|title|email|e-mail|phone|link|url|minute|price|"
    "value|address|signature|industry|city|figure|metric|here|something|text"
)
FIELD_EN = rf"(?:(?:{WHOSE})(?:[ _.-]+|(?=[A-Z])))*(?:{WHAT})s?"
"""A field's name as it stands between brackets: "customer name", "first_name", "insert date here"."""
ABOUT_EN = rf"(?:[\w'’-]+[ /]){{0,3}}(?:(?:{WHAT})s?|(?:customer|client|contact|company)['’]s [\w -]{{1,24}})"
"""Looser, for square brackets alone: "date/time", "contact's name", "client's achievement"."""
FIELD_ZH = (
    "(?:请)?(?:在此)?(?:填写|填入|插入|输入|此处)?(?:贵|对方|您的|你的|我的)?"
    "(?:客户|公司|单位|企业|学校|医院|联系人|收件人|产品|合同|项目|负责人|续约|到期|开始|结束|截止|经理|签名|具体|城市|行业)*的?"
    "(?:姓名|名称|名字|名|称呼|姓|日期|时间|时刻|金额|价格|数量|数字|数据|编号|号码|号|职位|职务|电话|邮箱|地址|链接|网址|签名|"
    "客户|公司|单位|联系人|产品|内容|行业|城市|成果|待填|待补充|待定|填写|填入|此处)(?:待填|待补充|待定)?"
)
FILL_ZH = "(?:请)?(?:在此|此处)?(?:填写|填入|插入|输入)[\u3400-\u9fff]{0,10}"
NAME_ZH = "(?:请填写|填写|请填入|此处填写)?(?:(?:客户|公司|联系人|产品|您的|对方)(?:姓名|名称|名字|名)|姓名)"
BLANK = r"[Xx×?？_]{2,}|[XN]|TBD|TBC|TODO|[A-Z][A-Z0-9]*_[A-Z0-9_]+"
ASKED = r"(?:insert|enter|add|your|fill in) [^\]\n]{1,40}"
ANGLED = (
    "name|date|amount|company|customer|client|phone|product|xx+|"
    "(?:your|customer|client|company|contact|first|last|full)[ _-][a-z _-]{1,24}"
)
ZH_NOUNS = (
    "有限公司|公司|集团|先生|女士|小姐|总|经理|老师|主任|同学|产品|系统|项目|合同|月|日|年|时|点|分|号|份|元|万|个|人|家|次|"
    "天|医院|学校|大学|部门"
)

KINDS = (
    # template languages and mail merges
    r"\{\{.{0,80}?\}\}|\{%.{0,80}?%\}|\$\{[^{}\n]{1,60}\}|<%.{0,80}?%>",
    r"\{[ \t]*[!#]?[A-Za-z_\u3400-\u9fff][\w .\u3400-\u9fff-]{0,40}\}|\{\d{0,2}\}",
    r"%\([A-Za-z_]\w*\)[sd]|(?<![\w%])%%?[A-Za-z_]{3,}%%?(?!\w)|(?<![\w%])%s(?!\w)",
    r"<<[^<>\n]{1,40}>>|\*\|[A-Z_]{2,20}\|\*",
    rf"(?P<sign>##|[#$@])(?:[A-Z][A-Z_]{{2,20}}|[a-z_]{{0,12}}name|{FIELD_ZH})(?P=sign)",
    # a field's name in brackets; a Markdown link is none
    rf"(?i:\[\s*(?:{FIELD_EN}|{ABOUT_EN}|{FIELD_ZH}(?:/{FIELD_ZH})?|{ASKED})\s*\](?!\())",
    rf"\[\s*(?:{BLANK})\s*\]",
    rf"(?i:【\s*(?:{FIELD_EN}|{FIELD_ZH}|{ASKED})\s*】)|【\s*(?:{BLANK})\s*】|〔\s*{FIELD_ZH}\s*〕",
    rf"[\[【<]{FILL_ZH}[\]】>]|[(（]\s*{NAME_ZH}\s*[)）]|《\s*{NAME_ZH}\s*》",
    rf"(?i:\((?:insert|enter) [^)\n]{{1,40}}\)|\((?:your|customer|client|company|contact) (?:{WHAT})s?\))",
    rf"<\s*{FIELD_ZH}\s*>|(?i:<\s*(?:{ANGLED})\s*>)|(?i:«\s*{FIELD_EN}\s*»)",
    # blanks
    r"[(（][ \u3000]{2,}[)）]|\[[ \u3000]{2,}\]|_{3,}|＿{2,}|_{2}(?=\s?[年月日时分])",
    # letters that stand for something
    rf"(?<![A-Za-z])[Xx]{{2,}}(?:{ZH_NOUNS})",
    r"(?<![A-Za-z0-9])(?<![A-Za-z0-9] )X(?:先生|女士|小姐|总|经理|老师|主任|公司|集团|年|月|日|份|个|次|万|元|天|小时)",
    r"(?<![A-Za-z0-9])X{2,}(?![A-Za-z0-9]| century)|[¥$€£]\s?[Xx]+(?![A-Za-z])|\b[Xx]{2,}\s?%|\b20[Xx]{2}\b",
    r"\b[Xx]{2}:[Xx]{2}\b",
    r"\b(?:YYYY|yyyy)\b|\b(?:DD|MM)/(?:DD|MM)\b|\bHH:MM\b",
    rf"[×✕╳○〇◯]{{2,}}(?:{ZH_NOUNS})?|某某(?:{ZH_NOUNS})?|\*{{2,}}(?:有限公司|公司|先生|女士|总)(?!\*)",
    # words for what is missing
    r"(?i:\b(?:TBD|TBA|TBC)\b)|\b(?:TODO|FIXME|TKTK)\b|(?i:\blorem ipsum\b)",
    r"(?:待定|待填|待补充)(?=[\s，。；：！!,.;:)）】\]]|$)|此处(?:填写|填入|插入)",
)
PATTERN = re.compile("|".join(KINDS))
DIVIDER = re.compile(r"^[ \t]*[_＿]{8,}[ \t\r]*$", re.MULTILINE)


def placeholders(text: str) -> list[str]:
    """What was left to be filled in, as it stands in the text, each once, in order. A line drawn across is none."""
    without = DIVIDER.sub(lambda line: " " * len(line.group()), text)
    found = [text[one.start() : one.end()] for one in PATTERN.finditer(half_width(without))]
    return list(dict.fromkeys(found))


def half_width(text: str) -> str:
    """Letters, digits and brackets of full width as those of half width, character by character."""
    return "".join(unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char for char in text)
