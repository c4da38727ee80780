"""Words become codes, once; rows become the order every kernel needs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from zhoudao.engines.mining.log import NOBODY, Codes, Column, Log, Names, Times
from zhoudao.kit.compiled import compiled


def interned(
    *, case: Any, activity: Any, end: Times, begun: Times | None = None, resource: Any = None,
    columns: Mapping[str, Any] | None = None,
) -> Log:  # fmt: skip
    """A log of rows in any order. `case`, `activity`, `resource` and `columns` are Arrow columns of words (or lists);
    of `case` and `activity` none is null. Codes of activities and resources follow the alphabet of their words, codes
    of cases the order in which their words first stand in the rows.
    """
    case_codes, case_words = _coded(case)
    order = in_order(case_codes, len(case_words), end, begun)
    activity_codes, activities = _sorted(*_coded(activity))
    people = (None, ()) if resource is None else _sorted(*_coded(resource))
    further = {name: _sorted(*_coded(values)) for name, values in (columns or {}).items()}
    return Log(
        case=case_codes[order], activity=activity_codes[order], end=end[order],
        cases=Names(case_words), activities=activities,
        begun=None if begun is None else begun[order],
        resource=None if people[0] is None else people[0][order], resources=people[1],
        columns={name: Column(codes[order], values) for name, (codes, values) in further.items()},
    )  # fmt: skip


def _coded(words: Any) -> tuple[Codes, Any]:
    column = words if isinstance(words, pa.Array | pa.ChunkedArray) else pa.array(words, pa.string())
    coded = pc.dictionary_encode(column)
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
        coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    codes = coded.indices.fill_null(NOBODY).to_numpy(zero_copy_only=False)
    return codes.astype(np.int32, copy=False), coded.dictionary.cast(pa.string())


def _sorted(codes: Codes, words: Any) -> tuple[Codes, tuple[str, ...]]:
    names = words.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names) + 1, np.int32)
    rank[order] = np.arange(len(names), dtype=np.int32)
    rank[-1] = NOBODY  # which is where the code of what is not said points
    return rank[codes], tuple(names[each] for each in order)


def in_order(case: Codes, cases: int, end: Times, begun: Times | None) -> NDArray[np.int64]:
    """The rows by case, end, beginning and place: one counting pass, then each case by itself, most being sorted."""
    placed = _by_case(case, cases)
    _each_sorted(placed, case, end, end if begun is None else begun)
    return placed


@compiled
def _by_case(case: Codes, cases: int) -> NDArray[np.int64]:
    following = np.zeros(cases + 1, np.int64)
    for code in case:
        following[code + 1] += 1
    following = np.cumsum(following)
    placed = np.empty(len(case), np.int64)
    for row in range(len(case)):
        placed[following[case[row]]] = row
        following[case[row]] += 1
    return placed


@compiled
def _each_sorted(placed: NDArray[np.int64], case: Codes, end: Times, begun: Times) -> None:
    """Sorts within each case; a case that is longer than a few dozen and out of order goes through `argsort`."""
    first = 0
    while first < len(placed):
        last = first + 1
        moves = 0
        while last < len(placed) and case[placed[last]] == case[placed[first]]:
            here = placed[last]
            at = last
            while at > first and moves < 64 * (last - first + 1) and _later(placed[at - 1], here, end, begun):
                placed[at] = placed[at - 1]
                at -= 1
                moves += 1
            placed[at] = here
            last += 1
        if moves >= 64:
            rows = np.sort(placed[first:last])  # as they were given
            rows = rows[np.argsort(begun[rows], kind="mergesort")]
            placed[first:last] = rows[np.argsort(end[rows], kind="mergesort")]
        first = last


@compiled
def _later(one: int, other: int, end: Times, begun: Times) -> bool:
    return bool(end[one] > end[other] or (end[one] == end[other] and begun[one] > begun[other]))
