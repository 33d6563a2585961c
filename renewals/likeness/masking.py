"""Names, dates, numbers, addresses and quotes, which differ from customer to customer, hidden behind one sign.

What has a shape is found by its shape: numbers with their units, dates in words, addresses, whatever is quoted,
English words with a capital inside a sentence, Chinese surnames before a title. Names without a shape, such as those of
Chinese companies, have to be given. What is missed still differs only where the name stood, and `comparing` passes over
a gap as short as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from renewals.likeness.plain import plain

MASK = "#"
HAN = "\u3400-\u9fff"
LATIN = "A-Za-z0-9_\u00c0-\u024f"

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪季柳"
)
TITLES = (
    "总监|总经理|总|经理|老师|主任|先生|女士|小姐|博士|教授|院长|校长|部长|处长|科长|主管|医生|店长|厂长|工程师|工|局长|"
    "所长|站长|护士长|会计|律师|书记|同学|队长|组长|行长|董事长|董"
)
MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
DAYS = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|[Tt]oday|[Tt]omorrow|[Yy]esterday|[Tt]onight|"
    "(?:[Ll]ast|[Nn]ext|[Tt]his) (?:week|month|quarter|year|spring|summer|autumn|fall|winter)"
)
COUNTS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen"
)
UNITS = "percent|per cent|dollars?|euros?|pounds?|yuan|am|pm|a\\.m\\.|p\\.m\\."
ZH_UNITS = (
    "年|月|日|号|时|点|分|秒|周|天|个|份|次|人|家|台|万|亿|千|百|元|美元|欧元|块|小时|分钟|季度|倍|成|名|位|条|项|张|套|笔|吨|"
    "公里|页|遍|轮|期|届|间|辆|单|批|件|门|所|座|层|箱|篇|种|支|组|户|只|步|亩|公斤|米|班|堂|节|场"
)
ZH_DAYS = (
    "今天|明天|后天|昨天|前天|今年|明年|去年|前年|上午|下午|早上|晚上|中午|凌晨|年初|年底|年中|月初|月底|月中|"
    "(?:这|本|上|下|上上)(?:个)?(?:周|月|季度|星期|礼拜|学期)[一二三四五六日天末初底]?|(?:周|星期|礼拜)[一二三四五六日天末]"
)
NUMERALS = "零〇一二三四五六七八九十百千万亿两几半"

SHAPES = re.compile(
    "|".join(
        (
            r"(?:https?://|www\.)[!-~]+",
            r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
            r"“[^“”]{1,80}”|「[^「」]{1,80}」|『[^『』]{1,80}』|《[^《》]{1,80}》|\"[^\"]{1,80}\"",
            (
                r"(?:[¥$€£]\s?)?(?<![A-Za-z])(?:[A-Za-z]{1,20}[-/]){0,4}[A-Za-z]{0,20}\d(?:[A-Za-z0-9.,:/%+-]*[A-Za-z0-9%])?"
                rf"(?:\s?(?:{ZH_UNITS}))*(?:\s(?:{UNITS})\b)?"
            ),
            rf"(?<![{NUMERALS}])第?[{NUMERALS}]{{1,12}}(?:分之[{NUMERALS}]{{1,12}}|(?:{ZH_UNITS}){{1,4}})",
            rf"第[{NUMERALS}]{{1,12}}",
            rf"{ZH_DAYS}",
            rf"(?<![{HAN}])[{SURNAMES}][{HAN}]{{0,2}}?(?:{TITLES})|[{SURNAMES}][{HAN}]?(?:{TITLES})",
            rf"\b(?:{MONTHS}|{DAYS})\b",
            rf"\b(?i:{COUNTS})\b(?:[ -](?i:{COUNTS})\b)*(?: (?:{UNITS})\b)?",
            r"[A-Z][A-Za-z_]+/[A-Z][A-Za-z_]+",
            rf"(?<![{LATIN}])[a-z]+[A-Z][{LATIN}]*|(?<=[{HAN}])[A-Z][{LATIN}]*",
        )
    )
)
NAME = rf"[A-Z][{LATIN}&]*(?:['.-][{LATIN}&]+)*"
CAPITALISED = re.compile(rf"(?<=[^\s#] )(?!I\b){NAME}(?: {NAME})*")
WORD = re.compile(r"[A-Za-z][\w']*")
SHOUTED_FROM = 6
"""From how many words on a line that is mostly capitals is a heading, not a row of names."""
ROUNDS = 8
"""How often what was masked is looked at again: a quote within a quote within a quote, that deep."""
RUN = re.compile(rf"{MASK}(?:[\s,.:;/()&+-]*{MASK})+")


def masked(text: str, names: Iterable[str] = ()) -> str:
    """A text in plain form, in lower case, each thing that is the customer's own behind `#`. Masking it again changes
    nothing."""
    return masked_plain(plain(text), tuple(names))


def masked_plain(text: str, names: tuple[str, ...]) -> str:
    """The same of a text that is in plain form."""
    text = hidden(text, names)
    for _time in range(ROUNDS):
        before, text = text, hidden(plain(text), ())
        if text == before:
            break
    return text


def hidden(text: str, names: tuple[str, ...]) -> str:
    """One pass over a text in plain form."""
    if names and (known := pattern_of(names)):
        text = known.sub(MASK, text)
    text = SHAPES.sub(MASK, text)
    if not is_shouted(text):
        text = CAPITALISED.sub(MASK, text)
    return RUN.sub(MASK, text).lower()


def is_shouted(text: str) -> bool:
    """Whether most words of a line begin with a capital, so that capitals name nobody in it."""
    words = WORD.findall(text)
    return len(words) >= SHOUTED_FROM and sum(word[0].isupper() for word in words) > 0.6 * len(words)


@lru_cache(maxsize=256)
def pattern_of(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """What finds these names and their short forms: "Lantu" for "Lantu Logistics", 「蓝途」 for 「蓝途物流公司」."""
    forms = {form for name in names for form in forms_of(plain(name))}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(bounded(form) for form in ordered)) if ordered else None


ZH_KINDS = re.compile("(?:股份)?(?:有限)?(?:责任)?(?:公司|集团)+$")
EN_KINDS = frozenset(("the", "and", "for", "inc", "ltd", "llc", "gmbh", "corp", "limited", "company", "group", "plc"))


def forms_of(name: str) -> Iterable[str]:
    """A name and how it is shortened. A single letter is no name."""
    if len(name) < 2:
        return
    yield name
    if re.fullmatch(f"[{HAN}]+", name):
        short = ZH_KINDS.sub("", name)
        yield from (form for form in (short, short[:2] if len(short) > 3 else "") if len(form) > 1)
        return
    for word in WORD.findall(name):
        if len(word) > 2 and word.lower().strip(".'") not in EN_KINDS:
            yield word


def bounded(form: str) -> str:
    """A name as a pattern. A word of Latin letters is found whole, as it is written: the firm Target is no target."""
    pattern = re.escape(form)
    if form[0].isascii() and form[0].isalnum():
        pattern = rf"(?<![A-Za-z0-9]){pattern}"
    if form[-1].isascii() and form[-1].isalnum():
        pattern = rf"{pattern}(?![A-Za-z0-9])"
    return f"(?i:{pattern})" if " " in form else pattern
