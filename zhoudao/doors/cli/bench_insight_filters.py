"""`zhoudao bench insight`, filters: how soon a map is drawn anew when a filter is set, from the sealed columns to what
the page draws; and that it is the map a slow filter of the same log gives.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.conduct.insight.kept import Kept
    from zhoudao.doors.cli.bench_report import Report

SOON = 1.0
_OF_PIECES = "from zhoudao.doors.cli.bench_insight_filters import of_pieces; of_pieces()"
_SEALED, _NONCE = b"\1" * 32, b"\0" * 12
Said = Callable[[str], None]
FILTERS = {
    "a step": ["with.{f}"],
    "a path": ["next.{a}.{c}"],
    "a month": ["begun.2024-03-01.2024-03-31"],
    "the usual ways": ["often.20"],
    "nearly all": ["took.1."],
    "three together": ["-with.{z}", "later.{a}.{k}", "took.600."],
}
NOTES = [
    "The made-up log of the maps. Cold: a process that has loaded its libraries and compiled, but not seen the log, "
    "reads the pieces from disk, opens the seal (AES-GCM, as files are kept), chooses the cases, and makes map, ways, "
    "times and JSON. Warm: the log is open, as it is from the second filter on. CPU of the process, median of rounds; "
    "the clock's time beside it. One filter a process for cold, all in turn for warm.",
]


def run(
    _peer: str | None, report: "Report", say: Said, *, sizes: Sequence[int] = (1_000_000, 10_000_000), rounds: int = 3
) -> None:
    """This will measure and note what it finds. Raises: Refused where a map is not what slow filtering gives"""
    report.calibrate()
    report.notes += NOTES
    with tempfile.TemporaryDirectory() as folder:
        _set_up(Path(folder))
        _checked(Path(folder), report)
        for size in sizes:
            say(f"a log of {size:,} events …")
            _at(size, Path(folder) / str(size), report, rounds)
    report.calibrate()


def _at(size: int, folder: Path, report: "Report", rounds: int) -> None:
    _kept(size, folder)
    found = [_asked(folder, name) for _round in range(rounds) for name in FILTERS]
    sort = statistics.median(one["sort"] for one in found)
    for name in FILTERS:
        runs = [one for one in found if one["filter"] == name]
        for when in ("cold", "warm"):
            spent, clock = (statistics.median(one[when][at] for one in runs) for at in (0, 1))
            report.add(
                f"{name}: filter → redraw, {when}", f"{size:,} events, {runs[0]['cases']:,} cases pass",
                f"{spent * 1000:.0f} ms of CPU, {clock * 1000:.0f} ms, {spent / sort:.1f} × np.sort",
                budget=f"≤ {SOON:.0f} s" if size >= 10_000_000 else "",
                kept=spent <= SOON if size >= 10_000_000 else None,
            )  # fmt: skip


def _asked(folder: Path, name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _OF_PIECES, str(folder), name], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"{name}: {done.stderr.strip()[-400:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _kept(size: int, folder: Path) -> None:
    """A log of so many events in sealed pieces."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from zhoudao.doors.cli.bench_insight_map import made
    from zhoudao.engines.mining.packing import packed
    from zhoudao.engines.mining.store import open_log

    made(size, folder)
    for place, piece in enumerate(packed(open_log(folder / "log"))):
        (folder / f"{place}.sealed").write_bytes(AESGCM(_SEALED).encrypt(_NONCE, piece, b""))


def _opened(folder: Path) -> "Kept":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from zhoudao.conduct.insight.kept import Kept
    from zhoudao.engines.mining.packing import Packed

    seal = AESGCM(_SEALED)
    return Kept(Packed(lambda place: seal.decrypt(_NONCE, (folder / f"{place}.sealed").read_bytes(), b"")))


def of_pieces() -> None:
    """In a process of its own: one filter of the log in the folder of the first argument, by the second's name."""
    import time

    import numpy as np

    _ready()
    folder, name = Path(sys.argv[1]), sys.argv[2]
    times, cases = [], 0
    kept = None
    for _turn in ("cold", "warm"):
        begun, clock = time.process_time(), time.perf_counter()
        kept = kept or _opened(folder)
        cases = json.loads(json.dumps(_redrawn(kept, name)))["cases"]
        times.append([time.process_time() - begun, time.perf_counter() - clock])
    numbers = np.random.default_rng(1).integers(0, 2**62, kept.packed.events if kept else 0)
    begun = time.process_time()
    np.sort(numbers)
    sort = time.process_time() - begun
    print(json.dumps({"filter": name, "cold": times[0], "warm": times[1], "sort": sort, "cases": cases}))


def _ready() -> None:
    """Everything is imported and compiled: a small log goes every way once."""
    _set_up(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        _kept(2_000, Path(folder) / "small")
        kept = _opened(Path(folder) / "small")
        for name in FILTERS:
            _redrawn(kept, name)


def _set_up(home: Path) -> None:
    """What words of a page need; nothing of an installation is read or made."""
    import django

    os.environ["ZHOUDAO_HOME"] = str(home)
    django.setup()


def _redrawn(kept: "Kept", name: str) -> dict[str, Any]:
    from zhoudao.conduct.insight.narrowed import redrawn
    from zhoudao.conduct.insight.narrowing import narrows_in

    return redrawn(kept, narrows_in(list(_texts(name)))[0], zone="UTC")


def _texts(name: str) -> Iterator[str]:
    from zhoudao.conduct.insight.narrowing import token_of

    tokens = {letter: token_of(f"step {letter}") for letter in "abcdefghijklmnopqrstuvwxyz"}
    return (text.format(**tokens) for text in FILTERS[name])


def _checked(folder: Path, report: "Report") -> None:
    """Of a small log: the map of each filter is that of a log of the cases that plain Python picks. Raises: Refused"""
    from zhoudao.conduct.insight.narrowed import redrawn

    _kept(9_000, folder / "checked")
    kept = _opened(folder / "checked")
    log = kept.packed.log()
    wrong = 0
    for name in FILTERS:
        alone = log.only(_picked(log, name))
        wrong += _redrawn(kept, name)["map"] != redrawn(_again(alone), [], zone="UTC")["map"]
    report.add(
        "maps other than of the cases plain Python picks", "9,000 events", f"{wrong}", budget="0", kept=not wrong
    )
    if wrong:
        raise Refused("A filtered map is not the map of the cases that pass: the figures would mean nothing.")


def _again(log: Any) -> "Kept":
    from zhoudao.conduct.insight.kept import Kept
    from zhoudao.engines.mining.packing import Packed, packed

    return Kept(Packed(list(packed(log)).__getitem__))


def _picked(log: Any, name: str) -> Any:
    """The cases of a filter, by reading each."""
    from collections import Counter
    from datetime import UTC, datetime

    import numpy as np

    steps = [[log.activities[code][-1] for code in log.activity[log.of(case)]] for case in range(len(log.cases))]
    times = [log.end[log.of(case)] for case in range(len(log.cases))]
    first = [datetime.fromtimestamp(int(each[0]) / 1e6, UTC) for each in times]
    ways = Counter(map(tuple, steps)).most_common()
    usual, so_far = set(), 0
    for way, count in ways:  # those of one count stand as they first came, as a Counter keeps them
        if so_far < 0.2 * len(steps):
            usual.add(way)
        so_far += count
    tests: dict[str, Callable[[int], bool]] = {
        "a step": lambda case: "f" in steps[case],
        "a path": lambda case: ("a", "c") in zip(steps[case], steps[case][1:], strict=False),
        "nearly all": lambda case: int(times[case][-1] - times[case][0]) >= 60_000_000,
        "a month": lambda case: (first[case].year, first[case].month) == (2024, 3),
        "the usual ways": lambda case: tuple(steps[case]) in usual,
        "three together": lambda case: (
            "z" not in steps[case] and "a" in steps[case] and "k" in steps[case][steps[case].index("a") + 1 :]
            and int(times[case][-1] - times[case][0]) >= 36_000_000_000
        ),
    }  # fmt: skip
    return np.array([tests[name](case) for case in range(len(steps))], np.bool_)
