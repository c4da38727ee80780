"""What is written is read again as the same log, whatever stands in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import NOBODY, Log
from zhoudao.engines.mining.reading import read_log
from zhoudao.engines.mining.writing import batches_of, write_csv, write_ocel, write_parquet, write_xes
from zhoudao.kit.sheets import harmless
from zhoudao.kit.xml import holdable

WRITERS: dict[str, Callable[..., None]] = {
    "csv": write_csv, "parquet": write_parquet, "xes": write_xes, "ocel": write_ocel,
}  # fmt: skip
_WORD = st.text(max_size=12).filter(lambda word: holdable(word) == word and harmless(word) == word)
_CASE = _WORD.filter(lambda word: bool(word.strip()))
_SAID = _WORD.filter(bool)
_ROW = st.tuples(
    st.sampled_from("xyz"), st.integers(0, 3), st.integers(-(10**15), 4 * 10**15), st.integers(0, 10**9),
    st.one_of(st.none(), st.integers(0, 2)), st.one_of(st.none(), st.integers(0, 2)),
)  # fmt: skip


def seen(log: Log) -> list[tuple[Any, ...]]:
    def words(codes: Any, names: Any) -> list[str | None]:
        return [names[int(code)] if code >= 0 else None for code in codes]

    nobody = np.full(len(log), NOBODY)
    columns = [
        (name, words(column.codes, column.values))
        for name, column in sorted(log.columns.items())
        if (column.codes >= 0).any()
    ]
    said = [
        words(log.case, list(log.cases)), words(log.activity, log.activities), log.end.tolist(),
        (log.end if log.begun is None else log.begun).tolist(),
        words(nobody if log.resource is None else log.resource, log.resources),
    ]  # fmt: skip
    return [*zip(*said, strict=True), *columns]


def written(log: Log, form: str, path: Path) -> Path:
    with path.open("wb") as file:
        WRITERS[form](batches_of(log, 7), file)
    return path


@pytest.mark.parametrize("form", list(WRITERS))
@pytest.mark.parametrize("has_begun", [False, True])
def test_any_log_written_and_read_is_the_same(form: str, has_begun: bool, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("logs")

    @settings(deadline=None, max_examples=25)
    @given(
        st.lists(_ROW, min_size=1, max_size=25), st.lists(_WORD, min_size=4, max_size=4, unique=True),
        st.lists(_CASE, min_size=3, max_size=3, unique=True), st.lists(_SAID, min_size=3, max_size=3, unique=True),
    )  # fmt: skip
    def same(rows: list[tuple[Any, ...]], activities: list[str], cases: list[str], people: list[str]) -> None:
        ends = np.array([row[2] for row in rows], np.int64)
        log = interned(
            case=[cases["xyz".index(row[0])] for row in rows], activity=[activities[row[1]] for row in rows], end=ends,
            begun=ends - np.array([row[3] for row in rows]) if has_begun else None,
            resource=[None if row[4] is None else people[row[4]] for row in rows],
            columns={
                "kind": [None if row[5] is None else people[row[5]] for row in rows],
                "case:tier": [people["xyz".index(row[0])] for row in rows],
            },
        )  # fmt: skip
        found = read_log(written(log, form, folder / f"log.{form}"))
        assert found.refused_count == 0
        assert seen(found.log) == seen(log)

    same()


def test_a_text_that_a_spreadsheet_would_run_is_written_as_text(tmp_path: Path) -> None:
    log = interned(case=["=1+1", "b"], activity=["+cmd", "\t=x"], end=np.arange(2), resource=["@SUM(A1)", "-2"])
    content = written(log, "csv", tmp_path / "log.csv").read_text()
    cells = [cell.strip('"') for line in content.splitlines()[1:] for cell in line.split(",")]
    assert cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell]


def test_letters_that_xml_cannot_hold_are_left_out_of_xes_and_nothing_else(tmp_path: Path) -> None:
    log = interned(case=["a\x00b"], activity=["<&\x0b>\"'"], end=np.arange(1), columns={"k\x01": ["v\ud7ff￾\n\t"]})
    found = read_log(written(log, "xes", tmp_path / "log.xes")).log
    assert (list(found.cases), found.activities) == (["ab"], ("<&>\"'",))
    assert found.columns["k"].values == ("v\ud7ff\n\t",)


def test_a_further_column_that_is_called_like_a_plain_one_is_called_otherwise(tmp_path: Path) -> None:
    log = interned(case=["a"], activity=["b / c"], end=np.arange(1), columns={"concept:name": ["b"]})
    found = read_log(written(log, "parquet", tmp_path / "log.parquet")).log
    assert found.activities == ("b / c",)
    assert found.columns["concept:name (2)"].values == ("b",)


def test_a_log_without_events_is_a_file_with_a_header(tmp_path: Path) -> None:
    log = interned(case=[], activity=[], end=np.zeros(0, np.int64))
    assert len(read_log(written(log, "csv", tmp_path / "log.csv")).log) == 0
    assert len(read_log(written(log, "parquet", tmp_path / "log.parquet")).log) == 0


def test_a_million_names_are_written_piece_by_piece(tmp_path: Path) -> None:
    count = 100_000
    log = interned(case=[str(each) for each in range(count)], activity=["a"] * count, end=np.arange(count))
    path = written(log, "parquet", tmp_path / "log.parquet")
    assert pq.ParquetFile(path).metadata.num_rows == count
    assert pa.types.is_timestamp(pq.read_schema(path).field("time:timestamp").type)
