"""`zhoudao bench insight`, maps: a whole map of a log, from our store and from Parquet, beside pm4py's, results equal.

pm4py (AGPL) is installed by whoever measures, in an environment of its own, and run there; it is never a dependency.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.doors.cli.bench_report import Report

_PEER = Path(__file__).parent / "bench_peers" / "pm4py_map.txt"
FASTER_FROM_STORE, FASTER_FROM_PARQUET, LEANER, SORTS, MIB = 40, 5, 0.4, 8, 600
PEERS_UP_TO = 1_000_000  # ten times that takes pm4py minutes and four gigabytes
_OF_STORE = "from zhoudao.doors.cli.bench_insight_map import of_store; of_store()"
_OF_PARQUET = "from zhoudao.doors.cli.bench_insight_map import of_parquet; of_parquet()"
Said = Callable[[str], None]
NOTES = [
    "A made-up log of 26 activities, nine events a case. A map is edges with counts and exact medians, starts, ends, "
    "variants, time at steps and rework. Everything in processes of its own, CPU of the whole process from opening the "
    "file to the result; imports and compiling are not counted on either side. MiB is the most a process held.",
]


def run(
    python: str | None, report: "Report", say: Said, *, sizes: Sequence[int] = (1_000_000, 10_000_000), rounds: int = 3
) -> None:
    """This will measure and note what it finds; without an interpreter of the peer, ours alone. Raises: Refused"""
    report.calibrate()
    report.notes += NOTES
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            say(f"a log of {size:,} events …")
            peer = python if size <= PEERS_UP_TO else None
            _at(size, Path(folder) / str(size), peer, report, rounds)
    report.calibrate()


def _at(size: int, folder: Path, python: str | None, report: "Report", rounds: int) -> None:
    made(size, folder)
    found: dict[str, list[dict[str, Any]]] = {"store": [], "parquet": [], "peer": []}
    for _round in range(rounds):
        found["store"].append(_asked([sys.executable, "-c", _OF_STORE, str(folder / "log")]))
        found["parquet"].append(_asked([sys.executable, "-c", _OF_PARQUET, str(folder / "log.parquet")]))
        if python:
            found["peer"].append(_asked([python, "-c", _PEER.read_text(), str(folder / "log.parquet")]))
    ours, raw = _cpu(found["store"]), _cpu(found["parquet"])
    sorts = ours / statistics.median(one["sort"] for one in found["store"])
    mib = max(one["mib"] for one in found["store"])
    for one in [*found["store"], *found["parquet"], *found["peer"]][1:]:
        _same(found["store"][0], one)
    large = size > PEERS_UP_TO
    report.add(
        "map from the store", f"{size:,}", f"{ours * 1000:.0f} ms of CPU, {sorts:.1f} × np.sort, {mib:.0f} MiB",
        budget=f"≤ {SORTS} × np.sort, ≤ {MIB} MiB" if large else "",
        kept=(sorts <= SORTS and mib <= MIB) if large else None,
    )  # fmt: skip
    report.add("map from Parquet", f"{size:,}", f"{raw * 1000:.0f} ms of CPU")
    if found["peer"]:
        theirs, leaner = _cpu(found["peer"]), mib / max(one["mib"] for one in found["peer"])
        _beside(report, size, (theirs / ours, theirs / raw, leaner), theirs)


def _beside(report: "Report", size: int, ratios: tuple[float, float, float], theirs: float) -> None:
    stored, raw, leaner = ratios
    report.add(
        "beside pm4py, from the store", f"{size:,}", f"{stored:.0f} × less CPU, {leaner:.2f} × its memory",
        budget=f"≥ {FASTER_FROM_STORE} ×, ≤ {LEANER} ×", kept=stored >= FASTER_FROM_STORE and leaner <= LEANER,
        peers=f"pm4py {theirs:.1f} s",
    )  # fmt: skip
    report.add(
        "beside pm4py, from Parquet", f"{size:,}", f"{raw:.1f} × less CPU", budget=f"≥ {FASTER_FROM_PARQUET} ×",
        kept=raw >= FASTER_FROM_PARQUET,
    )  # fmt: skip


def _cpu(runs: list[dict[str, Any]]) -> float:
    return float(statistics.median(one["cpu"] for one in runs))


def _same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Counts, variants and rework equal; medians to a microsecond. Raises: Refused"""
    edges = [[edge[:3] for edge in each["edges"]] for each in (one, other)]
    medians = [[edge[3] for edge in each["edges"]] for each in (one, other)]
    is_same = edges[0] == edges[1] and all(abs(a - b) < 1e-5 + 1e-9 * a for a, b in zip(*medians, strict=True))
    if not is_same or one["variants"] != other["variants"] or one["rework"] != other["rework"]:
        raise Refused("The maps of the same log are not the same: the figures would mean nothing.")


def _asked(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{command[0]}: {done.stderr.strip()[-400:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def made(size: int, folder: Path) -> None:
    """A log of so many events in the store and as Parquet of strings, the rows by time as a system writes them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from zhoudao.engines.mining.interning import interned
    from zhoudao.engines.mining.store import keep_log

    rng = np.random.default_rng(7)
    cases = size // 9
    case = np.sort(np.concatenate([np.arange(cases), rng.integers(0, cases, size - cases)]))
    step = np.empty(size, np.int64)
    fresh = np.concatenate([[True], case[1:] != case[:-1]])
    place = np.arange(size) - np.maximum.accumulate(np.where(fresh, np.arange(size), 0))
    step = (place * 2 + rng.choice([0, 0, 0, 0, 1, 2, 5], size)) % 26
    gap = rng.lognormal(8, 1.5, size).astype(np.int64) * 1_000_000 + rng.integers(0, 1_000_000, size)
    start = rng.integers(0, 365 * 86_400, cases)[case] * 1_000_000
    total = np.cumsum(np.where(fresh, 0, gap))
    at = 1_700_000_000_000_000 + start + total - np.maximum.accumulate(np.where(fresh, total, 0))
    order = np.argsort(at, kind="stable")
    names = np.array([f"step {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"])
    columns = {
        "case": pa.array(np.char.add("case-", case[order].astype(str))), "activity": pa.array(names[step[order]]),
        "at": pa.array(at[order], pa.timestamp("us", "UTC")),
    }  # fmt: skip
    folder.mkdir(parents=True)
    pq.write_table(pa.table(columns), folder / "log.parquet")
    keep_log(interned(case=columns["case"], activity=columns["activity"], end=at[order]), folder / "log")


def of_store() -> None:
    """In a process of its own: the map of a log that is kept in the folder of the first argument."""
    from zhoudao.engines.mining.store import open_log

    _printed(open_log, Path(sys.argv[1]))


def of_parquet() -> None:
    """In a process of its own: the map of a log in a Parquet file of strings."""
    import numpy as np
    import pyarrow.parquet as pq

    from zhoudao.engines.mining.interning import interned

    interned(case=["a", "a", "b"], activity=["x", "y", "x"], end=np.arange(3, dtype=np.int64))

    def read(path: Path) -> Any:
        table = pq.read_table(path, read_dictionary=["case", "activity"])
        at = table["at"].cast("timestamp[us]").to_numpy().astype("int64")
        return interned(case=table["case"], activity=table["activity"], end=at)

    _printed(read, Path(sys.argv[1]))


def _most_held() -> float:
    """The most memory this program held, in MiB; what `getrusage` says counts the process that began it, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _printed(read: Callable[[Path], Any], path: Path) -> None:
    import time

    import numpy as np

    from zhoudao.engines.mining.following import follow_map
    from zhoudao.engines.mining.log import Log, Names
    from zhoudao.engines.mining.rework import again
    from zhoudao.engines.mining.variants import variants

    few = np.zeros(3, np.int32)
    for work in (follow_map, variants, again):
        work(Log(case=few, activity=few, end=np.arange(3, dtype=np.int64), cases=Names(["a"]), activities=("x",)))
    begun = time.process_time()
    log = read(path)
    drawn, ways, repeated = follow_map(log), variants(log), again(log)
    spent = time.process_time() - begun
    mib = _most_held()
    numbers = np.random.default_rng(1).integers(0, 2**62, len(log))
    begun = time.process_time()
    np.sort(numbers)
    sort = time.process_time() - begun
    edges, names = drawn.edges, log.activities
    found = {
        "cpu": spent, "mib": mib, "sort": sort, "variants": ways.count.tolist(),
        "edges": sorted(
            [names[a], names[b], int(count), float(median) / 1e6]
            for a, b, count, median in zip(edges.source, edges.target, edges.count, edges.median, strict=True)
        ),
        "rework": {names[step]: int(repeated.cases[step]) for step in range(len(names)) if repeated.cases[step]},
    }  # fmt: skip
    print(json.dumps(found))
