"""What is kept is what comes back; half of it is nothing."""

import json
from pathlib import Path

import numpy as np
import pytest

from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.store import LogNotKept, keep_log, open_log
from zhoudao.engines.mining.tests.test_log import seen


def small(*, has_people: bool = True) -> Log:
    return interned(
        case=["x", "小王", "x"], activity=["a", "b", "c"], end=np.array([3, 1, 9], np.int64),
        begun=np.array([2, 1, 8], np.int64) if has_people else None, resource=["p", None, "q"] if has_people else None,
        columns={"kind/of": ["k", None, "l"]},
    )  # fmt: skip


@pytest.mark.parametrize("has_people", [True, False])
def test_a_log_comes_back_as_it_was_kept(tmp_path: Path, has_people: bool) -> None:
    log = small(has_people=has_people)
    keep_log(log, tmp_path / "log")
    found = open_log(tmp_path / "log")
    assert seen(found) == seen(log)
    assert (found.begun is None, found.resource is None) == (not has_people, not has_people)
    assert list(found.columns["kind/of"].codes) == list(log.columns["kind/of"].codes)
    assert found.columns["kind/of"].values == ("k", "l")
    assert list(found.offsets) == list(log.offsets)


def test_a_log_that_was_not_kept_to_the_end_is_none(tmp_path: Path) -> None:
    keep_log(small(), tmp_path)
    words = json.loads((tmp_path / "log.json").read_text())
    for text in (None, "{", json.dumps(words | {"schema": 0})):
        (tmp_path / "log.json").unlink(missing_ok=True)
        if text is not None:
            (tmp_path / "log.json").write_text(text)
        with pytest.raises(LogNotKept):
            open_log(tmp_path)
