"""The map on local Spark is, to the last digit, the one made here.

Needs the extra `spark` and Java, which are never part of `make dev`: CI's optional job `.ci/spark` has them and sets
REQUIRE_SPARK=1. Without, these tests skip, and say so; it is the one skip that REQUIRE_ALL does not forbid.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhoudao.doors.cli.map_spark import is_there, on_spark, session
from zhoudao.engines.mining.apart.pieces import LakeUnsound, Roles
from zhoudao.engines.mining.apart.running import Here
from zhoudao.engines.mining.apart.whole import Asked, map_of

LACKS = is_there()
pytestmark = [
    pytest.mark.skipif(bool(LACKS) and not os.environ.get("REQUIRE_SPARK"), reason=f"NOT TESTED: {LACKS}"),
    pytest.mark.xdist_group("spark"),
]
HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    made = session("local[2]", ["spark.sql.shuffle.partitions=3", "spark.driver.memory=1g"])
    yield made
    made.stop()


def a_log(rows: int, *, is_timed: bool) -> pa.Table:
    rng = np.random.default_rng(3)
    at = rng.integers(0, 24 * 90 * 60, rows) * (HOUR // 60)
    columns = {
        "case": pa.array([f"c{number}" for number in rng.integers(0, rows // 8, rows)]),
        "step": pa.array(np.array(["open", "look", "ask", "close"])[rng.integers(0, 4, rows)]),
        "at": pa.array(at + rng.integers(0, HOUR, rows)), "begun": pa.array(at),
        "who": pa.array(np.array(["wang", "li", "zhao", ""])[rng.integers(0, 4, rows)]),
    }  # fmt: skip
    return pa.table({name: column for name, column in columns.items() if is_timed or name != "begun"})


@pytest.mark.parametrize("is_timed", [True, False])
def test_a_lake_has_the_same_map_on_spark(spark: Any, tmp_path: Path, is_timed: bool) -> None:
    table = a_log(3_000, is_timed=is_timed)
    place = np.array([int(name[1:]) % 4 for name in table["case"].to_pylist()])
    for number in range(4):
        pq.write_table(table.filter(pa.array(place == number)), tmp_path / f"{number}.parquet")
    asked = Asked(
        str(tmp_path), Roles("case", "step", "at", "begun" if is_timed else "", "who"), zone="Asia/Shanghai",
        by_resource=2, at_once=100,
    )  # fmt: skip
    found = map_of(asked, on_spark(spark)).mapped
    assert found == map_of(asked, Here).mapped
    assert found.events == 3_000


def test_rows_brought_together_by_case_on_spark_have_the_same_map(spark: Any, tmp_path: Path) -> None:
    table = a_log(2_000, is_timed=False).drop_columns(["who"])
    pq.write_table(table, tmp_path / "log.parquet", row_group_size=300)
    asked = Asked(f"{tmp_path}/log.parquet", Roles("case", "step", "at"))
    assert map_of(asked._replace(parts=3), on_spark(spark)).mapped == map_of(asked, Here).mapped


def test_what_is_wrong_with_a_lake_is_said_in_the_same_words_on_spark(spark: Any, tmp_path: Path) -> None:
    for number in range(2):
        pq.write_table(a_log(80, is_timed=False), tmp_path / f"{number}.parquet")
    asked = Asked(str(tmp_path), Roles("case", "step", "at"))
    said = []
    for make in (on_spark(spark), Here):
        with pytest.raises(LakeUnsound, match="more than one file") as refusal:
            map_of(asked, make)
        said.append(str(refusal.value))
    assert said[0] == said[1]
    (tmp_path / "1.parquet").write_bytes(b"PAR1 broken PAR1")
    with pytest.raises(LakeUnsound, match=r"1\.parquet cannot be read as Parquet"):
        map_of(asked, on_spark(spark))
