"""Which letters nearly repeat what another customer was sent (rule 14): JSON lines in, a verdict each."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.management.json_lines import NotAnObject, answer_lines, read_object
from renewals.likeness import Earlier, Kind, Repeats, placeholders, prints

SHAPE = 'Write {"id": 1, "customer": "Lantu Logistics", "text": "Dear Ms Lin, …"}.'
UNREPEATED = "It repeats no earlier letter to another customer, and holds no placeholder."
SHOWN = 160


class Sent(NamedTuple):
    """An earlier letter, to be named as the one that is repeated."""

    letter_id: object
    customer: str
    text: str


class Command(BaseCommand):
    """Each line {"id", "customer", "text"} is answered by one line in the same order, {"id", "refused", "why"} or
    {"id", "error"}; the id is null when the line cannot be read.

    A letter is judged against those before it that went to other customers, refused ones included.
    """

    help = "Judge letters against those before them: does one nearly repeat what another customer was sent?"
    requires_system_checks: list[str] = []
    stealth_options = ("stdin",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jsonl", action="store_true", help="read letters from standard input, a JSON object a line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["jsonl"]:
            raise CommandError(f"Give --jsonl, and a letter a line on standard input. {SHAPE}")
        answer_lines(options.get("stdin") or sys.stdin.buffer, self.stdout, Judge().answer, SHAPE)


class Judge:
    """The letters so far, and the verdict on the next."""

    def __init__(self) -> None:
        self.earlier: Earlier[int] = Earlier()
        self.sent: list[Sent] = []

    def answer(self, line: bytes) -> dict[str, object]:
        """The answer to one JSON line. It never raises: what is wrong with a line is its answer."""
        try:
            letter = read_object(line)
        except NotAnObject as error:
            return {"id": None, "error": f"{error} {SHAPE}"}
        letter_id, customer, text = letter.get("id"), letter.get("customer"), letter.get("text")
        if type(customer) is int:
            customer = str(customer)
        if not isinstance(customer, str) or not customer.strip():
            return {"id": letter_id, "error": f"“customer” is missing or not a text. {SHAPE}"}
        if not isinstance(text, str):
            return {"id": letter_id, "error": f"“text” is missing or not a text. {SHAPE}"}
        why = self.refusals(Sent(letter_id, " ".join(customer.split()), text))
        return {"id": letter_id, "refused": bool(why), "why": " ".join(why) or UNREPEATED}

    def refusals(self, letter: Sent) -> list[str]:
        """Why a letter is refused, in words; from now on it is an earlier one."""
        own, customer = prints(letter.text, [letter.customer]), letter.customer.casefold()
        repeats = self.earlier.repeated_by(own, customer)
        self.earlier.add(len(self.sent), customer, own)
        self.sent.append(letter)
        why = [self.repeated(letter, repeats)] if repeats and repeats.refused else []
        if left := placeholders(letter.text):
            why.append(f"It still holds what was to be filled in: {', '.join(left)}.")
        return why

    def repeated(self, letter: Sent, repeats: Repeats[int]) -> str:
        other = self.sent[repeats.key]
        said = [letter.text[one.start : one.end] for one in repeats.sentences if one.kind is Kind.OWN]
        of_all = f"{repeats.score:.0%} of it repeats letter {other.letter_id} to {other.customer}"
        example = f": “{short(max(said, key=len))}”" if said else ""
        return f"{of_all}, with names, dates and numbers masked{example}."


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
