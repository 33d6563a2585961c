"""How well copies are told from personal letters, and how fast: python bench/likeness.py [--wrong] [--rounds R].

The letters are in `bench/letters/`: some to tune on, some held out, and pairs that are hard for one reason each.
`likeness --jsonl` judges each against those before it in the same file; a copy should be refused and nothing else.
`--wrong` shows what was judged wrongly of the letters to tune on; those held out stay unseen.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from renewals.likeness import Prints, compare, prints  # noqa: E402 - the project is not installed

LETTERS = ROOT / "bench" / "letters"
HALVES = ("tune", "held")
LANGUAGES = ("en", "zh")


def letters(language: str, half: str) -> list[dict]:
    return [json.loads(line) for line in (LETTERS / f"{language}-{half}.jsonl").read_text("utf-8").splitlines()]


def answers(asked: list[dict]) -> list[dict]:
    """What the command says of letters, one process from start to exit."""
    text = "\n".join(json.dumps(letter, ensure_ascii=False) for letter in asked).encode()
    command = [sys.executable, str(ROOT / "manage.py"), "likeness", "--jsonl"]
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def judged(language: str, half: str, *, show_wrong: bool) -> None:
    asked = letters(language, half)
    said = answers(asked)
    outcomes: Counter[tuple[bool, bool]] = Counter()
    kinds: dict[str, Counter[bool]] = {}
    for letter, answer in zip(asked, said, strict=True):
        is_copy, refused = letter["copies"] is not None, answer["refused"]
        outcomes[is_copy, refused] += 1
        kinds.setdefault(letter["kind"], Counter())[is_copy == refused] += 1
        if is_copy != refused and show_wrong and half == "tune":
            print(f"    {letter['id']} ({letter['kind']}): {answer['why']}")
    caught = outcomes[True, True]
    precision = caught / max(1, caught + outcomes[False, True])
    recall = caught / max(1, caught + outcomes[True, False])
    of_kinds = ", ".join(f"{kind} {right[True]}/{right.total()}" for kind, right in kinds.items())
    print(f"| {language} | {half} | {len(asked)} | {precision:.3f} | {recall:.3f} | {of_kinds} |")


def pairs(*, show_wrong: bool) -> None:
    """Pairs that are hard for one reason each, tried in both directions: short, reordered, much courtesy, …"""
    tried = [json.loads(line) for line in (LETTERS / "pairs.jsonl").read_text("utf-8").splitlines()]
    wrong = []
    for pair in tried:
        one, other = prints(pair["first"]), prints(pair["second"])
        found = [compare(one, [(0, other)]), compare(other, [(0, one)])]
        if any((repeats is not None and repeats.refused) != pair["repeats"] for repeats in found):
            wrong.append(pair["what"])
    print(f"| pairs | {len(tried)} | {len(tried) - len(wrong)} as they should be |")
    if show_wrong and wrong:
        print(f"    {', '.join(wrong)}")


def speed(rounds: int) -> None:
    """One draft against kept letters that were put together from sentences of the bench, 250 words each."""
    choose = random.Random(2359)
    for language in LANGUAGES:
        whole = [prints(letter["text"]) for half in HALVES for letter in letters(language, half)]
        sentences = [sentence for one in whole for sentence in one.sentences]
        kept = [(at, Prints(tuple(choose.sample(sentences, 16)))) for at in range(5000)]
        draft = max(whole, key=lambda one: one.words)
        assert all(one.runs for _at, one in kept), "a letter without words"
        words = statistics.mean(one.words for _at, one in kept)
        for number in (1000, 5000):
            spent = [timed(compare, draft, kept[:number], clock=time.process_time) for _round in range(rounds)]
            said = f"{number:,} letters of {words:.0f} words"
            median = statistics.median(spent) * 1000
            print(f"| {language} | a draft of {draft.words} words, {said} | {median:.0f} ms of CPU |")


def from_json(rounds: int) -> None:
    """The same when what was kept has to be read first, as in a process that just began."""
    texts = [letter["text"] for language in LANGUAGES for half in HALVES for letter in letters(language, half)]
    kept = [json.dumps(prints(text).to_json()) for text in texts]
    kept = [kept[at % len(kept)] for at in range(1000)]
    draft = prints(texts[0])

    def read_and_compare() -> None:
        compare(draft, ((at, Prints.from_json(json.loads(one))) for at, one in enumerate(kept)))

    spent = [timed(read_and_compare, clock=time.process_time) for _round in range(rounds)]
    median = statistics.median(spent) * 1000
    print(f"| both | the same with 1,000 letters, read from JSON first | {median:.0f} ms of CPU |")


def timed(call, *given, clock=time.perf_counter) -> float:
    begun = clock()
    call(*given)
    return clock() - begun


def many(number: int) -> None:
    """The command over many letters: a third copies, the rest put together from sentences of the bench."""
    choose = random.Random(number)
    asked, whole = [], [letter["text"] for lang in LANGUAGES for half in HALVES for letter in letters(lang, half)]
    sentences = [part for text in whole for part in text.split("\n\n")]
    for at in range(number):
        text = choose.choice(whole) if at % 3 == 0 else "\n\n".join(choose.sample(sentences, 6))
        asked.append({"id": at, "customer": f"Customer {choose.randrange(number)}", "text": text})
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    spent = timed(answers, asked)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    print(f"| `likeness --jsonl` over {number:,} letters | {spent:.1f} s, {used:.1f} s of CPU |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--only", choices=["judged", "speed", "many"])
    options = parser.parse_args()
    if options.only in (None, "judged"):
        for half in HALVES:
            for language in LANGUAGES:
                judged(language, half, show_wrong=options.wrong)
        pairs(show_wrong=options.wrong)
    if options.only in (None, "speed"):
        speed(options.rounds)
        from_json(options.rounds)
    if options.only in (None, "many"):
        many(options.many)


if __name__ == "__main__":
    main()
