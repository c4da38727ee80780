"""`zhoudao bench insight`: what a simulated activity costs, beside SimPy and (with calendars) Prosimos.

The peers are installed by whoever measures, in an environment of their own (`uv venv PEERS; uv pip install --python
PEERS/bin/python simpy prosimos`), and run there by its interpreter; they are never a dependency. Their mean cycle times
must agree with ours, or the bench fails.
"""

import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.doors.cli.bench_report import Report
    from zhoudao.engines.simulation.model import Model

PEERS = Path(__file__).parent / "bench_peers"
HOUR = 3600.0
TASKS = {
    "take": ("desk", 0.10), "check": ("desk", 0.15), "ask": ("phone", 0.20), "sort": ("phone", 0.10),
    "small": ("repair", 0.40), "large": ("repair", 0.90), "test": ("quality", 0.25), "pack": ("store", 0.10),
    "send": ("store", 0.10), "call": ("quality", 0.15),
}  # fmt: skip
"""Ten tasks, their pool and mean hours; exponential."""
POOLS = {"desk": 3, "phone": 4, "repair": 9, "quality": 5, "store": 3}
FLOWS = (
    "f1:start>take f2:take>check f3:check>ask f4:ask>m1 f5:m1>sort f6:sort>x1 f7:x1>small f8:x1>large f9:small>m2 "
    "f10:large>m2 f11:m2>test f12:test>x2 f13:x2>m1 f14:x2>pack f15:pack>send f16:send>call f17:call>end"
)
LONG = 400_000
"""Cases of a run whose log, 160 MB, is no longer near at hand."""
GATEWAYS = {"x1": {"f7": 0.7, "f8": 0.3}, "x2": {"f13": 0.2, "f14": 0.8}}
Said = Callable[[str], None]


class Peer(NamedTuple):
    """Who is measured, with how many cases (theirs and ours), their gap in seconds, and how many times faster to be."""

    name: str
    cases: int
    ours: int
    gap: float
    calendars: bool
    budget: int


def drawing() -> str:
    """The flow, as both we and Prosimos read it."""
    lines = []
    for entry in FLOWS.split():
        name, _, path = entry.partition(":")
        source, target = path.split(">")
        lines.append(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>')
    tasks = "".join(f'<task id="{name}" name="{name}"/>' for name in TASKS)
    gateways = "".join(f'<exclusiveGateway id="{name}"/>' for name in ("x1", "x2", "m1", "m2"))
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://example.org">'
        f'<process id="p" isExecutable="true"><startEvent id="start" name="start"/>{tasks}{gateways}'
        f'<endEvent id="end" name="end"/>{"".join(lines)}</process></definitions>'
    )


def ours(cases: int, *, calendars: bool, gap: float) -> "Model":
    """The same by our own way in: the drawing with a scenario."""
    from zhoudao.conduct.insight.scenario import read
    from zhoudao.engines.bpmn.parse import parse

    pools: dict[str, Any] = {name: {"people": people} for name, people in POOLS.items()}
    if calendars:
        pools = {name: each | {"hours": "office"} for name, each in pools.items()}
    return read(
        parse(drawing().encode()),
        {
            "calendars": {"office": {"mon-fri": ["09:00-17:00"]}},
            "arrivals": {"gap": {"exponential": gap}, "cases": cases},
            "pools": pools,
            "tasks": {
                name: {"pools": [pool], "service": {"exponential": mean * HOUR}} for name, (pool, mean) in TASKS.items()
            },
            "gateways": GATEWAYS,
        },
    ).model


def run(python: str | None, report: "Report", say: Said, *, rounds: int = 5) -> None:
    """This will measure and note what it finds; without an interpreter of the peers, ours alone. Raises: Refused."""
    report.calibrate()
    _measure(Peer("SimPy", 20_000, 20_000, 400.0, False, 50), python, report, say, rounds=rounds)
    _measure(Peer("Prosimos", 500, 200_000, 1900.0, True, 200), python, report, say, rounds=rounds)
    long = ours(LONG, calendars=False, gap=400.0)
    cost = statistics.median(_ours(long, turn) for turn in range(rounds))
    report.add("an activity, without calendars, one long run", f"{LONG:,}", f"{cost * 1e9:.0f} ns of CPU")
    report.calibrate()
    if python is None:
        report.notes.append("No interpreter of the peers was given (--peers PYTHON): ours alone.")
    report.notes.append("Ten tasks, five pools, rework; the log of both is kept; CPU seconds, run by run in turn.")


def _measure(peer: Peer, python: str | None, report: "Report", say: Said, *, rounds: int) -> None:
    made = ours(peer.ours, calendars=peer.calendars, gap=peer.gap)
    name = "with calendars" if peer.calendars else "without calendars"
    our_cost, their_cost, their_means = [], [], []
    _ours(made, 0)  # compiles
    for turn in range(rounds):
        our_cost.append(_ours(made, turn))
        if python is not None:
            found = _theirs(peer.name, python, _asked(peer.cases, peer.gap, turn))
            their_cost.append(found["cpu"] / found["activities"])
            their_means.append(found["mean"])
            say(f"{peer.name} {turn + 1}/{rounds}: x {their_cost[-1] / our_cost[-1]:.0f}")
    cost = statistics.median(our_cost)
    report.add(f"an activity, {name}", f"{peer.ours:,}", f"{cost * 1e9:.0f} ns of CPU")
    if python is None:
        return
    ratio = statistics.median(theirs / mine for theirs, mine in zip(their_cost, our_cost, strict=True))
    report.add(
        f"{peer.name} / zhoudao, {name}", f"{peer.ours:,}; {peer.cases:,}", f"x {ratio:.0f}",
        budget=f"≥ x {peer.budget}", kept=ratio >= peer.budget, peers=f"{statistics.median(their_cost) * 1e6:.1f} µs",
    )  # fmt: skip
    _agree(peer.name, report, their_means, ours(peer.cases, calendars=peer.calendars, gap=peer.gap))


def _ours(made: "Model", turn: int) -> float:
    """CPU seconds for each activity of one replication with its log."""
    from zhoudao.engines.simulation.simulating import record

    began = time.process_time()
    found = record(made, seed=turn)
    return (time.process_time() - began) / len(found.case)


def _asked(cases: int, gap: float, turn: int) -> dict[str, Any]:
    following: dict[str, list[tuple[float, str | None]]] = {
        "take": [(1, "check")], "check": [(1, "ask")], "ask": [(1, "sort")], "sort": [(0.7, "small"), (0.3, "large")],
        "small": [(1, "test")], "large": [(1, "test")], "test": [(0.2, "sort"), (0.8, "pack")], "pack": [(1, "send")],
        "send": [(1, "call")], "call": [(1, None)],
    }  # fmt: skip
    return {
        "cases": cases, "gap": gap, "seed": turn, "start": "take", "next": following, "pools": POOLS,
        "tasks": {name: (pool, mean * HOUR) for name, (pool, mean) in TASKS.items()}, "gateways": GATEWAYS,
        "bpmn": drawing(),
    }  # fmt: skip


def _theirs(peer: str, python: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Raises: Refused where the peer cannot be run."""
    source = (PEERS / f"{peer.lower()}.txt").read_text(encoding="utf-8")
    try:
        done = subprocess.run(
            [python, "-", json.dumps(asked)], input=source, capture_output=True, text=True, check=False, timeout=1800
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(f"{peer} could not be run by {python}: {error}") from error
    if done.returncode:
        raise Refused(f"{peer} could not be run by {python}: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _agree(peer: str, report: "Report", theirs: list[float], made: "Model") -> None:
    """Whether mean cycle times agree: no further apart than three standard errors of their difference."""
    from zhoudao.engines.simulation.simulating import simulate

    mine = simulate(made, replications=40)["cycle_mean"]
    mean, error = statistics.fmean(theirs), 0.0
    if len(theirs) > 1:
        error = statistics.stdev(theirs) / len(theirs) ** 0.5
    apart = abs(mean - mine.mean) / ((error**2 + mine.standard_error**2) ** 0.5)
    report.add(
        f"mean cycle time, apart from {peer}'s", f"{len(theirs)} runs", f"{apart:.1f} standard errors", budget="≤ 3",
        kept=apart <= 3, peers=f"{mean / HOUR:.3f} h against {mine.mean / HOUR:.3f} h",
    )  # fmt: skip
