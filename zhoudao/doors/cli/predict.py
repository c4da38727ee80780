"""`zhoudao predict LOG`: how well what is still to come can be foretold from a log, beside what must be beaten."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.diagnose import DONE, MISUSED, add_columns, read_given, say

if TYPE_CHECKING:
    from zhoudao.engines.forecast.judging import Judged
    from zhoudao.engines.forecast.training import Asked
    from zhoudao.engines.mining.log import Log

_SEED = 20_11  # the same log, the same figures
_LATE_SHARE = 0.75
_MICRO, _HOUR, _DAY = 1_000_000, 3_600, 86_400
_NAMES = {
    "model": "the model",
    "last_mean": "mean by last step",
    "last_median": "median by last step",
    "states_mean": "states, mean",
    "states_median": "states, median",
}


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `predict`."""
    parser = subparsers.add_parser(
        "predict",
        help="say how well a log tells how long its cases still take",
        description="Learns from the first 70 % of a log's moments, sets itself right on the next 15 %, and is judged "
        "on the last: mean absolute error by events so far, beside the mean by last step and the annotated transition "
        "system, and how often cases took longer than promised, beside how likely that was said to be.",
    )
    add_columns(parser)
    parser.add_argument(
        "--promise", type=float, metavar="HOURS", help="what was promised (what three cases of four kept to)"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=predict, django=False)


def predict(given: argparse.Namespace) -> int:
    """Prints how good the forecast is. Raises: Refused (a log that cannot be read, or tells too little)"""
    if not given.log.is_file():
        print(f"{given.log}: there is no such file.", file=sys.stderr)
        return MISUSED
    import numpy as np

    from zhoudao.engines.forecast.learning import TooFewCases, learn

    log = read_given(given).log
    if not len(log):
        raise Refused(f"{given.log}: it holds no event.")
    asked, promise = asked_of(log, given.promise)
    say("learning …")
    try:
        now = int(asked.trails.at.max())
        _, judged = learn(asked, zone=given.zone, now=now, rng=np.random.default_rng(_SEED))
    except TooFewCases as refusal:
        raise Refused(f"{given.log}: {refusal}") from refusal
    told = judged.to_json() | {"promise_hours": promise / _HOUR}
    print(json.dumps(told, ensure_ascii=False) if given.json else "\n".join(_lines(judged, promise)))
    return DONE


def asked_of(log: "Log", promise_hours: float | None) -> "tuple[Asked, int]":
    """A log's every event as a moment to be foretold from, and the promise in seconds. Every case counts as ended with
    its last event; what a promise is about is the whole case.
    """
    import numpy as np

    from zhoudao.engines.forecast.facts import RUNNING, Trails, at_events
    from zhoudao.engines.forecast.training import Asked, Promised

    at, first = log.end // _MICRO, log.offsets
    begun, ended = at[first[:-1]], at[first[1:] - 1]
    columns = {name: each.codes[first[:-1]] for name, each in log.columns.items()}
    traits = np.column_stack([*columns.values()]) if columns else np.zeros((len(begun), 0), np.int32)
    trails = Trails(
        log.case, log.activity, at, begun, ended, np.zeros(len(begun), np.int32), traits, len(log.activities)
    )
    moments = at_events(trails)
    took = ended - begun
    promise = int(promise_hours * _HOUR) if promise_hours else int(np.quantile(took, _LATE_SHARE))
    due = begun[moments.case] + promise
    made = moments.at < due
    known = np.where(made, np.minimum(ended[moments.case], due), RUNNING)
    broken = (took > promise)[moments.case].astype(np.float64)
    promised = Promised(made, (due - moments.at)[:, None].astype(np.float64), ("left",), broken, known)
    return Asked(trails, moments, promised, tuple(columns)), promise


def _lines(judged: "Judged", promise: int) -> list[str]:
    time, risk = judged.time, judged.risk
    assert time is not None  # else there was nothing to learn
    errors = [(_NAMES[name], value / _DAY) for name, value in time.errors.items()]
    lines = [f"Time still to come, {time.rows:,} moments not learned from; mean absolute error in days:"]
    lines += [f"  {name:<20} {value:10.3f}" for name, value in errors]
    best = _NAMES[time.plain]
    lines.append(f"  {'The model is better.' if time.is_beaten else f'It is not beaten: {best} would be used.'}")
    lines.append(f"  {'events so far':<16}{'moments':>9}{'model':>10}{best:>22}")
    lines += [
        f"  {f'{one.first}-{one.last}':<16}{one.rows:>9,}{one.model / _DAY:>10.3f}{one.plain / _DAY:>22.3f}"
        for one in time.by_length
    ]
    lines.append(f"  four of five should lie in the range said; {100 * time.held:.0f} % did")
    if risk is None:
        return [*lines, f"Longer than {promise / _HOUR:.1f} h: too few moments to say."]
    lines.append(f"Longer than {promise / _HOUR:.1f} h ({100 * risk.broken:.0f} % of {risk.rows:,} moments):")
    scores: tuple[tuple[str, Any], ...] = (
        ("the model", risk.brier), ("share by last step", risk.by_step), ("one share for all", risk.flat),
    )  # fmt: skip
    lines += [f"  Brier score, {name:<20} {value:8.4f}" for name, value in scores]
    lines.append(f"  of two, one late, the later one was named in {100 * risk.area:.0f} %")
    return [*lines, *(f"  said {100 * b.said:3.0f} %, came {100 * b.came:3.0f} %  ({b.rows:,})" for b in risk.curve)]
