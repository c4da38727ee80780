"""What a process keeps for a few seconds."""

from collections.abc import Iterator
from itertools import count

import pytest

from zhoudao.kit import kept
from zhoudao.kit.kept import Kept


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The one moment it is, to be moved."""
    now = [1000.0]
    monkeypatch.setattr("zhoudao.kit.kept.time.monotonic", lambda: now[0])
    before = list(kept.EVERY)
    yield now
    kept.EVERY[:] = before


def test_a_value_is_read_once_until_it_is_too_old(moments: list[float]) -> None:
    values: Kept[str, int] = Kept(10)
    reads = count(1)
    assert [values.get("a", reads.__next__) for _ in range(3)] == [1, 1, 1]
    assert values.get("b", reads.__next__) == 2
    moments[0] += 9.9
    assert values.get("a", reads.__next__) == 1
    moments[0] += 0.1
    assert values.get("a", reads.__next__) == 3


def test_none_is_a_value_and_a_failed_reading_leaves_nothing(moments: list[float]) -> None:
    values: Kept[str, int | None] = Kept(10)
    assert values.get("a", lambda: None) is None
    assert values.get("a", lambda: 7) is None
    with pytest.raises(ZeroDivisionError):
        values.get("b", lambda: 1 // 0)
    assert values.get("b", lambda: 7) == 7


def test_one_or_all_can_be_forgotten(moments: list[float]) -> None:
    values: Kept[str, int] = Kept(10)
    reads = count(1)
    values.get("a", reads.__next__), values.get("b", reads.__next__)
    values.forget("a", "never read")
    assert [values.get("a", reads.__next__), values.get("b", reads.__next__)] == [3, 2]
    values.forget()
    assert [values.get("a", reads.__next__), values.get("b", reads.__next__)] == [4, 5]


def test_everything_kept_is_known_to_who_wants_it_forgotten(moments: list[float]) -> None:
    values: Kept[str, int] = Kept(10)
    assert values in kept.EVERY
