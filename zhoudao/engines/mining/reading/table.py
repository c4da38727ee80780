"""What every format becomes first: columns of words, with the number of each row in its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from zhoudao.engines.mining.reading.remarks import RefusedRow, Remark


@dataclass(frozen=True)
class Table:
    """Columns of one length by name: Arrow columns of words (plain or coded; null is not said) or of moments.

    `numbers` is what each row is called in the file (int64, shape (rows,)). `classifiers` are columns that
    together name an activity, as a file says. `refused` rows are not among the columns.
    """

    columns: Mapping[str, Any]
    numbers: NDArray[np.int64]
    refused: Sequence[RefusedRow] = ()
    refused_count: int = 0
    remarks: Sequence[Remark] = ()
    classifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def sample(self, name: str, most: int = 20_000) -> list[str | None]:
        """The first cells of a column, as text."""
        column = self.columns[name][:most]
        return [None if each is None else str(each) for each in column.to_pylist()]


def distinct_names(names: Sequence[str]) -> list[str]:
    """Names of columns, none empty and none twice.

    >>> distinct_names(["a", "", "a"])
    ['a', 'column 2', 'a (2)']
    """
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        plain = name.strip() or f"column {place}"
        again = 2
        one = plain
        while one in found:
            one = f"{plain} ({again})"
            again += 1
        found.append(one)
    return found


def coded(column: Any) -> tuple[NDArray[np.int32], Any]:
    """The code of each cell (-1 where it is null) and the Arrow array of words, of a column plain or coded."""
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
        column = column.chunk(0) if isinstance(column, pa.ChunkedArray) and column.num_chunks else column
    if isinstance(column, pa.ChunkedArray):
        return np.zeros(0, np.int32), pa.array([], pa.string())
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes, column.dictionary


def from_codes(codes: NDArray[np.int32], words: Any) -> Any:
    """The Arrow column of codes of words; a code below zero is null."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words)
