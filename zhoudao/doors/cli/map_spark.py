"""The parts of a log on Apache Spark: each a task that runs our kernels in `mapInArrow`; Spark adds up by key.

Nothing of it imports Django: what is here is imported by Spark's workers, too.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from zhoudao.doors.cli import Refused
from zhoudao.engines.mining.apart.running import Runner, Send, Work, as_it_is, done, sent
from zhoudao.engines.mining.apart.sums import KEYS, SCHEMA, Part

NO_SPARK = (
    "Apache Spark is not installed here. It is an optional extra: pip install --require-hashes -r"
    " requirements-spark.lock (and Java 17 or newer). Without --engine spark the same map is made on this machine."
)
NO_JAVA = (
    "Spark needs Java 17 or newer, and there is no `java` here: install openjdk-17-jre-headless, or name one by"
    " JAVA_HOME. Without --engine spark the same map is made on this machine."
)
Read = Callable[[Any], tuple[Any, int]]


def is_there() -> str:
    """What Spark lacks on this machine; "" where it can run."""
    try:
        import pyspark  # noqa: F401  # an optional extra: whether it is there is the question
    except ImportError:
        return NO_SPARK
    home = os.environ.get("JAVA_HOME")
    is_java = shutil.which("java") or (home and shutil.which("java", path=os.path.join(home, "bin")))
    return "" if is_java else NO_JAVA


def session(master: str, settings: Sequence[str]) -> Any:
    """A Spark session; `settings` are NAME=VALUE. Raises: Refused"""
    lacks = is_there()
    if lacks:
        raise Refused(lacks)
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("zhoudao map")
    given = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    given |= dict(each.split("=", 1) for each in settings)
    for name, value in given.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


class OnSpark:
    """Pieces read where they are worked on; nothing of a log goes through the program that asks."""

    def __init__(self, spark: Any, frame: Any, tables: Callable[..., Iterator[Any]], read: Read) -> None:
        self._spark, self._frame, self._tables, self._read = spark, frame, tables, read

    def each(self, work: Work, *, least: int = 0) -> pa.Table:
        """See `Runner`."""
        from pyspark.sql import functions as made

        found = self._frame.mapInArrow(partial(_worked, self._tables, partial(done, self._read, work)), _kinds(SCHEMA))
        found = found.groupBy(*KEYS).agg(made.sum("number").alias("number"), made.min("first").alias("first"))
        if least:
            found = found.where((found["number"] >= least) | (found["part"] == int(Part.FAULT)))
        return found.toArrow().select(SCHEMA.names).cast(SCHEMA)

    def regrouped(self, send: Send, key: str, count: int) -> "Runner":
        """See `Runner`. The rows are shuffled once, and kept on the disks of the workers until the session ends."""
        from pyspark import StorageLevel

        rows = self._frame.mapInArrow(partial(_sent, self._tables, self._read, send), _kinds(send.schema))
        kept = rows.repartition(count, key).persist(StorageLevel.DISK_ONLY)
        return OnSpark(self._spark, kept, partial(_together, send.schema), as_it_is)


def on_spark(spark: Any) -> Callable[[Sequence[Any], Read], Runner]:
    """Makes runners on this session."""

    def make(parts: Sequence[Any], read: Read) -> Runner:
        numbers = spark.range(0, len(parts), 1, len(parts))
        return OnSpark(spark, numbers, partial(_named, tuple(parts)), read)

    return make


def _kinds(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _named(parts: Sequence[Any], batches: Iterable[pa.RecordBatch]) -> Iterator[Any]:
    """The pieces whose numbers a task was given."""
    for batch in batches:
        for number in batch.column("id").to_pylist():
            yield parts[number]


def _together(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """All rows that were sent to one task."""
    table = pa.Table.from_batches([batch.cast(schema) for batch in batches], schema)
    if len(table):
        yield table


def _worked(
    tables: Callable[..., Iterator[Any]], work: Callable[[Any], pa.Table], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    for part in tables(batches):
        yield from work(part).combine_chunks().to_batches()


def _sent(
    tables: Callable[..., Iterator[Any]], read: Read, send: Send, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for part in tables(batches):
        yield from sent(send, read(part)[0]).combine_chunks().to_batches()
