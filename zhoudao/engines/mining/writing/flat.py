"""A log as a table: CSV that no spreadsheet runs, and Parquet."""

from collections.abc import Iterable
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from zhoudao.kit.sheets import harmless


def write_csv(batches: Iterable[Any], file: IO[bytes]) -> None:
    """Record batches of one shape as CSV: UTF-8, every text between quotation marks, so that what is empty and what is
    not said differ. A text that a spreadsheet would run is marked as text by an apostrophe."""
    writer: Any = None
    for batch in batches:
        plain = pa.RecordBatch.from_arrays([_harmless(column) for column in batch.columns], names=batch.schema.names)
        if writer is None:
            options = arrow_csv.WriteOptions(quoting_style="all_valid")
            writer = arrow_csv.CSVWriter(file, plain.schema, write_options=options)
        writer.write_batch(plain)
    if writer is not None:
        writer.close()


def _harmless(column: Any) -> Any:
    if not pa.types.is_dictionary(column.type):
        return column
    words = pa.array([harmless(word) for word in column.dictionary.to_pylist()], pa.string())
    return words.take(column.indices)


def write_parquet(batches: Iterable[Any], file: IO[bytes]) -> None:
    """Record batches of one shape as Parquet: words coded, moments in UTC, zstd."""
    writer: Any = None
    for batch in batches:
        if writer is None:
            writer = pq.ParquetWriter(file, batch.schema, compression="zstd")
        writer.write_batch(batch)
    if writer is not None:
        writer.close()
