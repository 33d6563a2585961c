"""What everybody writes: greeting, thanks, the exact minute and what comes after it, the link, the closing.

Such a sentence weighs little in a comparison (`Kind.weight`): two personal letters may share all of them. It is
known by its cues and by being short for them: a long sentence that begins with thanks says something of its own.
"""

from __future__ import annotations

import re
from enum import IntEnum

GREETING, THANKS, NOTICE = 6, 15, 34
"""How many words of a sentence each of its cues accounts for; one that has more to say is none of these."""
HAN_WORD = 0.75
"""How much of a word a Chinese character is."""

CLOCK = re.compile(
    r"\d{1,2}\s*[:时点]\s*\d{2}|\d{1,2}\.\d{2} ?[ap]\.?m|\b\d{1,2}h\d{2}\b|\b(?:midnight|noon)\b|24 ?时|零点|"
    r"十[一二三]?[点时]"
)
ENDING = re.compile(
    r"\b(?:until|till|through|up to|ends?|ending|expires?|runs? out|terminates|valid|minute|stays open|"
    r"on your own clock|your time)\b|至|到期|截止|为止|用到|有效|结束|最后|可用|终止|到 ?\d"
)
"""A sentence with a clock time and one of these says the exact minute."""

OPENINGS = r"dear|hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|to whom|best|subject|re|fwd|ps|p\.s\."
CLOSINGS = (
    "regards|sincerely|yours|cheers|best wishes|all the best|warmly|take care|talk soon|speak soon|respectfully|"
    "cordially|many thanks|with thanks"
)
ZH_GREETINGS = (
    "您好|你好|早上好|下午好|尊敬的|敬爱的|亲爱的|此致|敬礼|祝好|顺颂|顺祝|敬祝|商祺|敬上|谨启|祝您|祝你|安好|保重|"
    "祝工作|辛苦了"
)
POLITE = (
    "thanks|thank you|grateful|appreciate|hope (?:you|this|all|the|that)|trust (?:you|this|all)|let me know|feel free|"
    "(?:do not|don't) hesitate|(?:happy|glad|here) to help|get in touch|reach (?:me|us|out)|"
    "any (?:questions|trouble|doubts?|problems?)|have questions|is unclear|give me a (?:ring|call|shout)|talk to me|"
    "call me|write to me|just (?:reply|answer|call|ring)|at your disposal|drop me|ring me|"
    "my (?:direct )?(?:line|number)|look(?:ing)? forward|hear from you|have a (?:good|nice|great|lovely)|"
    "wish(?:ing)? you|see you|best of luck|sorry to|apologi[sz]e"
)
LINK = "link|this page|one page|renewal page|your page|renew here|details here|click|button below|page below"
ZH_POLITE = (
    "谢谢|感谢|多谢|承蒙|希望您|希望你|盼复|期待您|期待与|期待你|联系我|请告诉我|跟我说一声|随时|有任何|有问题|有疑问|不清楚|打给我|"
    "打我电话|请回复|直接回复|回复本|回复我|回复即可|回信|见信好|一切顺利|链接|点击|续约页面|这个页面|这一页|一页看全|页面上|"
    "续约入口|在这里|见下|打扰|抱歉|^祝(?!贺)"
)
AFTER = (
    "nothing (?:is|will be|gets|has been) (?:switched|turned|shut|cut)|everything (?:keeps|goes|works)|"
    "everything will (?:keep|go)|at least (?:\\d+|twenty-four|a day)|24 (?:more |extra |further )?hours|hours more|"
    "that minute|inclusive|nothing is lost|readable and|can be exported|dialog|buffer (?:of|period|follows)|"
    "(?:hours|day|days) of buffer"
)
ZH_AFTER = (
    "24 ?小时|这一分钟|那一分钟|最后一分钟|什么都不会|不会停|不会断|照常|缓冲期|的缓冲|软锁|提示窗口|弹出|一个窗口|"
    "不会丢|可以导出|查看和导出|至少再留|至少还有"
)

GREETS = re.compile(rf"^\W*(?:{OPENINGS})\b|\b(?:{CLOSINGS})\b|{ZH_GREETINGS}")
THANKFUL = re.compile(rf"\b(?:{POLITE}|{LINK})\b|https?://|{ZH_POLITE}")
AFTERWARDS = re.compile(rf"\b(?:{AFTER})\b|{ZH_AFTER}")


class Kind(IntEnum):
    """What a sentence is there for. The numbers are kept with a letter's prints."""

    OWN = 0
    COURTESY = 1
    NOTICE = 2

    @property
    def weight(self) -> float:
        """What its words weigh in a comparison. Every letter has to say the minute and what comes after it."""
        return (1.0, 0.2, 0.05)[self]


def kind_of(said: str, words: float) -> Kind:
    """What a sentence, in plain form and lower case and of so many words besides what is masked, is there for."""
    minute = bool(CLOCK.search(said) and ENDING.search(said))
    if words <= NOTICE * (minute + cues(AFTERWARDS, said)):
        return Kind.NOTICE
    if words <= max(GREETING * cues(GREETS, said), THANKS * cues(THANKFUL, said)):
        return Kind.COURTESY
    return Kind.OWN


def cues(pattern: re.Pattern[str], said: str) -> int:
    return sum(1 for _cue in pattern.finditer(said))
