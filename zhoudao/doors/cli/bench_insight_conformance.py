"""`zhoudao bench insight`, conformance: what an exact alignment costs, beside pm4py's, at equal costs of every one.

pm4py (AGPL) is installed by whoever measures, in an environment of its own (`uv venv PEERS; uv pip install --python
PEERS/bin/python pm4py`), and run there by its interpreter; it is never a dependency.
"""

import json
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.conduct.insight.conforming import Conformance
    from zhoudao.doors.cli.bench_report import Report
    from zhoudao.engines.mining.log import Log

_PEER = Path(__file__).parent / "bench_peers" / "pm4py.txt"
_WAYS = ("VERSION_DIJKSTRA_LESS_MEMORY", "VERSION_DIJKSTRA_NO_HEURISTICS", "VERSION_STATE_EQUATION_A_STAR")
FASTER = 100
Said = Callable[[str], None]
NOTES = [
    "A made-up log of thirteen activities with skips, repeats and swaps; the flow is what the Inductive Miner finds in "
    "the ways that together cover 70 % of the cases, written as .bpmn and read by both. Costs are 1 a move, equal for "
    "every variant that both align; CPU is per variant, with the making of the automaton shared among all of ours.",
    "By states: two tasks on each of several branches side by side, a hundred variants, each shuffled with an error or "
    "two. Memory is the most this process ever had.",
]


def run(
    python: str | None, report: "Report", say: Said, *,
    cases: int = 20_000, theirs: int = 60, rounds: int = 3, widths: Sequence[int] = (3, 5, 7, 9, 10),
) -> None:  # fmt: skip
    """This will measure and note what it finds; without an interpreter of the peer, ours alone.

    Raises: Refused.
    """
    report.calibrate()
    _beside(python, report, say, (cases, theirs, rounds))
    for width in widths:
        say(f"{width} branches side by side …")
        _by_states(width, report)
    report.calibrate()
    report.notes += NOTES


def _beside(python: str | None, report: "Report", say: Said, size: tuple[int, int, int]) -> None:
    from zhoudao.conduct.insight.flow_file import to_bpmn
    from zhoudao.engines.mining.discovering import discover

    cases, theirs, rounds = size
    log = _log(_cases(cases))
    drawn = to_bpmn(discover(_most(log)), "Found")
    found, _ = _ours(drawn, log)  # compiles
    variants, states = len(found.variants), len(found.automaton)
    chosen = Random(3).sample(range(variants), min(theirs, variants))  # noqa: S311 – a sample
    names = [[log.activities[code] for code in found.variants.steps(log, variant)] for variant in chosen]
    mine, ratios = [], []
    for turn in range(rounds):
        _, cpu = _ours(drawn, log)
        mine.append(cpu / variants)
        if python is not None:
            ways = _peer(python, {"bpmn": drawn.decode(), "variants": names, "ways": _WAYS[: 1 if turn else None]})
            _equal(report, found, chosen, ways, is_first=not turn)
            ratios.append(min(way["cpu"] for way in ways["ways"].values()) / len(chosen) / mine[-1])
            say(f"round {turn + 1}/{rounds}: x {ratios[-1]:.0f}")
    value = f"{statistics.median(mine) * 1e3:.3f} ms of CPU a variant"
    report.add("exact alignments", f"{variants:,} variants, {states} states", value)
    if python is None:
        report.notes.append("No interpreter of the peer was given (--peers PYTHON): ours alone.")
        return
    ratio = statistics.median(ratios)
    report.add(
        "pm4py / zhoudao, its fastest exact alignment", f"{len(chosen)} variants, {states} states", f"x {ratio:.0f}",
        budget=f"≥ x {FASTER}", kept=ratio >= FASTER, peers=f"{ratio * statistics.median(mine) * 1e3:.1f} ms",
    )  # fmt: skip


def _equal(report: "Report", found: "Conformance", chosen: list[int], ways: dict[str, Any], *, is_first: bool) -> None:
    """Every cost of theirs is ours."""
    for name, way in ways["ways"].items():
        wrong = sum(
            int(found.aligned.cost[variant]) != cost for variant, cost in zip(chosen, way["costs"], strict=True)
        )
        if is_first or wrong:
            size = f"{len(chosen)} variants; net of {ways['places']} places, {ways['moves']} moves"
            cpu = f"{way['cpu'] / len(chosen) * 1e3:.1f} ms"
            said = f"pm4py {ways['version']}, {name.removeprefix('VERSION_').lower().replace('_', ' ')}"
            report.add(f"costs other than by {said}", size, f"{wrong}", budget="0", kept=not wrong, peers=cpu)


def _by_states(width: int, report: "Report") -> None:
    from zhoudao.conduct.insight.flow_file import to_bpmn
    from zhoudao.engines.bpmn.automaton import automaton
    from zhoudao.engines.bpmn.parse import parse
    from zhoudao.engines.mining.trees import Is, activity, block

    pairs = [[f"a{branch}", f"b{branch}"] for branch in range(width)]
    branches = [block(Is.SEQUENCE, [activity(name) for name in pair]) for pair in pairs]
    drawn = to_bpmn(block(Is.PARALLEL, [*branches, activity("c")]), "Wide")
    began = time.process_time()
    states = len(automaton(parse(drawn), most=200_000))
    making = time.process_time() - began
    log = _log(_shuffled([*pairs, ["c"]], 100))
    _ours(drawn, log)
    found, cpu = _ours(drawn, log)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    value = f"{making:.2f} s to make it, {(cpu - making) / len(found.variants) * 1e3:.2f} ms a variant; {most} MiB"
    report.add("by states", f"{states:,} states", value, budget="all exact", kept=bool(found.aligned.is_exact.all()))


def _ours(drawn: bytes, log: "Log") -> "tuple[Conformance, float]":
    """With CPU seconds, from the file to what differs."""
    from zhoudao.conduct.insight.conforming import conformance
    from zhoudao.engines.bpmn.parse import parse

    began = time.process_time()
    found = conformance(parse(drawn), log, most_markings=200_000)
    return found, time.process_time() - began


def _log(cases: Sequence[Sequence[str]]) -> "Log":
    import numpy as np

    from zhoudao.engines.mining.interning import interned

    rows = [(str(number), name) for number, names in enumerate(cases) for name in names]
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows], end=np.arange(len(rows), dtype=np.int64)
    )


def _most(log: "Log") -> "Log":
    """The cases of the most frequent ways, which together are 70 % of all."""
    import numpy as np

    from zhoudao.engines.mining.variants import variants

    found = variants(log)
    enough = int(np.searchsorted(np.cumsum(found.count), len(log.cases) * 0.7)) + 1
    return log.only(found.of < enough)


def _cases(count: int) -> list[list[str]]:
    """A service process as it is lived: parallel checks, a rework loop, an optional quote, and slips."""
    rng = Random(1)  # noqa: S311 – a made-up log
    return [_slips(list(_one(rng)), rng) for _ in range(count)]


def _one(rng: Random) -> Iterator[str]:
    yield "receive"
    checks = ["check stock", "check warranty", "call customer"]
    rng.shuffle(checks)
    yield from checks
    if rng.random() < 0.3:
        yield from ("quote", "agree")
    while True:
        both = ["repair", "order part"]
        rng.shuffle(both)
        yield from both
        yield "test"
        if rng.random() < 0.8:
            break
    yield from ("pack", "send") if rng.random() < 0.7 else ("hand over",)
    yield "close"


def _slips(names: list[str], rng: Random) -> list[str]:
    while rng.random() < 0.35:
        place = rng.randrange(len(names))
        kind = rng.random()
        if kind < 0.4 and len(names) > 1:
            del names[place]
        elif kind < 0.7:
            names.insert(place, rng.choice(names))
        elif place:
            names[place - 1], names[place] = names[place], names[place - 1]
    return names


def _shuffled(branches: list[list[str]], count: int) -> list[list[str]]:
    rng = Random(2)  # noqa: S311 – an order
    found = []
    for _ in range(count):
        left, names = [list(branch) for branch in branches], list[str]()
        while any(left):
            names.append(rng.choice([branch for branch in left if branch]).pop(0))
        found.append(_slips(names, rng))
    return found


def _peer(python: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Raises: Refused where the peer cannot be run."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "asked.json"
        told.write_text(json.dumps(asked), encoding="utf-8")
        source = _PEER.read_text(encoding="utf-8")
        try:
            done = subprocess.run(
                [python, "-", str(told)], input=source, capture_output=True, text=True, check=False, timeout=3600
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Refused(f"pm4py could not be run by {python}: {error}") from error
    if done.returncode:
        raise Refused(f"pm4py could not be run by {python}: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
