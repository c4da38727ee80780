"""What is known of a case at a moment, as numbers: one row a moment, one column a fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from zhoudao.engines.forecast.facts import Codes, Moments, Numbers, Seconds, Trails

COUNTED = 16  # so many of the commonest steps are counted one by one
NEVER = -1
_HOUR, _DAY, _WEEK = 3_600, 86_400, 7 * 86_400
_PRIOR = 20.0  # rows that stand for the mean of all beside those of a word


class Table(NamedTuple):
    """`words` are codes (columns: last step, the one before, the pair of both, group, traits …), `numbers` amounts with
    their `names`.
    """

    words: Codes
    numbers: Numbers
    names: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """What the numbers are counted by, learned once: the commonest steps, and the zone of the wall clock."""

    common: tuple[int, ...]
    zone: str

    def table(self, trails: Trails, moments: Moments) -> Table:
        """All that is known at these moments, and nothing of later."""
        last, before = _lately(trails, moments)
        pair = (before + 1) * (trails.steps + 1) + last
        words = np.column_stack([last, before, pair, trails.group[moments.case], trails.traits[moments.case]])
        counts = [_times(trails, moments, step) for step in self.common]
        busy = _busy(trails, moments)
        hour, weekday = _wall(moments.at, ZoneInfo(self.zone))
        begun = trails.begun[moments.case]
        since = trails.at[trails.first[moments.case] + moments.behind - 1]
        numbers = [
            moments.behind, moments.at - begun, moments.at - since, hour, weekday, _wall(begun, ZoneInfo(self.zone))[0],
            *busy, *counts,
        ]  # fmt: skip
        names = ("events", "elapsed", "idle", "hour", "weekday", "begun_hour", "open", "arrived", "left")
        return Table(
            words.astype(np.int32), np.column_stack(numbers).astype(np.float64),
            (*names, *(f"step:{step}" for step in self.common)),
        )  # fmt: skip


def reader_of(trails: Trails, zone: str) -> Reader:
    """The reader for cases like these."""
    counts = np.bincount(trails.step, minlength=trails.steps)
    return Reader(tuple(int(step) for step in np.argsort(-counts, kind="stable")[:COUNTED]), zone)


@dataclass(frozen=True)
class Meanings:
    """What each word said of what came: for each column of words the mean by code, drawn to the mean of all by how few
    rows a word has. Source: target statistics, Micci-Barreca (2001), eq. 4.
    """

    mean: float
    by_code: tuple[dict[int, float], ...]

    def of(self, words: Codes) -> Numbers:
        """The words as numbers; a word never met says what all say."""
        return np.column_stack([self._column(words[:, at], known) for at, known in enumerate(self.by_code)])

    def _column(self, codes: Codes, known: dict[int, float]) -> Numbers:
        found, back = np.unique(codes, return_inverse=True)
        return np.array([known.get(code, self.mean) for code in found.tolist()], np.float64)[back]


def meanings_of(words: Codes, target: Numbers, weight: Numbers) -> Meanings:
    """What each word says of a target, by weight."""
    mean = float(np.average(target, weights=weight))
    return Meanings(mean, tuple(_means(words[:, at], target, weight, mean) for at in range(words.shape[1])))


def _means(codes: Codes, target: Numbers, weight: Numbers, mean: float) -> dict[int, float]:
    found, back = np.unique(codes, return_inverse=True)
    total, mass = np.bincount(back, weight * target), np.bincount(back, weight)
    drawn = (total + _PRIOR * mean) / (mass + _PRIOR)
    return dict(zip(found.tolist(), drawn.tolist(), strict=True))


def _lately(trails: Trails, moments: Moments) -> tuple[Codes, Codes]:
    place = trails.first[moments.case] + moments.behind - 1
    before = np.where(moments.behind > 1, trails.step[np.maximum(place - 1, 0)], NEVER)
    return trails.step[place], before.astype(np.int32)


def _times(trails: Trails, moments: Moments, step: int) -> Seconds:
    """How often this step lay behind each moment."""
    running = np.concatenate([[0], np.cumsum(trails.step == step)])
    begins = trails.first[moments.case]
    found: Seconds = running[begins + moments.behind] - running[begins]
    return found


def _busy(trails: Trails, moments: Moments) -> Sequence[Numbers]:
    """Of the case's group at each moment: cases open, begun a day lately, ended a day lately."""
    found = np.zeros((3, len(moments.at)))
    lived = moments.at - (int(trails.begun.min()) if len(trails.begun) else 0)
    groups = trails.group[moments.case]
    for group in np.unique(groups).tolist():
        rows, members = groups == group, trails.group == group
        begun, ended, at = np.sort(trails.begun[members]), np.sort(trails.ended[members]), moments.at[rows]
        came, gone = np.searchsorted(begun, at, side="right"), np.searchsorted(ended, at, side="right")
        found[0, rows] = came - gone
        for place, edges, ever, span in ((1, begun, came, _DAY), (2, ended, gone, _WEEK)):
            lately = ever - np.searchsorted(edges, at - span, side="right")
            found[place, rows] = lately * _DAY / np.clip(lived[rows], _HOUR, span)
    return list(found)


def _wall(at: Seconds, zone: ZoneInfo) -> tuple[Seconds, Seconds]:
    """Hour of the day and day of the week on the wall clock."""
    hours, back = np.unique(at // _HOUR, return_inverse=True)
    moments = [datetime.fromtimestamp(hour * _HOUR, UTC).astimezone(zone) for hour in hours.tolist()]
    hour = np.array([moment.hour for moment in moments], np.int64)[back]
    return hour, np.array([moment.weekday() for moment in moments], np.int64)[back]
