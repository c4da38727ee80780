"""`zhoudao bench insight`, parts: a lake's map made here and on local Spark, equal byte for byte; what each took, and
what that comes to on paper for ten billion events.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.doors.cli.bench_report import Report

FILES, PEOPLE, PAPER = 4, 200, 10_000_000_000
SHUFFLES = 8
Said = Callable[[str], None]
NOTES = [
    "The made-up log of the maps (26 steps, nine events a case, no beginnings) with 200 people, as a lake of four files"
    " that each hold whole cases. Kernels are what the parts themselves took, reading, coding and adding up"
    " included; here they are done by the program that asks, on Spark by its workers. Shuffled is what Spark says its"
    " tasks wrote for others, packed. People are drawn by lot, so that everybody hands over to everybody: real logs"
    " shuffle less.",
    "On paper: bytes read, shuffled and kernel time grow with the events, at the size of file measured; see"
    " docs/spark.md for what is assumed.",
]


class _Took(NamedTuple):
    """What one run took: CPU and clock seconds, the most MiB a process held, its passes and the map it made."""

    cpu: float
    clock: float
    mib: float
    passes: list[tuple[str, int, int, int]]
    made: bytes

    @property
    def kernels(self) -> float:
        """CPU seconds of the parts."""
        return sum(each[1] for each in self.passes) / 1e6

    @property
    def read(self) -> int:
        """Packed bytes of columns read, pass by pass added up."""
        return sum(each[2] for each in self.passes)


class _Shuffled(NamedTuple):
    """What Spark noted of all tasks; `java` is CPU seconds of theirs outside of Python."""

    tasks: int
    written: int
    spilled: int
    java: float


def run(
    _peer: str | None, report: "Report", say: Said, *, sizes: Sequence[int] = (1_000_000,), rounds: int = 1
) -> None:
    """This will measure and note what it finds; without Spark, our own run alone. Raises: Refused (maps that differ)"""
    from zhoudao.doors.cli.map_spark import is_there

    lacks = is_there()
    report.calibrate()
    report.notes += [*NOTES, *([f"Not measured on Spark: {lacks}"] if lacks else [])]
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            say(f"a lake of {size:,} events …")
            lake = _lake(size, Path(folder))
            here = _run(lake, Path(folder) / "here")
            _tell(report, "here", size, here)
            if not lacks:
                _beside(report, say, size, (lake, here))
    report.calibrate()


def _beside(report: "Report", say: Said, size: int, of: tuple[Path, _Took]) -> None:
    lake, here = of
    log = lake.parent / "events"
    log.mkdir()
    say("the same on Spark …")
    conf = {
        "spark.eventLog.enabled": "true", "spark.eventLog.dir": log.as_uri(), "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false", "spark.sql.shuffle.partitions": str(SHUFFLES),
    }  # fmt: skip
    settings = [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
    there = _run(lake, lake.parent / "there", "--engine", "spark", "--master", "local[2]", *settings)
    if there.made != here.made:
        raise Refused("The map made on Spark is not the map made here.")
    shuffled = _shuffled(next(log.iterdir()))
    report.add("map on Spark other than the map here", f"{size:,}", "0 bytes of "
               f"{len(here.made):,}", budget="0", kept=True)  # fmt: skip
    _tell(report, "on local Spark", size, there)
    report.add(
        "local Spark: shuffled", f"{size:,}",
        f"{shuffled.written / 1e6:.1f} MB, {shuffled.written / size:.1f} B an event, in {shuffled.tasks:,} tasks;"
        f" {shuffled.spilled / 1e6:.1f} MB spilled; Java's part of the tasks {shuffled.java:.1f} s of CPU",
    )  # fmt: skip
    _on_paper(report, size, there, shuffled)


def _tell(report: "Report", where: str, size: int, took: _Took) -> None:
    report.add(
        f"map {where}", f"{size:,}",
        f"kernels {took.kernels:.1f} s of CPU, {took.kernels / size * 1e6:.2f} µs an event; the program that asks"
        f" {took.cpu:.1f} s of CPU, {took.mib:.0f} MiB; {took.clock:.0f} s by the clock",
    )  # fmt: skip
    passes = "; ".join(
        f"{name} {cpu / 1e6:.1f} s, {read / 1e6:.1f} MB read, {told / 1e6:.1f} MB told"
        for name, cpu, read, told in took.passes
    )
    report.add(f"map {where}: passes", f"{size:,}", passes)


def _on_paper(report: "Report", size: int, took: _Took, shuffled: _Shuffled) -> None:
    times = PAPER / size
    with_java = took.kernels + shuffled.java
    report.add(
        "on paper, by this size", f"{PAPER:,}",
        f"{took.read * times / 1e9:,.0f} GB read, {shuffled.written * times / 1e9:,.0f} GB shuffled,"
        f" {took.kernels * times / 3600:,.1f} core hours of kernels, {with_java * times / 3600:,.1f} with Java's part",
    )  # fmt: skip


def _run(lake: Path, out: Path, *more: str) -> _Took:
    """One run as a program of its own. Raises: Refused"""
    command = [sys.executable, "-m", "zhoudao.config.main", "map", str(lake), "--time", "at", "--out", str(out), *more]
    began, errors = time.monotonic(), out.with_suffix(".err")
    with errors.open("wb") as file:
        actions = [(os.POSIX_SPAWN_DUP2, file.fileno(), 1), (os.POSIX_SPAWN_DUP2, file.fileno(), 2)]
        child = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
        _, status, used = os.wait4(child, 0)
    if status:
        raise Refused(f"{' '.join(command)}: {errors.read_text()[-800:]}")
    spent = [tuple(each) for each in json.loads((out / "spent.json").read_text())]
    return _Took(
        used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024, spent,
        (out / "map.json").read_bytes(),
    )  # fmt: skip


def _shuffled(log: Path) -> _Shuffled:
    """Of Spark's own event log, everything that tasks wrote."""
    tasks = written = spilled = java = 0
    with log.open() as lines:
        for line in lines:
            if '"SparkListenerTaskEnd"' not in line[:60]:
                continue
            metrics: dict[str, Any] = json.loads(line).get("Task Metrics") or {}
            tasks += 1
            written += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
            spilled += metrics.get("Disk Bytes Spilled", 0)
            java += metrics.get("Executor CPU Time", 0)
    return _Shuffled(tasks, written, spilled, java / 1e9)


def _lake(size: int, folder: Path) -> Path:
    """The made-up log with people, in files of whole cases, each by case, then by time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from zhoudao.doors.cli.bench_insight_map import made

    made(size, folder / "made")
    table = pq.read_table(folder / "made" / "log.parquet")
    rng = np.random.default_rng(11)
    people = pa.array([f"user:{number}" for number in range(PEOPLE)]).take(pa.array(rng.integers(0, PEOPLE, size)))
    table = table.append_column("resource", people)
    place = np.array([int(name[5:]) for name in table["case"].to_pylist()]) % FILES
    lake = folder / "lake"
    for number in range(FILES):
        path = lake / f"bucket={number}" / "part.parquet"
        path.parent.mkdir(parents=True)
        part = table.filter(pa.array(place == number)).sort_by([("case", "ascending"), ("at", "ascending")])
        pq.write_table(part, path, compression="zstd")
    return lake
