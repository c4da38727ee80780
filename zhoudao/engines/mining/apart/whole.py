"""From parts to the whole map: which passes there are, and what of each is merged into what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from zhoudao.engines.mining.apart.by_resource import KEY, Causes, Estimating, Hours, Sending
from zhoudao.engines.mining.apart.narrowing import AT_ONCE, Middle, Narrowing
from zhoudao.engines.mining.apart.partial import SAMPLES, AllRows, Counting, LookingInto
from zhoudao.engines.mining.apart.pieces import ROWS, LakeUnsound, Roles, files_of, pieces_of
from zhoudao.engines.mining.apart.running import CPU, READ, SENT, OfPieces, Runner, faults
from zhoudao.engines.mining.apart.sums import Part, by_key, joined_total, one, only
from zhoudao.engines.mining.apart.told import WAYS, Mapped, Pair, Spread, Step, Way
from zhoudao.engines.mining.apart.words import Cases, Reading, Words, split_cases, words_of
from zhoudao.engines.mining.calendars import Clock, clock_of, of_hours
from zhoudao.engines.mining.log import Log, Names
from zhoudao.engines.mining.rework import closing_steps
from zhoudao.engines.mining.waiting import CAUSES

_NOTHING = Spread(0, 0, 0, 0.0, 0.0)
Make = Callable[[Sequence[Any], Callable[[Any], tuple[Any, int]]], Runner]


class Asked(NamedTuple):
    """Which log: where it lies and what its columns say. `parts`: its rows are first brought together by case into so
    many, for a log that is not divided by case; 0 where every file holds whole cases. `by_resource`: into so many parts
    are rows brought together by who did the work; 0: a million rows each, but sixteen at least. `zone`: whose hours are
    worked in. `at_once`: see `narrowing`.
    """

    root: str
    roles: Roles
    parts: int = 0
    by_resource: int = 0
    zone: str = "UTC"
    at_once: int = AT_ONCE


@dataclass
class Spent:
    """What a run took, pass by pass: its name, CPU microseconds of the parts, packed bytes read, bytes of what the
    parts told before it was merged.
    """

    passes: list[tuple[str, int, int, int]] = field(default_factory=list)


class _Run(NamedTuple):
    """A run of passes, and what is said of each."""

    say: Callable[[str], None]
    spent: Spent

    def of(self, name: str, runner: Runner, work: Any, *, least: int = 0) -> pa.Table:
        """One pass. Raises: LakeUnsound"""
        self.say(f"{name} …")
        table = runner.each(work, least=least)
        wrong = list(faults(table))
        if wrong:
            raise LakeUnsound("\n".join(wrong[:5]))
        took = by_key(table, Part.SPENT)
        self.spent.passes.append((name, took.get(CPU, 0), took.get(READ, 0), took.get(SENT, 0)))
        return table


class Found(NamedTuple):
    """The map, what is to be known of how it was read, and what it took."""

    mapped: Mapped
    notes: tuple[str, ...]
    spent: Spent


def map_of(asked: Asked, make: Make, *, say: Callable[[str], None] = lambda _text: None) -> Found:
    """The whole map of a log in parts; `make` gives a runner over pieces.

    Raises: LakeUnsound (half written, columns that do not fit, a case that stands in two files)
    """
    run = _Run(say, Spent())
    pieces = pieces_of(asked.root, files_of(asked.root), by_rows=asked.parts > 0)
    base = make(pieces, OfPieces(asked.root, asked.roles))
    words = words_of(
        run.of("words", base, Reading()), is_timed=bool(asked.roles.begun), has_resources=bool(asked.roles.resource)
    )
    runner = make(pieces, OfPieces(asked.root, asked.roles, words))
    if asked.parts:
        runner = runner.regrouped(AllRows(words), "case", asked.parts)
    elif len(pieces) > 1:
        _refuse_split(run, base)
    first = run.of("counts", runner, Counting(words))
    closing = closing_steps(*(_by_step(first, part, words) for part in (Part.ENDS, Part.SERVICE.cases)))
    middles, went_on = _narrowed(run, runner, first, LookingInto(words, closing=closing), asked.at_once)
    causes = _causes(run, runner, asked, words)
    mapped = _told(_Pieces(first, went_on, words, middles, causes, closing))
    return Found(mapped, words.notes, run.spent)


def _refuse_split(run: _Run, base: Runner) -> None:
    marks = only(run.of("cases", base, Cases(), least=2), Part.CASE)["key"].to_pylist()
    if not marks:
        return
    split = split_cases(run.of("split cases", base, Cases(tuple(marks))))
    if split:
        raise LakeUnsound(
            f"Some cases stand in more than one file: {', '.join(split)} …, of at most {len(marks):,}. What they did"
            " would be taken for what several cases did. Write the lake anew, or let the rows be brought together by"
            " case first (--parts 16), which takes longer."
        )


def _by_step(table: pa.Table, part: int, words: Words) -> Any:
    found = by_key(table, part)
    return np.array([found.get(code, 0) for code in range(len(words.activities))], np.int64)


def _narrowed(
    run: _Run, runner: Runner, first: pa.Table, look: LookingInto, at_once: int
) -> tuple[Mapping[Part, Mapping[int, Middle]], pa.Table]:
    """The middles of all samples, round by round, and what the first round found of cases that went on."""
    found = {part: Narrowing(part, first) for part in SAMPLES}
    went_on, rounds = None, 0
    while went_on is None or not all(each.is_done for each in found.values()):
        rounds += 1
        wanted = {part: each.wanted(at_once) for part, each in found.items() if not each.is_done}
        table = run.of(
            f"middles, round {rounds}", runner,
            LookingInto(look.words, wanted, look.closing if went_on is None else None),
        )  # fmt: skip
        went_on = table if went_on is None else went_on
        for part, asked in wanted.items():
            found[part].narrow(table, asked)
    return {part: each.middles() for part, each in found.items()}, went_on


def _causes(run: _Run, runner: Runner, asked: Asked, words: Words) -> Mapping[tuple[int, int], int]:
    """Microseconds by step and cause; none where nobody is named."""
    if not words.resources:
        return {}
    clock = _clock(asked.zone, words)
    sent = runner.regrouped(Sending(words), KEY, asked.by_resource or max(16, words.events // ROWS))
    hours = only(run.of("hours of work", sent, Hours(clock)), Part.HOUR)
    everyone = of_hours(hours["key"].to_numpy(), hours["number"].to_numpy())
    most = None if words.is_timed else _most(run, sent, asked.at_once)
    table = run.of("causes of waits", sent, Causes(words, clock, everyone, most))
    low, high = (_by_two(table, part) for part in (Part.CAUSE_LOW, Part.CAUSE_HIGH))
    return {key: joined_total(low[key], high[key]) for key in low}


def _clock(zone: str, words: Words) -> Clock:
    ends = np.array([words.first, words.last], np.int64)
    codes = np.zeros(2, np.int32)
    return clock_of(zone, Log(case=codes, activity=codes, end=ends, cases=Names([""]), activities=("",)))


def _most(run: _Run, sent: Runner, at_once: int) -> Mapping[int, float]:
    """By step, the middle of how long each took since it could have begun."""
    found, rounds = Narrowing(Part.ESTIMATED, run.of("beginnings", sent, Estimating())), 0
    while not found.is_done:
        rounds += 1
        wanted = found.wanted(at_once)
        found.narrow(run.of(f"beginnings, round {rounds}", sent, Estimating(wanted)), wanted)
    return {key: middle.median for key, middle in found.middles().items()}


def _by_two(table: pa.Table, part: int) -> dict[tuple[int, int], int]:
    found = only(table, part)
    columns = (found[name].to_pylist() for name in ("key", "value", "number"))
    return {(key, value): number for key, value, number in zip(*columns, strict=True)}


class _Pieces(NamedTuple):
    """Everything merged, before it is told."""

    first: pa.Table
    went_on: pa.Table
    words: Words
    middles: Mapping[Part, Mapping[int, Middle]]
    causes: Mapping[tuple[int, int], int]
    closing: tuple[int, ...]


def _told(of: _Pieces) -> Mapped:
    names, people = of.words.activities, of.words.resources or ()
    spreads = {part: _spreads(of, part) for part in SAMPLES}
    ways = only(of.first, Part.WAY)
    return Mapped(
        events=of.words.events, cases=one(of.first, Part.CASE), left_out=of.words.left_out, first=of.words.first,
        last=of.words.last, took=spreads[Part.TOOK].get(0, _NOTHING), steps=_steps(of, spreads),
        edges=_pairs(spreads[Part.WAIT], names), hands=_pairs(spreads[Part.HAND], people),
        back=_pairs(spreads[Part.BACK], people), different_ways=len(ways), ways=_ways(ways, names),
        closing=tuple(names[step] for step in of.closing), reopened=one(of.went_on, Part.REOPENED),
        reopened_time=joined_total(one(of.went_on, Part.REOPENED_LOW), one(of.went_on, Part.REOPENED_HIGH)),
    )  # fmt: skip


def _spreads(of: _Pieces, part: Part) -> Mapping[int, Spread]:
    low, high, cases = (by_key(of.first, each) for each in (part.low, part.low + 1, part.cases))
    found = {}
    for key, in_cases in cases.items():
        middle = of.middles[part].get(key, Middle(0, 0.0, 0.0))
        found[key] = Spread(middle.values, in_cases, joined_total(low[key], high[key]), middle.median, middle.p90)
    return found


def _steps(of: _Pieces, spreads: Mapping[Part, Mapping[int, Spread]]) -> tuple[Step, ...]:
    plain = {
        part: _by_step(of.first, part, of.words)
        for part in (
            Part.STARTS,
            Part.ENDS,
            Part.AT_ONCE,
            Part.LATER,
            Part.AGAIN_CASES,
            Part.AGAIN_LOW,
            Part.AGAIN_HIGH,
        )
    }
    found = []
    for code, name in enumerate(of.words.activities):
        own = {part: int(numbers[code]) for part, numbers in plain.items()}
        service = spreads[Part.SERVICE][code]
        causes = tuple(of.causes.get((code, cause), 0) for cause in range(len(CAUSES))) if of.causes else ()
        found.append(Step(
            name, of.words.counts[code], service.cases, own[Part.STARTS], own[Part.ENDS], service,
            spreads[Part.STAY].get(code, _NOTHING), causes, own[Part.AT_ONCE], own[Part.LATER], own[Part.AGAIN_CASES],
            joined_total(own[Part.AGAIN_LOW], own[Part.AGAIN_HIGH]),
        ))  # fmt: skip
    return tuple(found)


def _pairs(spreads: Mapping[int, Spread], names: tuple[str, ...]) -> tuple[Pair, ...]:
    return tuple(Pair(names[key // len(names)], names[key % len(names)], spreads[key]) for key in sorted(spreads))


def _ways(table: pa.Table, names: tuple[str, ...]) -> tuple[Way, ...]:
    """Those that most went, then by their steps."""
    count = table["number"].to_numpy()
    least = np.sort(count)[-WAYS] if len(count) > WAYS else 0
    kept = table.filter(pa.array(count >= least))
    found = [
        (-number, tuple(np.frombuffer(word, "<i4").tolist()), first)
        for number, word, first in zip(*(kept[name].to_pylist() for name in ("number", "word", "first")), strict=True)
    ]
    return tuple(
        Way(tuple(names[step] for step in steps), -count, first) for count, steps, first in sorted(found)[:WAYS]
    )
