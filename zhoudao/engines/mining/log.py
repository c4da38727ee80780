"""A process log in columns: interned, sorted by case and time, as every kernel reads it.

What a duration is: an event has an end (when the step was completed) and, where the log knows it, a beginning. Events
of a case stand in the order of their ends. The wait before a step is its beginning less the end of the step before it,
and below zero where the two overlap; the service is its end less its beginning. A log without beginnings knows no
service: there a step begins when it ends, and the whole time between two ends is called wait.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Times = NDArray[np.int64]
NOBODY = -1
"""The code of what is not said: no resource, no value."""


class Names(Sequence[str]):
    """Words by code, kept as one Arrow column, so that a million names of cases are no million objects; read from where
    they are kept when the first is asked for. A map needs none of them, and Arrow is forty megabytes.
    """

    def __init__(self, words: Any = (), *, later: Callable[[], Any] | None = None, size: int = 0) -> None:
        self._words, self._later, self._size = words, later, size

    @cached_property
    def column(self) -> Any:
        """The Arrow column of words."""
        import pyarrow as pa

        words = self._words if self._later is None else self._later()
        return words if isinstance(words, pa.Array) else pa.array(list(words), pa.string())

    def __len__(self) -> int:
        return len(self._words) if self._later is None else self._size

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [str(each) for each in self.column[index].to_pylist()]
        return str(self.column[index].as_py())

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as every list of words


@dataclass(frozen=True, eq=False)
class Column:
    """One further attribute: the code of its value at each event (`NOBODY` where it has none), and the values."""

    codes: Codes
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Log:
    """Events as columns of one length, sorted by `case`, within it by `end`, then by `begun`, then as they were given.

    `case`, `activity` and `resource` are codes of `cases`, `activities` and `resources`; `end` and `begun` are
    microseconds since 1970 in UTC. `begun` is None where no event says when it began, `resource` where nobody is named.
    Every case has at least one event.
    """

    case: Codes
    activity: Codes
    end: Times
    cases: Names
    activities: tuple[str, ...]
    begun: Times | None = None
    resource: Codes | None = None
    resources: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.case)

    @cached_property
    def offsets(self) -> Times:
        """Where each case begins, and at last the number of events: shape (cases + 1,)."""
        if not len(self):
            return np.zeros(1, np.int64)
        begins = np.flatnonzero(self.case[1:] != self.case[:-1]) + 1
        return np.concatenate([[0], begins, [len(self)]]).astype(np.int64)

    def of(self, case: int) -> slice:
        """The rows of one case, by its code."""
        return slice(int(self.offsets[case]), int(self.offsets[case + 1]))

    def only(self, cases: NDArray[np.bool_]) -> "Log":
        """The log of some cases, by a mark for each; names and codes of activities and resources stay as they are."""
        import pyarrow as pa

        rows = cases[self.case]
        fresh = (np.cumsum(cases) - 1).astype(np.int32)
        return Log(
            case=fresh[self.case[rows]], activity=self.activity[rows], end=self.end[rows],
            cases=Names(self.cases.column.filter(pa.array(cases))), activities=self.activities,
            begun=None if self.begun is None else self.begun[rows],
            resource=None if self.resource is None else self.resource[rows], resources=self.resources,
            columns={name: Column(each.codes[rows], each.values) for name, each in self.columns.items()},
        )  # fmt: skip
