"""A class made `frozen` is what `@dataclass(frozen=True)` makes of it."""

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import ClassVar

import pytest

from zhoudao.kit.frozen import frozen


@frozen
class Ours:
    kind: ClassVar[str] = "thing"
    x: int
    y: tuple[str, ...] = ()
    secret: str = field(default="", repr=False, compare=False)


@frozen
class Wider(Ours):
    z: int = 0


@frozen
class Empty:
    pass


@frozen
class Named:
    x: int

    def __repr__(self) -> str:
        return "named"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named)

    def __hash__(self) -> int:
        return 7


@dataclass(frozen=True)
class Theirs:
    kind: ClassVar[str] = "thing"
    x: int
    y: tuple[str, ...] = ()
    secret: str = field(default="", repr=False, compare=False)


def test_it_is_made_read_compared_and_shown_alike() -> None:
    ours, theirs = Ours(1, ("a",), "s"), Theirs(1, ("a",), "s")
    assert [one.name for one in fields(ours)] == [one.name for one in fields(theirs)]
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert ours == Ours(1, ("a",), "another") != Ours(2, ("a",))
    assert ours != theirs  # type: ignore[comparison-overlap]  # that is asked
    assert Ours(1) != Wider(1)
    assert Wider(1, z=2) == Wider(1, (), z=2) != Wider(1)
    assert {ours: "here"}[Ours(1, ("a",))] == "here"
    assert len({Empty(), Empty(), Wider(1), Wider(1), Wider(1, z=3)}) == 3
    assert replace(ours, x=5) == Ours(5, ("a",))
    assert pickle.loads(pickle.dumps(ours)) == ours  # our own
    assert Ours.__match_args__ == Theirs.__match_args__


def test_nothing_of_it_changes() -> None:
    ours = Ours(1)
    with pytest.raises(FrozenInstanceError, match="'x'"):
        ours.x = 2  # type: ignore[misc]  # that is asked
    with pytest.raises(FrozenInstanceError, match="'x'"):
        del ours.x
    with pytest.raises(FrozenInstanceError, match="'other'"):
        ours.other = 2  # type: ignore[attr-defined]  # that is asked


def test_what_a_class_says_itself_stands() -> None:
    assert (repr(Named(1)), Named(1) == Named(2), hash(Named(1))) == ("named", True, 7)


def test_an_unhashable_field_is_told_when_it_is_hashed() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ours([]))  # type: ignore[arg-type]  # that is asked
