"""What holds of any letter: it never raises, repeats itself, and is judged alike whatever names and numbers it has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from renewals.likeness import Earlier, Prints, cites, compare, names_minute, placeholders, prints
from renewals.likeness.comparing import REFUSED_FROM, score
from renewals.likeness.courtesy import Kind
from renewals.likeness.facts import Fact
from renewals.likeness.masking import masked

SENTENCES = (
    "your depot in {place} closed {month} in {count} days instead of nine.",
    "{person} told me that the night shift finds a lost pallet without waking anybody.",
    "Shall we look at the customs forms together before {month}?",
    "the new ramp cost you two bad weeks, and last week it was {count} trucks.",
    "What made the difference was booking the slots by tonnage rather than by arrival.",
    "{person} wished that a handover would fit on a single screen.",
    "贵公司在{place}的仓库上个月只用{count}天就完成了盘点。",
    "{person}说现在丢了托盘不用再叫醒别人。",
    "旺季之前，我们要不要一起看一遍报关单？",
    "新月台头两个星期确实难熬，有{count}辆车等了一个多小时。",
)
COURTESIES = ("Dear Sir,", "Thank you for your time.", "此致敬礼", "有任何问题请随时联系我。", "Best regards")
letters = st.lists(st.sampled_from(SENTENCES + COURTESIES), min_size=1, max_size=8, unique=True).map("\n\n".join)
facts = st.fixed_dictionaries(
    {
        "place": st.sampled_from(["Rotterdam", "Lagos", "Ho Chi Minh City", "苏州", "呼和浩特"]),
        "person": st.sampled_from(["Ms Lin", "Pieter", "May", "Grace Okafor", "林总", "欧阳娜娜"]),
        "month": st.sampled_from(["June", "December"]),
        "count": st.integers(2, 99_999),
    }
)
scraps = st.lists(st.sampled_from("aA王总一个1,.#“” \n'<&"))
anything = st.text() | scraps.map("".join)


def filled(letter: str, said: dict[str, object]) -> tuple[str, list[str]]:
    return letter.format_map(said), [str(said["place"]), str(said["person"])]


@given(anything, anything)
def test_no_text_raises(one, other):
    mine, theirs = prints(one, [other]), prints(other)

    compare(mine, [(0, theirs)])
    placeholders(one)
    cites(one, [Fact(0, (other,))])
    names_minute(one, [other])
    assert all(0 <= sentence.start < sentence.end <= len(one) for sentence in mine.sentences)
    assert Prints.from_json(mine.to_json()) == mine


@given(anything)
def test_masking_again_changes_nothing(text):
    once = masked(text)

    assert masked(once) == once


@given(letters, facts)
def test_a_letter_repeats_itself(letter, said):
    own = prints(*filled(letter, said))
    found = compare(own, [("itself", own)])

    assert (found is not None) is own.has(Kind.OWN)
    assert found is None or found.score == 1


@given(letters, facts, facts)
def test_a_copy_is_refused_whatever_the_names_and_numbers(letter, said, otherwise):
    one, other = prints(*filled(letter, said)), prints(*filled(letter, otherwise))
    found = compare(one, [(0, other)])

    assert (found is not None and found.refused) is one.has(Kind.OWN)


@given(letters, letters, facts, facts)
def test_the_verdict_does_not_hang_on_names_and_numbers(one, other, said, otherwise):
    kept = prints(*filled(other, said))

    scores = [score(prints(*filled(one, facts)), kept) for facts in (said, otherwise)]

    assert abs(scores[0] - scores[1]) < 0.25


@given(st.lists(st.tuples(letters, facts, st.integers(0, 3)), max_size=8))
def test_looking_letters_up_refuses_what_comparing_with_each_refuses(sent):
    earlier: Earlier[int] = Earlier()
    for at, (letter, said, customer) in enumerate(sent):
        own = prints(*filled(letter, said))
        found = earlier.repeated_by(own, customer)
        theirs = [key for key, whose, kept in earlier.letters if whose == customer and score(own, kept) >= REFUSED_FROM]
        before = earlier.letters[: theirs[0]] if theirs else earlier.letters
        each = compare(own, [(key, kept) for key, whose, kept in before if whose != customer])
        assert (found and found.score) == (each and each.score)
        earlier.add(at, customer, own)
