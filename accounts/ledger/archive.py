"""Looks into an XLSX before anybody unpacks it: is it one, is it safe, and which of its cells have no value."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from accounts.ledger.findings import MAX_COLUMNS, Unreadable

MAX_MEMBERS = 1_000
MAX_UNPACKED = 600_000_000
MAX_ROWS = 1_048_576
MAX_CELLS = 12_000_000
MAX_FLAWS = 300_000
PIECE = 1 << 20
LONGEST_CELL = 40_000

Flaws = dict[tuple[int, int], str]
"""Cells without a value, by row and column from 0: `formula` where none was ever reckoned, else Excel's error."""

Zeros = dict[int, bytearray]
"""How many digits a number's format shows at least, by column and then row from 0: 5 where 123 is shown as 00123."""

_VALUE = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>)?"
_FORMULA = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*" + _VALUE)
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)>\s*(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?' + _VALUE
)
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_KIND = re.compile(rb'\bt="(\w+)"')
_ZEROS = re.compile(rb'\bformatCode="(0{2,})"')
_FORMAT_ID = re.compile(rb'\bnumFmtId="(\d+)"')
_FAR_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{2,3})\d""")
_FAR_ROW = re.compile(rb"""\br\s*=\s*["'][A-Z]{0,3}(\d{6,12})["']""")
_ANY_ROW = re.compile(rb"""\br\s*=\s*["'][A-Z]{0,3}(\d{1,12})["']""")
NEAR_ROWS = 99_999
"""Up to here rows are counted exactly only in a sheet that is so wide that it matters."""


class Archive:
    """An XLSX file as a zip of parts, checked and read without trusting what it says about itself."""

    def __init__(self, file: IO[bytes]) -> None:
        """Raises `Unreadable` for anything that is not a plain, reasonable XLSX."""
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
            raise Unreadable("broken_workbook") from problem
        self._parts = {info.filename: info for info in self._zip.infolist()}
        self._refuse_others()
        self._refuse_bombs()

    def _refuse_others(self) -> None:
        names = self._parts.keys()
        if any(info.flag_bits & 1 for info in self._parts.values()):
            raise Unreadable("password")
        if "xl/vbaProject.bin" in names:
            raise Unreadable("macros")
        if "xl/workbook.bin" in names or "content.xml" in names or "Index/Document.iwa" in names:
            raise Unreadable("other_spreadsheet")
        if "xl/workbook.xml" not in names:
            raise Unreadable("not_a_ledger")

    def _refuse_bombs(self) -> None:
        infos = self._parts.values()
        if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise Unreadable("unpacks_too_big", limit=MAX_UNPACKED // 1_000_000)
        for info in infos:
            if info.filename == "xl/sharedStrings.xml":
                for _piece in self.pieces(info.filename):
                    pass

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece. More than the archive announced for it is a bomb, and `Unreadable`."""
        info = self._parts[name]
        unpacked = 0
        for piece in self._inflate(info):
            unpacked += len(piece)
            if unpacked > info.file_size:
                raise Unreadable("unpacks_too_big", limit=MAX_UNPACKED // 1_000_000)
            yield piece

    def _inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        self._file.seek(info.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("broken_workbook")
        self._file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        left = info.compress_size
        stored = info.compress_type == zipfile.ZIP_STORED
        unpacker = zlib.decompressobj(-15)
        while left > 0 and (packed := self._file.read(min(left, PIECE))):
            left -= len(packed)
            try:
                yield from (packed,) if stored else _bounded(unpacker, packed)
            except zlib.error as problem:
                raise Unreadable("broken_workbook") from problem

    def counts_from_1904(self) -> bool:
        """Whether the workbook counts its days from 1904, as Excel on the Macintosh did."""
        book = b"".join(self.pieces("xl/workbook.xml"))
        return re.search(rb'<(?:\w+:)?workbookPr\s[^>]*\bdate1904="(?:1|true)"', book) is not None

    def sheet_parts(self) -> list[str]:
        """The parts that hold sheets, in the order of the workbook."""
        book = b"".join(self.pieces("xl/workbook.xml"))
        links = (
            b"".join(self.pieces("xl/_rels/workbook.xml.rels")) if "xl/_rels/workbook.xml.rels" in self._parts else b""
        )
        targets = {}
        for link in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", links):
            found = dict(re.findall(rb'(\w+)="([^"]*)"', link))
            targets[found.get(b"Id", b"")] = found.get(b"Target", b"").decode(errors="replace")
        ids = re.findall(rb'<(?:\w+:)?sheet\s[^>]*?\b\w+:id="([^"]*)"', book)
        return [_part_name(targets.get(key, "")) for key in ids]

    def examine(self, part: str) -> Flaws:
        """One pass over a sheet: its cells without a value, and `Unreadable` when it is out of all measure."""
        if part not in self._parts:
            return {}
        flaws: Flaws = {}
        columns, rows, rest = {b"Z"}, {b"1"}, b""
        for piece in self.pieces(part):
            chunk = rest + piece
            columns.update(_FAR_CELL.findall(chunk))
            rows.update(_FAR_ROW.findall(chunk))
            # A cell may be cut in two by the end of the piece: what follows the last whole one is kept.
            cut = max(chunk.rfind(b"</c>"), chunk.rfind(b":c>")) + 4
            _note_flaws(chunk[:cut] if cut > 3 else chunk, flaws)
            rest = chunk[cut:][-LONGEST_CELL:] if cut > 3 else chunk[-LONGEST_CELL:]
        self._refuse_too_big(part, max(map(_column, columns)) + 1, max(map(int, rows)))
        return flaws

    def _refuse_too_big(self, part: str, width: int, last_row: int) -> None:
        """A reader makes room for the whole rectangle, however few of its cells are filled."""
        last_row = max(last_row, NEAR_ROWS)
        if width * last_row > MAX_CELLS and last_row == NEAR_ROWS:
            found = (int(row) for piece in self.pieces(part) for row in _ANY_ROW.findall(piece))
            last_row = max(found, default=1)
        if width > MAX_COLUMNS or last_row > MAX_ROWS or width * last_row > MAX_CELLS:
            raise Unreadable("sheet_too_big", columns=MAX_COLUMNS, rows=MAX_ROWS)

    def zeros(self, part: str) -> Zeros:
        """One pass over a sheet for numbers that are shown with zeros before them; none where no format does so."""
        digits = self._formats_with_zeros()
        if not digits or part not in self._parts:
            return {}
        cell = re.compile(rb'<(?:\w+:)?c\s([^>]*\bs="(' + b"|".join(digits) + rb')"[^>]*)>')
        found: Zeros = {}
        rest = b""
        for piece in self.pieces(part):
            chunk = rest + piece
            for about, style in cell.findall(chunk):
                _note_zeros(found, about, digits[style])
            rest = chunk[chunk.rfind(b"<") :][-LONGEST_CELL:]
        return found

    def _formats_with_zeros(self) -> dict[bytes, int]:
        """Styles of cells by their number in the workbook, with the digits that they show at least."""
        if "xl/styles.xml" not in self._parts:
            return {}
        styles = b"".join(self.pieces("xl/styles.xml"))
        formats = {}
        for about in re.findall(rb"<(?:\w+:)?numFmt\s[^>]*>", styles):
            if (code := _ZEROS.search(about)) and (key := _FORMAT_ID.search(about)):
                formats[key[1]] = min(len(code[1]), 255)
        of_cells = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL) if formats else None
        cells = re.findall(rb"<(?:\w+:)?xf\s[^>]*>", of_cells[0]) if of_cells else []
        keys = [key[1] if (key := _FORMAT_ID.search(about)) else b"" for about in cells]
        return {str(style).encode(): formats[key] for style, key in enumerate(keys) if key in formats}


def _note_zeros(zeros: Zeros, cell: bytes, digits: int) -> None:
    address = _ADDRESS.search(b" " + cell)
    if address and (row := int(address[2]) - 1) < MAX_ROWS:
        column = zeros.setdefault(_column(address[1]), bytearray())
        column.extend(bytes(max(0, row + 1 - len(column))))
        column[row] = digits


def _bounded(unpacker: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    while packed:
        yield unpacker.decompress(packed, PIECE)
        packed = unpacker.unconsumed_tail


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _column(letters: bytes) -> int:
    """Column letters as a number from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _note_flaws(chunk: bytes, flaws: Flaws) -> None:
    if b"<f" in chunk or b":f" in chunk:
        for cell, value in _FORMULA.findall(chunk):
            kind = _KIND.search(cell)
            # A formula that gave an empty text says t="str"; one that nobody ever reckoned has no value at all.
            if not value and (kind is None or kind[1] != b"str"):
                _note(flaws, cell, "formula")
    if b't="e"' in chunk:
        for cell, value in _ERROR.findall(chunk):
            _note(flaws, cell, value.decode(errors="replace") or "formula")


def _note(flaws: Flaws, cell: bytes, why: str) -> None:
    if len(flaws) >= MAX_FLAWS:
        raise Unreadable("formulas", limit=MAX_FLAWS)
    if address := _ADDRESS.search(b" " + cell):
        flaws[int(address[2]) - 1, _column(address[1])] = why
