"""Files that say what their columns are: Parquet, and the first sheet of an Excel workbook."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhoudao.engines.mining.reading.gathering import Gathered
from zhoudao.engines.mining.reading.limits import Limits
from zhoudao.engines.mining.reading.remarks import LogUnreadable, RefusedRow, remark
from zhoudao.engines.mining.reading.table import Table, distinct_names
from zhoudao.kit.tables import TableUnreadable, sheet_rows

_BATCH = 1 << 17
_KEPT = 1_000


def read_parquet(path: Path, limits: Limits) -> Table:
    """All rows: words coded, moments as they are, other plain values as words, nothing that has parts.

    Raises: LogUnreadable
    """
    try:
        with pq.ParquetFile(path) as file:
            _see_that_it_fits(file, limits)
            words = [each.name for each in file.schema_arrow if _is_text(each.type)]
        with pq.ParquetFile(path, read_dictionary=words) as file:
            names = distinct_names(file.schema_arrow.names)
            parts = [_columns(batch) for batch in file.iter_batches(_BATCH, use_threads=False)]
            fields = list(file.schema_arrow)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise LogUnreadable(f"This cannot be read as Parquet: {error}", "parquet") from error
    columns, remarks = {}, []
    for place, name in enumerate(names):
        if _column(pa.nulls(0, fields[place].type)) is None:
            remarks.append(remark("columns_nested", column=name))
        else:
            chunks = [part[place] for part in parts] or [_column(pa.nulls(0, fields[place].type))]
            columns[name] = pa.chunked_array(chunks)
    rows = sum(len(part[0]) for part in parts if part) if names else 0
    return Table(columns, np.arange(1, rows + 1, dtype=np.int64), remarks=remarks)


def first_rows(file: pq.ParquetFile, most: int = 20_000) -> Table:
    """A few rows of a file, to see what its columns are."""
    names = distinct_names(file.schema_arrow.names)
    batch = next(file.iter_batches(most, use_threads=False), None)
    if batch is None:
        batch = pa.RecordBatch.from_pylist([], file.schema_arrow)
    found = {name: _column(column) for name, column in zip(names, batch.columns, strict=True)}
    columns = {name: pa.chunked_array([column]) for name, column in found.items() if column is not None}
    return Table(columns, np.arange(1, len(batch) + 1, dtype=np.int64))


def _see_that_it_fits(file: Any, limits: Limits) -> None:
    about = file.metadata
    size = sum(about.row_group(each).total_byte_size for each in range(about.num_row_groups))
    if about.num_rows > limits.rows:
        raise LogUnreadable(f"The file has more than {limits.rows:,} rows.", "long")
    if len(file.schema_arrow) > limits.columns:
        raise LogUnreadable(f"The file has more than {limits.columns} columns.", "wide")
    if size > limits.bytes:
        raise LogUnreadable(f"The file is larger than {limits.bytes // 1_000_000:,} MB.", "large")


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _columns(batch: Any) -> list[Any]:
    """Its columns, seen to be what they say: words may hold any bytes."""
    batch.validate(full=True)
    return [_column(column) for column in batch.columns]


def _column(column: Any) -> Any:
    """A column as `Table` has them, or None where its values have parts."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_timestamp(kind):
        return column.cast(kind)
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("us"))
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    try:
        if not pa.types.is_dictionary(column.type):
            return column.cast(pa.string()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), column.dictionary.cast(pa.string()))
    except pa.ArrowException:
        return None


def read_workbook(path: Path, limits: Limits) -> Table:
    """All rows of the first sheet; its first row are the names of the columns. Raises: LogUnreadable"""
    names: list[str] = []
    numbers: list[int] = []
    refused: list[RefusedRow] = []
    gathered, ragged = Gathered(limits), 0
    try:
        for number, row in enumerate(sheet_rows(path, most_rows=min(limits.rows, 2_000_000)), start=1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not names:
                names = distinct_names(cells)
            elif any(cells[len(names) :]):
                ragged += 1
                refused += [RefusedRow(number, "ragged", str(len(cells)))] if len(refused) < _KEPT else []
            else:
                gathered.add({name: cell for name, cell in zip(names, cells, strict=False) if cell})
                numbers.append(number)
    except TableUnreadable as error:
        raise LogUnreadable(str(error), error.code) from error
    columns = gathered.whole()
    empty = pa.nulls(len(numbers), pa.string())
    ordered = {name: columns.get(name, empty) for name in names}
    return Table(ordered, np.array(numbers, np.int64), refused, ragged)
