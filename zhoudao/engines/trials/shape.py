"""What a pilot is measured on: one row a case (or answer, or customer), with its store and its week."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]


class OutcomesRefused(ValueError):
    """These columns do not belong together: their lengths differ, or a row names a unit that is not there."""


@dataclass(frozen=True)
class Outcomes:
    """Rows (n,) of units (g,). A unit is what was chosen for the pilot or not: a store, and the cluster of all methods.

    `value`: float64, its unit of measure is the caller's (hours, 0/1, points, cents); of an open row the time so far.
    `is_open`: the row is not finished (right-censored). `unit`: int32 from 0 to g − 1. `period`: int32, weeks (or days)
    from the start, below 0 before it. `treated`: bool (g,), the pilot units. `names`: g texts, for telling.
    `before`: float64 or None, the same customer's (agent's, store's) value from before the start; `nan` where unknown.
    """

    value: Values
    is_open: Flags
    unit: Codes
    period: Codes
    treated: Flags
    names: tuple[str, ...]
    before: Values | None = None

    def __post_init__(self) -> None:
        rows, columns = len(self.value), [self.is_open, self.unit, self.period]
        if any(len(column) != rows for column in columns) or (self.before is not None and len(self.before) != rows):
            raise OutcomesRefused("Every column needs a value in every row.")
        if len(self.names) != len(self.treated):
            raise OutcomesRefused("Every unit needs its name and whether it is in the pilot.")
        if rows and (self.unit.min() < 0 or self.unit.max() >= len(self.treated)):
            raise OutcomesRefused("A row names a unit that is not there.")

    def __len__(self) -> int:
        return len(self.value)

    @property
    def is_pilot(self) -> Flags:
        """Bool (n,): the row is of a pilot unit."""
        return self.treated[self.unit]

    @property
    def is_after(self) -> Flags:
        """Bool (n,): the row is from the start on."""
        return self.period >= 0

    def only(self, rows: Flags) -> "Outcomes":
        """These rows; the units stay as they are."""
        before = None if self.before is None else self.before[rows]
        return Outcomes(
            self.value[rows], self.is_open[rows], self.unit[rows], self.period[rows], self.treated, self.names, before
        )

    def valued(self, value: Values) -> "Outcomes":
        """The same rows with these values, none of them open any more."""
        closed = np.zeros(len(self), np.bool_)
        return Outcomes(value, closed, self.unit, self.period, self.treated, self.names, self.before)


def outcomes(
    value: ArrayLike,
    *,
    unit: Sequence[str],
    period: ArrayLike,
    pilot: Sequence[str],
    is_open: ArrayLike | None = None,
    before: ArrayLike | None = None,
) -> Outcomes:
    """From columns as they are read: `unit` names the store of every row, `pilot` the stores of the pilot (one that has
    no row is a unit, too). Raises: OutcomesRefused.

    >>> made = outcomes([1, 2, 3], unit=["A", "B", "A"], period=[-1, 0, 0], pilot=["B"])
    >>> made.names, made.treated.tolist(), made.unit.tolist()
    (('A', 'B'), [False, True], [0, 1, 0])
    """
    names = tuple(sorted({*unit, *pilot}))
    code, chosen = {name: place for place, name in enumerate(names)}, set(pilot)
    values = np.asarray(value, np.float64)
    return Outcomes(
        value=values,
        is_open=np.zeros(len(values), np.bool_) if is_open is None else np.asarray(is_open, np.bool_),
        unit=np.array([code[name] for name in unit], np.int32),
        period=np.asarray(period, np.int32),
        treated=np.array([name in chosen for name in names], np.bool_),
        names=names,
        before=None if before is None else np.asarray(before, np.float64),
    )
