"""The command that says a term's exact minute, for one case in words and for many as JSON lines."""

import io
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts.management.json_lines import arriving_lines

CASE = {"id": 1, "start": "2026-05-01T15:00", "zone": "Asia/Shanghai", "term": "30 days"}
COMMAND = [sys.executable, "-m", "django", "explain_term", "--jsonl", "--settings=csportal.settings"]


def answers(*lines):
    """What the command answers to raw lines, or to cases given as dictionaries."""
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    out = io.StringIO()

    call_command("explain_term", jsonl=True, stdin=io.BytesIO(b"\n".join(raw)), stdout=out)

    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_case_is_told_in_words_of_both_languages():
    out = io.StringIO()

    call_command("explain_term", start=CASE["start"], zone=CASE["zone"], term=CASE["term"], stdout=out)

    assert out.getvalue().splitlines() == [
        "Last minute  2026-05-31T23:59, inclusive: 31 May 2026, 23:59 (Asia/Shanghai), 2026年5月31日23时59分(北京时间)",
        "End instant  2026-05-31T16:00:00Z, the first that is no longer covered",
        "Why          It starts in the course of 1 May 2026: the day 30 days after it, 31 May 2026, counts whole.",
    ]


def test_one_case_that_is_refused_is_an_error_with_the_way_out():
    with pytest.raises(CommandError, match="Write a full name, such as Asia/Shanghai") as refusal:
        call_command("explain_term", start="2026-05-01", zone="Asia/Shangai", term="30 days")

    assert refusal.value.returncode == 2


def test_options_that_are_missing_are_named():
    with pytest.raises(CommandError, match=r"--zone, --term missing\. Give --start, --zone and --term, or --jsonl"):
        call_command("explain_term", start="2026-05-01")


def test_a_json_line_is_answered_by_one_with_its_id():
    assert answers(CASE) == [
        {
            "id": 1,
            "last_minute": "2026-05-31T23:59",
            "ends_at": "2026-05-31T16:00:00Z",
            "why": "It starts in the course of 2026-05-01: the day 30 days after it, 2026-05-31, counts whole.",
        }
    ]


def test_a_bad_line_is_answered_and_stops_no_other():
    found = answers(
        CASE | {"id": "first"},
        b"not json",
        b'["a", "list"]',
        b"\xff\xfe",
        b"[" * 100_000,
        CASE | {"id": 5, "term": "for ever"},
        CASE | {"id": 6, "zone": None},
        {"id": 7},
        CASE | {"id": 8, "start": ["2026-05-01"]},
        CASE | {"id": "last"},
    )

    assert [case["id"] for case in found] == ["first", None, None, None, None, 5, 6, 7, 8, "last"]
    assert ["error" in case for case in found] == [False, *[True] * 8, False]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"{", "This line is not JSON in UTF-8."),
        (b"7", "This line is not a JSON object."),
        (b'{"id": 1, "start": "2026-05-01"}', "“zone” is missing or not a text."),
    ],
)
def test_an_unreadable_line_is_told_what_to_write(line, error):
    (found,) = answers(line)

    assert found["error"].startswith(error)
    assert 'Write {"id": 1, "start":' in found["error"]


def test_a_refused_case_says_why():
    (found,) = answers(CASE | {"term": "until 2026-02-30T10:00"})

    assert found == {
        "id": 1,
        "error": "The date in “until 2026-02-30T10:00” does not exist. Check its year, month and day.",
    }


def test_a_mark_at_the_beginning_blank_lines_and_returns_do_no_harm():
    line = json.dumps(CASE, ensure_ascii=False).encode()

    found = answers(b"\xef\xbb\xbf" + line + b"\r", b"", b"  ", line)

    assert [case["last_minute"] for case in found] == ["2026-05-31T23:59"] * 2


def test_chinese_terms_are_read_as_utf_8():
    (found,) = answers(json.dumps(CASE | {"term": "1个月"}, ensure_ascii=False).encode())

    assert found["last_minute"] == "2026-06-01T23:59"


def test_lines_are_answered_as_they_arrive():
    class Pieces(io.BytesIO):
        def read1(self, _size=-1):
            return super().read(4)

    assert [lines for lines in arriving_lines(Pieces(b"one\ntwo three\nend")) if lines != [b""]] == [
        [b"one"],
        [b"two three"],
        [b"end"],
    ]


def test_a_reader_who_has_enough_ends_it_in_silence():
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()

        _, complaint = process.communicate(json.dumps(CASE).encode() + b"\n")

    assert complaint == b""
    assert process.returncode == 0


def test_someone_who_waits_for_an_answer_gets_it_before_the_next_question():
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(json.dumps(CASE).encode() + b"\n")
        process.stdin.flush()

        answered = json.loads(process.stdout.readline())

        process.stdin.close()
    assert answered["id"] == 1
    assert process.returncode == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_what_is_no_number_in_json_is_answered_in_json_all_the_same(number):
    line = f'{{"id": {number}, "start": "2026-05-01", "zone": "Asia/Shanghai", "term": "30 days"}}'.encode()

    def strict(said):
        raise AssertionError(said)

    out = io.StringIO()
    call_command("explain_term", jsonl=True, stdin=io.BytesIO(line), stdout=out)

    told = json.loads(out.getvalue(), parse_constant=strict)
    assert told["id"] is None
    assert "JSON" in told["error"]


def test_an_empty_file_that_was_saved_with_a_mark_has_no_cases():
    assert answers(b"\xef\xbb\xbf") == []
