"""However a log is cut into parts and their results are joined, the map is that of the whole log."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.apart.narrowing import Narrowing, counted, looked_into
from zhoudao.engines.mining.apart.pieces import Roles
from zhoudao.engines.mining.apart.running import Here
from zhoudao.engines.mining.apart.sums import SCHEMA, Part, joined_total, merged, rows, split_total
from zhoudao.engines.mining.apart.tests.as_one import as_one
from zhoudao.engines.mining.apart.told import Mapped
from zhoudao.engines.mining.apart.whole import Asked, map_of
from zhoudao.engines.mining.following import Samples, spread
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.reading import read_log

LOGS = Path(__file__).resolve().parents[6] / "shared" / "data" / "logs"
TIMED = settings(deadline=None, max_examples=25)  # the first call compiles
HALF_HOUR = 1_800_000_000
EVENT = st.tuples(
    st.sampled_from("uvwxyz"), st.sampled_from("abcd"), st.integers(-20, 400), st.integers(0, 9),
    st.sampled_from(["p", "q", "r", None]),
)  # fmt: skip


def one_log(table: pa.Table) -> Log:
    """The whole log at once, its cases by name."""
    table = table.take(pc.sort_indices(table["case"]))
    begun = table["begun"].to_numpy() if "begun" in table.column_names else None
    who = table["who"] if "who" in table.column_names else None
    return interned(case=table["case"], activity=table["step"], end=table["at"].to_numpy(), begun=begun, resource=who)


def roles_of(table: pa.Table) -> Roles:
    begun, who = ("begun" if "begun" in table.column_names else ""), ("who" if "who" in table.column_names else "")
    return Roles("case", "step", "at", begun, who)


def in_files(table: pa.Table, place: Sequence[int], folder: Path) -> str:
    """A lake of so many files; `place` says for each case, by the order of its name, in which."""
    names = sorted(set(table["case"].to_pylist()))
    where = dict(zip(names, place, strict=False))
    of = np.array([where[name] for name in table["case"].to_pylist()])
    for number in np.unique(of):
        pq.write_table(table.filter(pa.array(of == number)), folder / f"{number}.parquet")
    return str(folder)


def in_parts(root: str, table: pa.Table, **asked: Any) -> Mapped:
    return map_of(Asked(root, roles_of(table), **asked), Here).mapped


@TIMED
@given(
    events=st.lists(EVENT, min_size=1, max_size=60), place=st.lists(st.integers(0, 4), min_size=6, max_size=6),
    leaving_out=st.sets(st.sampled_from(["begun", "who"])), at_once=st.sampled_from([1, 5_000_000]),
)  # fmt: skip
def test_the_map_of_any_parts_is_the_map_of_the_whole(
    events: list[Any], place: list[int], leaving_out: set[str], at_once: int
) -> None:
    columns = {
        "case": [each[0] for each in events], "step": [each[1] for each in events],
        "at": [(each[2] + each[3]) * HALF_HOUR for each in events], "begun": [each[2] * HALF_HOUR for each in events],
        "who": pa.array([each[4] for each in events], pa.string()),
    }  # fmt: skip
    table = pa.table({name: values for name, values in columns.items() if name not in leaving_out})
    expected = as_one(one_log(table))
    with TemporaryDirectory() as folder:
        assert in_parts(in_files(table, place, Path(folder)), table, at_once=at_once) == expected
    with TemporaryDirectory() as folder:
        pq.write_table(table, Path(folder) / "one.parquet", row_group_size=7)
        assert in_parts(f"{folder}/one.parquet", table, parts=3, by_resource=2) == expected


@pytest.mark.parametrize("name", ["helpdesk.csv.gz", "purchasing.csv.gz", "insurance_claims.csv.gz"])
def test_the_map_of_a_real_log_in_seven_files_is_that_of_the_log(name: str, tmp_path: Path) -> None:
    if not (LOGS / name).exists():
        assert not os.environ.get("REQUIRE_ALL"), f"REQUIRE_ALL=1 allows no skip, and {name} is absent"
        pytest.skip(f"{name} is not in ../shared/data/logs")
    log = read_log(LOGS / name).log
    people = pa.array([*log.resources, None], pa.string())
    columns = {
        "case": log.cases.column.take(pa.array(log.case)),
        "step": pa.array(log.activities).take(pa.array(log.activity)), "at": pa.array(log.end, pa.timestamp("us")),
    } | ({} if log.begun is None else {"begun": pa.array(log.begun, pa.timestamp("us"))})  # fmt: skip
    if log.resource is not None:
        columns["who"] = people.take(pa.array(np.where(log.resource < 0, len(log.resources), log.resource)))
    table = pa.table(columns)
    chance = Random(7)
    root = in_files(table, [chance.randrange(7) for _ in log.cases], tmp_path)
    plain = pa.table({name: column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
                      for name, column in columns.items()})  # fmt: skip
    expected = as_one(one_log(plain), "Europe/Rome")
    found = in_parts(root, table, zone="Europe/Rome", at_once=2_000)
    assert found == expected
    assert found.cases == len(log.cases)
    assert sum(step.times for step in found.steps) == len(log)


ROW = st.tuples(st.integers(0, 3), st.integers(-2, 2), st.integers(-2, 2), st.sampled_from([b"", b"x"]),
                st.integers(-9, 9), st.sampled_from(["a", "b", None]))  # fmt: skip


def tabled(found: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*found, strict=True)) or [()] * len(SCHEMA)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


def as_rows(table: pa.Table) -> list[Any]:
    return sorted(map(str, table.to_pylist()))


@TIMED
@given(st.lists(st.lists(ROW, max_size=8), min_size=3, max_size=5), st.randoms(use_true_random=False))
def test_partial_results_join_in_any_order_and_any_grouping(parts: list[list[Any]], chance: Random) -> None:
    tables = [tabled(part) for part in parts]
    whole = as_rows(merged(tables))
    assert as_rows(merged([merged(tables[:1]), merged(tables[1:])])) == whole
    assert as_rows(merged([merged(tables[:-1]), tables[-1]])) == whole
    chance.shuffle(tables)
    assert as_rows(merged(tables)) == whole
    numbers = {row[:4] for part in parts for row in part}
    assert len(whole) == len(numbers)


VALUES = st.lists(
    st.tuples(st.sampled_from([3, 70]), st.one_of(
        st.integers(-300, 300), st.integers(-(2**55), 2**55), st.sampled_from([86_400_000_000, 86_400_000_001, 0])
    )), min_size=1, max_size=80,
)  # fmt: skip


def sampled(found: list[tuple[int, int]]) -> Samples:
    found = sorted(found)
    keys = np.array([key for key, _ in found], np.int64)
    fresh = np.nonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))[0] if len(keys) else np.empty(0, np.int64)
    first = np.append(fresh, len(keys)).astype(np.int64)
    return Samples(keys[fresh], first, np.array([value for _, value in found], np.int64), np.ones_like(keys[fresh]))


@TIMED
@given(found=VALUES, parts=st.integers(1, 4), at_once=st.sampled_from([1, 20, 1_000]))
def test_a_middle_found_round_by_round_is_the_middle_of_all_values(
    found: list[tuple[int, int]], parts: int, at_once: int
) -> None:
    cut = [sampled(found[number::parts]) for number in range(parts)]
    seeking = Narrowing(Part.WAIT, merged(counted(Part.WAIT, part) for part in cut))
    rounds = 0
    while not seeking.is_done:
        wanted = seeking.wanted(at_once)
        seeking.narrow(merged(looked_into(Part.WAIT, part, wanted) for part in cut), wanted)
        rounds += 1
    assert rounds <= 6
    middles = seeking.middles()
    for key in {key for key, _ in found}:
        values = np.array([value for one, value in found if one == key], np.int64)
        median, p90, _ = spread(values, np.array([0, len(values)]))
        assert middles[key] == (len(values), median[0], p90[0])


def test_sums_of_ten_billion_long_waits_do_not_overflow() -> None:
    table = merged(split_total(Part.AGAIN_LOW, [2**62, -5, 2**62 - 1, 2**62])[place] for place in (0, 1))
    low, high = (int(pc.sum(table.filter(pc.equal(table["part"], int(part)))["number"]).as_py())
                 for part in (Part.AGAIN_LOW, Part.AGAIN_HIGH))  # fmt: skip
    assert joined_total(low, high) == 3 * 2**62 - 6 > 2**63


def test_parts_say_nothing_twice() -> None:
    """Kinds of samples take four numbers each, and none runs into the next."""
    kinds = [Part.WAIT, Part.SERVICE, Part.STAY, Part.HAND, Part.BACK, Part.TOOK, Part.ESTIMATED]
    taken = [number for kind in kinds for number in (kind, kind.low, kind.low + 1, kind.cases)]
    assert len(set(taken)) == len(taken)
    assert all(one < other for one, other in pairwise(taken))
    assert max(taken) < 128
    assert len(rows(Part.WAY, [1, 2], word=b"x")) == 2
