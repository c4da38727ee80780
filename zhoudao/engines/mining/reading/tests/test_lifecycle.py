"""Starts and completions in rows of their own are joined as a patient person would."""

from collections import defaultdict, deque

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.reading.lifecycle import COMPLETE, OTHER, START, paired

ROWS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 1), st.integers(-1, 1), st.integers(0, 6),
        st.sampled_from([START, COMPLETE, OTHER]),
    ), max_size=40,
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(ROWS)
def test_every_end_takes_the_earliest_start_that_waits(rows: list[tuple[int, int, int, int, int]]) -> None:
    columns = [np.array([row[place] for row in rows], np.int32) for place in range(3)]
    when = np.array([row[3] for row in rows], np.int64)
    found = paired(case=columns[0], activity=columns[1], who=columns[2], when=when,
                   kind=np.array([row[4] for row in rows], np.uint8))  # fmt: skip
    waiting: dict[tuple[int, ...], deque[int]] = defaultdict(deque)
    kept, begun, alone = [True] * len(rows), [row[3] for row in rows], 0
    for place in sorted(range(len(rows)), key=lambda each: (rows[each][3], rows[each][4] != START)):
        *who, moment, kind = rows[place]
        if kind == START:
            waiting[tuple(who)].append(place)
        elif kind == COMPLETE and waiting[tuple(who)]:
            start = waiting[tuple(who)].popleft()
            kept[start], begun[place] = False, rows[start][3]
        elif kind == COMPLETE:
            alone += 1
        assert moment >= begun[place]
    assert (found.kept.tolist(), found.begun.tolist()) == (kept, begun)
    assert (found.starts_alone, found.completes_alone) == (sum(map(len, waiting.values())), alone)
