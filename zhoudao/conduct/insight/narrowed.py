"""The answer to a question: of the cases that pass all filters their map, ways and times, or those behind a number."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from zhoudao.conduct.insight.drawn import drawn
from zhoudao.conduct.insight.kept import Kept
from zhoudao.conduct.insight.named import step_words
from zhoudao.conduct.insight.narrowing import TIMES, Narrow, token_of
from zhoudao.conduct.insight.spans import MINUTE, span
from zhoudao.conduct.insight.ways import ways_named, ways_shown
from zhoudao.engines.mining.filtering import Filters, Marks, chosen, events_of, longest_waits
from zhoudao.engines.mining.following import follow_map
from zhoudao.engines.mining.log import Log, Times
from zhoudao.engines.mining.variants import variants_of

MOST = 100
_NOBODY = 2**31 - 1  # a step that is not in the log: no event has this code
_Made = Callable[[Kept, tuple[str, ...], str], Marks]


def passing(kept: Kept, narrows: Sequence[Narrow], zone: str) -> Marks:
    """A mark for every case that passes all of these filters; days are those of `zone`."""
    marks = np.ones(kept.packed.cases, np.bool_)
    for narrow in narrows:
        found = (_in_time(narrow.kind) if narrow.kind in TIMES else _MARKS[narrow.kind])(kept, narrow.args, zone)
        marks &= ~found if narrow.is_not else found
    return marks


def redrawn(kept: Kept, narrows: Sequence[Narrow], *, zone: str, is_own: bool = False) -> dict[str, Any]:
    """Map, ways and times of the cases that pass, in the language that is active; `is_own`: their steps are codes of
    ours, to be told in words.
    """
    whole = kept.packed.log()
    marks = passing(kept, narrows, zone)
    log = whole if marks.all() else events_of(whole, marks)
    cases = len(log.cases)
    answer: dict[str, Any] = {"cases": cases, "shown": f"{cases:,}", "whole": f"{kept.packed.cases:,}"}
    if not len(log):
        return answer
    took = (kept.times[1] - kept.times[0])[marks]
    told = replace(log, activities=tuple(map(step_words, log.activities))) if is_own else log
    found = variants_of(kept.packed.ways, marks)
    rows = ways_shown(told, found, took, log.activities)
    return answer | {
        "facts": _facts(log, took, len(found)), "ways": rows, "named": ways_named(rows),
        "map": drawn(told, follow_map(log), keys=kept.codes),
    }  # fmt: skip


def behind_of(kept: Kept, narrows: Sequence[Narrow], of: str, *, zone: str) -> dict[str, Any]:
    """Names of the cases behind a number of what `redrawn` showed, those with the most time first, and how many there
    are: "all", "s<step>", "p<step>-<step>", "v<way>", each by its token.
    """
    log, marks = kept.packed.log(), passing(kept, narrows, zone)
    time = kept.times[1] - kept.times[0]
    tokens = of[1:].split("-")
    if of[0] == "s":
        marks &= _with(kept, (tokens[0],), zone)
    elif of[0] == "v":
        marks &= _way(kept, (tokens[0],), zone)
    elif of[0] == "p":
        marks &= _walking(kept, (tokens[0], tokens[1]), directly=True)
        time = longest_waits(log, _code(kept, tokens[0]), _code(kept, tokens[1]))
    cases = np.nonzero(marks)[0]
    shown = cases[np.lexsort((cases, -time[cases]))][:MOST]
    return {"names": [log.cases[int(case)] for case in shown], "count": len(cases)}


def _facts(log: Log, took: Times, ways: int) -> list[tuple[str, str]]:
    return [
        (_("Events"), f"{len(log):,}"),
        (_("A case takes, in the middle"), span(float(np.median(took)))),
        (_("One in ten takes longer than"), span(float(np.percentile(took, 90)))),
        (_("All of them together"), span(float(took.sum()))),
        (_("Ways through"), f"{ways:,}"),
    ]


def _code(kept: Kept, token: str) -> int:
    return kept.codes.get(token, _NOBODY)


def _in_time(kind: str) -> _Made:
    def marks(kept: Kept, args: tuple[str, ...], zone: str) -> Marks:
        since, until = (_midnight(args[0], zone, 0), _midnight(args[1], zone, 1))
        return chosen(kept.packed.log(), Filters(since=since, until=until, time=kind))

    return marks


def _midnight(day: str, zone: str, later: int) -> int | None:
    """The first moment of a day, or of the one after; none where no day is said."""
    if not day:
        return None
    one = date.fromisoformat(day)
    at = one + timedelta(days=later) if one < date.max else one
    return int(datetime(at.year, at.month, at.day, tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


def _value(kept: Kept, args: tuple[str, ...], _zone: str) -> Marks:
    name = kept.columns.get(args[0])
    if name is None:
        return np.zeros(kept.packed.cases, np.bool_)
    log, wanted = kept.packed.log([name]), set(args[1:])
    values = tuple(value for value in kept.packed.columns[name] if token_of(value) in wanted)
    return chosen(log, Filters(values={name: values}))


def _with(kept: Kept, args: tuple[str, ...], _zone: str) -> Marks:
    return chosen(kept.packed.log(), Filters(steps=(_code(kept, args[0]),)))


def _walking(kept: Kept, args: tuple[str, ...], *, directly: bool) -> Marks:
    path = (_code(kept, args[0]), _code(kept, args[1]), directly)
    return chosen(kept.packed.log(), Filters(paths=(path,)))


def _way(kept: Kept, args: tuple[str, ...], _zone: str) -> Marks:
    marks: Marks = kept.packed.ways.of == kept.ways.get(int(args[0], 16), -1)
    return marks


def _often(kept: Kept, args: tuple[str, ...], _zone: str) -> Marks:
    """Cases of the most frequent ways: as few of them as together are so many percent of all cases."""
    ways = kept.packed.ways
    so_far = np.cumsum(ways.count)
    enough = int(np.searchsorted(so_far, kept.packed.cases * int(args[0]) / 100)) + 1
    return ways.of < enough


def _took(kept: Kept, args: tuple[str, ...], _zone: str) -> Marks:
    least, most = (int(each) * MINUTE if each else None for each in args)
    took = kept.times[1] - kept.times[0]
    marks = took >= (0 if least is None else least)
    return marks if most is None else marks & (took <= most)


def _wait(kept: Kept, args: tuple[str, ...], _zone: str) -> Marks:
    log = kept.packed.log()
    return longest_waits(log, _code(kept, args[0]), _code(kept, args[1])) >= int(args[2]) * MINUTE


_MARKS: dict[str, _Made] = {
    "value": _value, "with": _with, "way": _way, "often": _often, "took": _took, "wait": _wait,
    "next": lambda kept, args, _zone: _walking(kept, args, directly=True),
    "later": lambda kept, args, _zone: _walking(kept, args, directly=False),
}  # fmt: skip
