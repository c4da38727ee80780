"""Rows of cells with marks between them: CSV and its kin, in the encodings that programs write."""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from zhoudao.engines.mining.reading.columns import times_share
from zhoudao.engines.mining.reading.limits import BEGINNING, Limits, beginning, opened
from zhoudao.engines.mining.reading.remarks import LogUnreadable, RefusedRow, remark
from zhoudao.engines.mining.reading.table import Table, distinct_names

_MARKS = (",", ";", "\t", "|")
_BLOCK = 1 << 21
_KEPT = 1_000


@dataclass
class _Ragged:
    """Rows with another number of cells than the header, as they are met."""

    kept: list[RefusedRow] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def __call__(self, row: Any) -> str:
        self.rows.append(row.number)
        if len(self.kept) < _KEPT:
            self.kept.append(RefusedRow(row.number, "ragged", str(row.actual_columns)))
        return "skip"


def read_delimited(path: Path, limits: Limits, times: frozenset[str]) -> Table:
    """All rows of a CSV, TSV or semicolon file; columns in `times`, and those that look like moments, as plain words,
    all others coded.

    Raises: LogUnreadable
    """
    start = beginning(path, limits)
    encoding = _encoding(start)
    if encoding == "utf-8":
        try:
            return _read(path, limits, times, start, encoding)
        except UnicodeDecodeError:  # it began like UTF-8 and went on otherwise
            encoding = "gb18030"
    try:
        return _read(path, limits, times, start, encoding)
    except UnicodeDecodeError as error:
        raise LogUnreadable(f"The text is neither UTF-8 nor {encoding.upper()}.", "encoding") from error


def _encoding(start: bytes) -> str:
    """By its mark, by the zeros of UTF-16 without one, else UTF-8 where it can be that, else what Chinese systems write
    or, where letters beyond ASCII stand alone, western ones."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    zeros = (start[0:2000:2].count(0), start[1:2000:2].count(0))
    if max(zeros) * 4 > min(len(start), 2000):
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if b"\0" in start:
        raise LogUnreadable("This is no text.", "binary")
    try:
        start[: start.rfind(b"\n") + 1 or len(start)].decode("utf-8")
    except UnicodeDecodeError:
        runs = re.findall(rb"[\x80-\xff]+", start)
        return "cp1252" if 2 * sum(len(run) == 1 for run in runs) > len(runs) else "gb18030"
    return "utf-8"


def _head(start: bytes, encoding: str) -> tuple[list[list[str]], str, int]:
    """The first rows, the mark between cells, and how many lines stand before the header."""
    text = start.decode(encoding, "replace").removeprefix("\ufeff")
    before, mark = 0, ""
    if text[:4].lower() == "sep=":  # as Excel has it
        mark, before, text = text[4:5], 1, text.partition("\n")[2]
    whole = text[: text.rfind("\n") + 1] or text
    mark = mark or max(_MARKS, key=lambda each: _evenness(whole, each))
    return _rows(whole, mark)[:400], mark, before


def _rows(text: str, mark: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    except csv.Error as error:
        raise LogUnreadable(f"This cannot be read as CSV: {error}") from error


def _evenness(text: str, mark: str) -> tuple[float, int]:
    """The share of rows that have as many cells as the first, which are to be more than one; and how many cells."""
    try:
        rows = _rows("\n".join(text.split("\n")[:200]), mark)
    except LogUnreadable:
        return 0.0, 0
    wide = len(rows[0]) if rows else 0
    same = sum(len(row) == wide for row in rows)
    return (same / len(rows) if wide > 1 else 0.0), wide


def _read(path: Path, limits: Limits, times: frozenset[str], start: bytes, encoding: str) -> Table:
    rows, mark, before = _head(start, encoding)
    if not rows or len(rows[0]) < 2:
        raise LogUnreadable("The file has no header with at least two columns.", "header")
    if len(rows[0]) > limits.columns:
        raise LogUnreadable(f"The file has more than {limits.columns} columns.", "wide")
    names = distinct_names(rows[0])
    if len(rows) == 1 and len(start) < BEGINNING:
        return Table({name: pa.chunked_array([], pa.string()) for name in names}, np.zeros(0, np.int64))
    ragged = _Ragged()
    shape = _Shape(names, mark, before, encoding, _plain_columns(names, rows[1:], times))
    with opened(path, limits, is_utf8=encoding == "utf-8") as file:
        try:
            table = _parsed(file, shape, ragged, limits)
        except pa.ArrowInvalid as error:
            raise LogUnreadable(f"This cannot be read as CSV: {error}") from error
    said = [] if encoding.startswith("utf") else [remark("encoding", name=encoding.upper())]
    numbers = np.arange(2, 2 + len(table) + len(ragged.rows), dtype=np.int64)
    numbers = np.delete(numbers, np.array(ragged.rows, np.int64) - 2) if ragged.rows else numbers
    columns, numbers = _without_blank_lines({name: table.column(name) for name in names}, numbers)
    return Table(columns, numbers, ragged.kept, len(ragged.rows), said)


def _without_blank_lines(
    columns: dict[str, Any], numbers: NDArray[np.int64]
) -> tuple[dict[str, Any], NDArray[np.int64]]:
    blank = np.ones(len(numbers), np.bool_)
    for column in columns.values():
        if not column.null_count or not blank.any():
            return columns, numbers
        blank &= column.is_null().to_numpy()
    kept = pa.array(~blank)
    return {name: column.filter(kept) for name, column in columns.items()}, numbers[~blank]


@dataclass(frozen=True)
class _Shape:
    names: list[str]
    mark: str
    before: int
    encoding: str
    plain: frozenset[str]


def _plain_columns(names: list[str], rows: list[list[str]], times: frozenset[str]) -> frozenset[str]:
    """Columns that are not coded: those of moments, which rarely repeat."""
    found = set(times)
    for place, name in enumerate(names):
        cells = [row[place] for row in rows if len(row) == len(names)]
        if times_share(pa.array(cells, pa.string())) > 0.5:
            found.add(name)
    return frozenset(found)


def _parsed(file: io.BufferedReader, shape: _Shape, ragged: _Ragged, limits: Limits) -> Any:
    coded = pa.dictionary(pa.int32(), pa.string())
    reader = arrow_csv.open_csv(
        file,
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=_BLOCK, column_names=shape.names, skip_rows=shape.before,
            skip_rows_after_names=1, encoding=shape.encoding,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=shape.mark, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=ragged
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() if name in shape.plain else coded for name in shape.names},
            null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
        ),
    )  # fmt: skip
    batches, count = [], 0
    for batch in reader:
        count += len(batch)
        if count > limits.rows:
            raise LogUnreadable(f"The file has more than {limits.rows:,} rows.", "long")
        batches.append(batch)
    return pa.Table.from_batches(batches, reader.schema)
