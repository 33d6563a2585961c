"""Commands that answer JSON lines on standard input: a line each, in the same order, whatever a line holds."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from django.core.management.base import OutputWrapper

CHUNK = 1 << 16
BOM = b"\xef\xbb\xbf"
encode = json.JSONEncoder(allow_nan=False).encode


def refuse_constant(said: str) -> None:
    """NaN and Infinity are no JSON, though Python reads and writes them."""
    raise ValueError(said)


decode = json.JSONDecoder(parse_constant=refuse_constant).decode


class NotAnObject(ValueError):
    """A line that is no JSON object; it says which of the two it is not."""


def answer_lines(
    stream: BinaryIO, out: OutputWrapper, answer: Callable[[bytes], dict[str, object]], shape: str
) -> None:
    """An answer to each line, written as the lines arrive. `shape` shows what a line should look like."""
    try:
        for lines in arriving_lines(stream):
            answers = [written(answer(line), shape) for line in lines if line.strip().removeprefix(BOM)]
            out.write("".join(answers), ending="")
            out.flush()
    except BrokenPipeError:
        # The reader, such as `head`, has what it wanted; Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def arriving_lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines as they arrive: many at once from a file, each at once from someone who waits for its answer."""
    rest = bytearray()
    read = getattr(stream, "read1", stream.read)
    while chunk := read(CHUNK):
        rest += chunk
        if b"\n" in chunk:
            *lines, last = bytes(rest).split(b"\n")
            yield lines
            rest = bytearray(last)
    yield [bytes(rest)]


def read_object(line: bytes) -> dict[str, Any]:
    """The object of a line. Raises NotAnObject."""
    try:
        case = decode(line.removeprefix(BOM).decode().strip())
    except (ValueError, RecursionError) as error:
        raise NotAnObject("This line is not JSON in UTF-8.") from error
    if not isinstance(case, dict):
        raise NotAnObject("This line is not a JSON object.")
    return case


def written(said: dict[str, object], shape: str) -> str:
    """An answer as a line of JSON. A number that is none, such as 1e400, is no id that could be written back."""
    try:
        return encode(said) + "\n"
    except ValueError:
        return encode({"id": None, "error": f"The id of this line is not a number that JSON can write. {shape}"}) + "\n"
