"""What everybody writes: greeting, thanks, the exact minute and what comes after it, the link, the closing.

Such a sentence weighs little in a comparison (`comparing.COURTESY`): two personal letters may share all of them. It is
known by a cue and by being short, for a long sentence that begins with thanks says something of its own.
"""

from __future__ import annotations

import re

GREETING, THANKS, MINUTE = 9, 16, 34
"""Up to how many words a sentence with a cue of each kind is courtesy. A Chinese character is half a word."""

CLOCK = re.compile(r"\d{1,2}\s*[:时点]\s*\d{2}|\b(?:midnight|noon)\b|24 ?时|零点")
ENDING = re.compile(
    r"\b(?:until|till|through|ends?|ending|expires?|runs? out|valid|last minute|on your own clock|your time)\b"
    r"|至|到期|截止|为止|用到|有效|结束|最后|可用|到#"
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
    "(?:do not|don't) hesitate|(?:happy|glad|here) to help|get in touch|reach (?:me|us|out)|any questions|"
    "have questions|is unclear|talk to me|call me|write to me|just (?:reply|answer|call|ring)|at your disposal|"
    "drop me|ring me|my (?:direct )?(?:line|number)|look(?:ing)? forward|hear from you|"
    "have a (?:good|nice|great|lovely)|wish(?:ing)? you|see you|best of luck|sorry to|apologi[sz]e"
)
LINK = "link|this page|one page|renewal page|your page|renew here|details here|click|button below|page below"
ZH_POLITE = (
    "谢谢|感谢|多谢|承蒙|希望您|希望你|盼复|期待|联系我|告诉我|随时|有任何|有问题|有疑问|不清楚|打给我|打我电话|回复|回信|"
    "见信好|一切顺利|链接|点击|续约页面|这个页面|一页|页面上|见下|打扰|抱歉|祝"
)
AFTER = (
    "nothing (?:is|will be|gets|has been) (?:switched|turned|shut|cut)|everything (?:keeps|goes|works)|"
    "everything will (?:keep|go)|at least #? ?(?:more )?hours|hours (?:more|of buffer|at least)|nothing is lost|"
    "readable and|can be exported|dialog|buffer"
)
ZH_AFTER = "什么都不会|不会停|照常|缓冲|软锁|窗口|不会丢|导出|至少再留"

CUES = {
    GREETING: re.compile(rf"^\W*(?:{OPENINGS})\b|\b(?:{CLOSINGS})\b|{ZH_GREETINGS}"),
    THANKS: re.compile(rf"\b(?:{POLITE}|{LINK})\b|{ZH_POLITE}"),
    MINUTE: re.compile(rf"\b(?:{AFTER})\b|{ZH_AFTER}"),
}


def is_courtesy(said: str, masked: str, words: float) -> bool:
    """Whether a sentence (in plain form, and masked) of so many words is what everybody writes."""
    if words <= MINUTE and CLOCK.search(said) and ENDING.search(masked):
        return True
    return any(words <= most and cue.search(masked) for most, cue in CUES.items())
