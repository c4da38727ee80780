"""Lists people keep in files: CSV as any program writes it, and the first sheet of an Excel workbook."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from zhoudao.kit.xml import XmlRefused, parse

MOST_BYTES, MOST_ROWS = 50_000_000, 100_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COLUMN = re.compile(r"[A-Z]{1,3}")


class TableUnreadable(ValueError):
    """This is no CSV or Excel file we can read."""


def rows_of(content: bytes) -> Iterator[list[str]]:
    """The rows, cells as text; of a formula what it came to when it was saved. Raises: TableUnreadable."""
    if len(content) > MOST_BYTES:
        raise TableUnreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    rows = _workbook(content) if content.startswith(b"PK") else _csv(content)
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise TableUnreadable(f"The file has more than {MOST_ROWS:,} rows.")
        yield [cell.strip() for cell in row]


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


def _workbook(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            shared = _shared(_part(parts, "xl/sharedStrings.xml")) if _has(parts, "xl/sharedStrings.xml") else []
            sheet = _part(parts, "xl/worksheets/sheet1.xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise TableUnreadable(f"This cannot be read as an Excel workbook: {error}") from error
    yield from _sheet(sheet, shared)


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


def _sheet(content: bytes, shared: list[str]) -> Iterator[list[str]]:
    for part in _tree(content):
        for row in part.iter(f"{_MAIN}row"):
            cells: dict[int, str] = {}
            for cell in row.iter(f"{_MAIN}c"):
                found = _COLUMN.match(cell.get("r") or "")
                cells[_place(found[0]) if found else len(cells)] = _text(cell, shared)
            yield [cells.get(place, "") for place in range(max(cells, default=-1) + 1)]


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
