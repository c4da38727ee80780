"""Messages in a file: a line each, a column of a CSV, a field of JSON lines; any of them packed by gzip."""

import csv
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from zhoudao.doors.cli import Refused

MOST_BYTES: Final = 200_000_000
MOST_ROWS: Final = 1_000_000
_FIELD: Final = "text"


class Given(NamedTuple):
    """A message, or why a row holds none; rows count from 1, the head of a table not counted."""

    row: int
    text: str
    fault: str = ""


class NoSuchColumn(ValueError):
    """The file has no such column."""


def given(path: Path, column: str | None) -> Iterator[Given]:
    """The messages in their order, rows that cannot be read told as such.

    Raises: Refused (a file that cannot be read), NoSuchColumn.
    """
    names = [suffix.lower() for suffix in path.suffixes]
    kind = next((name for name in reversed(names) if name != ".gz"), "")
    if kind in (".xlsx", ".xls", ".parquet", ".pdf", ".docx"):
        raise Refused(f"{path}: {kind[1:]} is not read here. Save it as CSV (UTF-8).")
    text = _decoded(path, _unpacked(path))
    if kind in (".csv", ".tsv"):
        rows = _of_table(text, "\t" if kind == ".tsv" else None, column)
    elif kind in (".jsonl", ".ndjson"):
        rows = _of_json(text, column or _FIELD)
    else:
        rows = (Given(number, line) for number, line in enumerate(_lines(text), 1))
    for one in rows:
        if one.row > MOST_ROWS:
            raise Refused(f"{path}: more than {MOST_ROWS:,} messages. Split the file.")
        yield one


def _unpacked(path: Path) -> bytes:
    """The content, never more than is taken: a small file may unpack to terabytes. Raises: Refused"""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise Refused(f"{path}: {fault.strerror}.") from fault
    if content.startswith(b"\x1f\x8b"):
        inflater = zlib.decompressobj(wbits=31)
        try:
            content = inflater.decompress(content, MOST_BYTES + 1)
        except zlib.error as fault:
            raise Refused(f"{path}: it cannot be unpacked: {fault}") from fault
        if not inflater.eof and len(content) <= MOST_BYTES:
            raise Refused(f"{path}: this packed file is not whole.")
    if len(content) > MOST_BYTES:
        raise Refused(f"{path}: larger than {MOST_BYTES // 1_000_000} MB. Split the file.")
    return content


def _decoded(path: Path, content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Chinese spreadsheets write. Raises: Refused"""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(f"{path}: the text is neither UTF-8 nor GB18030.")


def _lines(text: str) -> list[str]:
    """Lines as editors count them: no other mark ends one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def _of_table(text: str, mark: str | None, column: str | None) -> Iterator[Given]:
    csv.field_size_limit(MOST_BYTES)
    head = text[:4096].partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark or max((",", "\t", ";"), key=head.count))
    number = 0
    try:
        names = [name.strip() for name in next(rows, [])]
        place = _place(names, column)
        for number, row in enumerate(rows, 1):
            yield Given(number, row[place]) if place < len(row) else Given(number, "", f"it has {len(row)} cells")
    except csv.Error as fault:
        raise Refused(f"row {number + 1}: it cannot be read as CSV: {fault}") from fault


def _place(names: list[str], column: str | None) -> int:
    """Raises: NoSuchColumn"""
    wanted = column or (_FIELD if _FIELD in names else names[0] if len(names) == 1 else "")
    if wanted not in names:
        said = f"there is no column {wanted!r}" if wanted else "say with --text which column holds the messages"
        raise NoSuchColumn(f"{said}; there are: {', '.join(names) or 'none'}")
    return names.index(wanted)


def _of_json(text: str, field: str) -> Iterator[Given]:
    for number, line in enumerate(_lines(text), 1):
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            yield Given(number, "", "it is no JSON")
            continue
        found = told.get(field) if isinstance(told, dict) else told
        if isinstance(found, str):
            yield Given(number, found)
        else:
            yield Given(number, "", f"it has no text in {field!r}")
