"""Lists people keep in files: CSV as any program writes it, and the first sheet of an Excel workbook."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree

from zhoudao.kit.xml import Attributes, Step, XmlRefused, parse, steps

MOST_BYTES, MOST_ROWS = 50_000_000, 100_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COLUMN = re.compile(r"[A-Z]{1,3}")


class TableUnreadable(ValueError):
    """This is no CSV or Excel file we can read. `code` and `where` say it to programs."""

    def __init__(self, text: str, code: str = "unreadable", where: str = "") -> None:
        super().__init__(text)
        self.code, self.where = code, where


def rows_of(content: bytes, *, is_strict: bool = False) -> Iterator[list[str]]:
    """The rows, cells as text, of a file that may be packed by gzip; of a formula what it came to when it was saved.

    `is_strict`: formulas and merged cells are refused, by the cell's name, as what they say is not certain.

    Raises: TableUnreadable
    """
    plain = _unpacked(content) if content.startswith(b"\x1f\x8b") else content
    if len(plain) > MOST_BYTES:
        raise TableUnreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.", "large")
    rows = _workbook(plain, is_strict) if plain.startswith(b"PK") else _csv(plain)
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise TableUnreadable(f"The file has more than {MOST_ROWS:,} rows.", "large")
        yield [cell.strip() for cell in row]


def _unpacked(content: bytes) -> bytes:
    """At most a byte more than is taken: a small file may unpack to terabytes."""
    try:
        unpacking = zlib.decompressobj(wbits=31)
        plain = unpacking.decompress(content, MOST_BYTES + 1)
    except zlib.error as error:
        raise TableUnreadable(f"This cannot be unpacked: {error}") from error
    if not unpacking.eof and len(plain) <= MOST_BYTES:
        raise TableUnreadable("This packed file is not whole.")
    return plain


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\0" in text:
        raise TableUnreadable("This is neither text nor an Excel workbook.")
    head = text[:4096].partition("\n")[0]
    mark = max((",", "\t", ";"), key=head.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=mark)
    except csv.Error as error:
        raise TableUnreadable(f"This cannot be read as CSV: {error}") from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Chinese spreadsheets write."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable("The text is neither UTF-8 nor GB18030.")


def _workbook(content: bytes, is_strict: bool) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            shared = _shared(_part(parts, "xl/sharedStrings.xml")) if _has(parts, "xl/sharedStrings.xml") else []
            sheet = _part(parts, "xl/worksheets/sheet1.xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise TableUnreadable(f"This cannot be read as an Excel workbook: {error}") from error
    yield from _sheet(sheet, shared, is_strict)


def _has(parts: zipfile.ZipFile, name: str) -> bool:
    return name in parts.namelist()


def _part(parts: zipfile.ZipFile, name: str) -> bytes:
    if parts.getinfo(name).file_size > 4 * MOST_BYTES:
        raise TableUnreadable("The workbook is too large.")
    return parts.read(name)


def _tree(content: bytes) -> Iterator[etree._Element]:
    try:
        yield from parse(content, max_bytes=4 * MOST_BYTES, max_elements=5_000_000)
    except XmlRefused as error:
        raise TableUnreadable(str(error)) from error


def _shared(content: bytes) -> list[str]:
    return ["".join(text.text or "" for text in one.iter(f"{_MAIN}t")) for one in _tree(content)]


def _sheet(content: bytes, shared: list[str], is_strict: bool) -> Iterator[list[str]]:
    for part in _tree(content):
        if is_strict:
            _refuse_what_is_uncertain(part)
        for row in part.iter(f"{_MAIN}row"):
            cells: dict[int, str] = {}
            for cell in row.iter(f"{_MAIN}c"):
                found = _COLUMN.match(cell.get("r") or "")
                cells[_place(found[0]) if found else len(cells)] = _text(cell, shared)
            yield [cells.get(place, "") for place in range(max(cells, default=-1) + 1)]


def _refuse_what_is_uncertain(part: etree._Element) -> None:
    merged = next(part.iter(f"{_MAIN}mergeCell"), None)
    if merged is not None:
        where = merged.get("ref") or ""
        raise TableUnreadable(f"The cells {where} are merged: separate them, and fill in every row.", "merged", where)
    formula = next(part.iter(f"{_MAIN}f"), None)
    if formula is not None:
        cell = formula.getparent()
        where = (cell.get("r") if cell is not None else "") or ""
        raise TableUnreadable(f"The cell {where} is a formula: paste it as a value.", "formula", where)


def _place(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _text(cell: etree._Element, shared: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
    value = cell.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    return value.removesuffix(".0")


def sheet_rows(path: Path, *, most_rows: int) -> Iterator[list[str]]:
    """The rows of the first sheet of a workbook of any length, as they stand in it, the sheet never held as a whole.
    Rows that a workbook leaves out because nothing stands in them come as empty lists.

    Raises: TableUnreadable
    """
    try:
        with zipfile.ZipFile(path) as parts:
            shared = _streamed_shared(parts) if _has(parts, "xl/sharedStrings.xml") else []
            with parts.open("xl/worksheets/sheet1.xml") as sheet:
                yield from _streamed(sheet, shared, most_rows)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as error:
        raise TableUnreadable(f"This cannot be read as an Excel workbook: {error}") from error
    except XmlRefused as error:
        raise TableUnreadable(str(error)) from error


def _cut(part: IO[bytes], most: int) -> Iterator[bytes]:
    read = 0
    while piece := part.read(1 << 16):
        read += len(piece)
        if read > most:
            raise TableUnreadable("The workbook is too large.", "large")
        yield piece


def _streamed_shared(parts: zipfile.ZipFile) -> list[str]:
    found: list[str] = []
    words: list[str] = []
    with parts.open("xl/sharedStrings.xml") as part:
        for step in _each(part, 4 * MOST_BYTES):
            if step[0] == f"{_MAIN}t" and step[1] is None:
                words.append(step[2])
            elif step[0] == f"{_MAIN}si" and step[1] is None:
                found.append("".join(words))
                words.clear()
    return found


def _each(part: IO[bytes], most: int) -> Iterator[Step]:
    for found in steps(_cut(part, most)):
        yield from found


def _streamed(sheet: IO[bytes], shared: list[str], most_rows: int) -> Iterator[list[str]]:
    row = _Row(shared)
    for tag, attributes, text in _each(sheet, 40 * MOST_BYTES):
        name = tag.removeprefix(_MAIN)
        if name == "row" and attributes is None:
            if row.number > most_rows:
                raise TableUnreadable(f"The file has more than {most_rows:,} rows.", "large")
            yield from row.left_out()
            yield row.cells()
        elif attributes is not None:
            row.begin(name, attributes)
        else:
            row.end(name, text)


class _Row:
    """The row of a sheet that is being read."""

    def __init__(self, shared: list[str]) -> None:
        self._shared, self.number, self._given = shared, 0, 0
        self._cells: dict[int, str] = {}
        self._place, self._kind = 0, ""

    def begin(self, name: str, attributes: Attributes) -> None:
        """A row or a cell begins."""
        if name == "row":
            said = str(attributes.get("r", ""))
            self.number = max(int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0, self.number + 1)
            self._cells, self._place = {}, -1
        elif name == "c":
            found = _COLUMN.match(str(attributes.get("r", "")))
            self._place = _place(found[0]) if found else self._place + 1
            self._kind = str(attributes.get("t", ""))

    def end(self, name: str, text: str) -> None:
        """A cell has said its value."""
        if name == "v" and self._kind == "s":
            known = text.isascii() and text.isdigit() and int(text) < len(self._shared)
            self._cells[self._place] = self._shared[int(text)] if known else ""
        elif name == "v":
            self._cells[self._place] = text.removesuffix(".0")
        elif name == "t":
            self._cells[self._place] = self._cells.get(self._place, "") + text

    def left_out(self) -> Iterator[list[str]]:
        """The rows before this one that have none of their own, a thousand at most."""
        for _ in range(min(self.number - self._given - 1, 1_000)):
            yield []
        self._given = self.number

    def cells(self) -> list[str]:
        """Its cells, up to the last that says something."""
        return [self._cells.get(place, "") for place in range(max(self._cells, default=-1) + 1)]
