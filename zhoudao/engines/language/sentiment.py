"""What reviews have taught of being upset: hashed letters and words and the sense of the whole, one linear judge.

The weights are shipped (a byte a piece, made by tools/train_sentiment.py from published reviews); this is for whoever
has an encoder at hand. `emotion` judges without one.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhoudao.engines.language.grams import BITS, folded, pieces
from zhoudao.engines.language.packing import Arrays, NoModel, packed, unpacked
from zhoudao.engines.language.pieces import pieces_of
from zhoudao.engines.language.vectors import DIMENSIONS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

FILE: Final = Path(__file__).with_name("sentiment.weights")
_KIND: Final = "sentiment"


@dataclass(frozen=True)
class Weights:
    """`letters[hash]` (2**18,) and `sense` (512,) in log odds of being upset, `bias` beside them; float32."""

    letters: Floats
    sense: Floats
    bias: float


@cache
def weights() -> Weights:
    """The shipped weights, read at their first use and kept (1 MB).

    Raises: NoModel.
    """
    return from_bytes(FILE.read_bytes())


def upset_odds(texts: Sequence[str], sense: Floats | None = None, known: Weights | None = None) -> Floats:
    """Log odds of being upset, (texts,); without the texts' `sense` (see `encoded`) by their pieces alone."""
    import numpy as np

    by = known or weights()
    letters = np.zeros(len(texts), np.float32)
    for place, text in enumerate(texts):
        found = hashes(text)
        if found:
            letters[place] = by.letters[found].sum() / math.sqrt(len(found))
    said = letters if sense is None else letters + sense @ by.sense
    return (said + by.bias).astype(np.float32)


def hashes(text: str) -> list[int]:
    """The distinct pieces of a text as places in the weights: one to four letters, words, and words in pairs."""
    read = folded(text).text
    found = set(pieces(read))
    found.update(_place(read[place : place + 4]) for place in range(len(read) - 3))
    words, _letters = pieces_of(read)
    found.update(_place(f"/{word.name}") for word in words)
    return sorted(found)


def _place(piece: str) -> int:
    return zlib.crc32(piece.encode()) & ((1 << BITS) - 1)


def to_bytes(known: Weights) -> bytes:
    """Weights rounded to 255 steps a piece, as the file holds them."""
    import numpy as np

    scale = float(np.abs(known.letters).max()) / 127 or 1.0
    steps = np.round(known.letters / scale).astype(np.int8)
    arrays: Arrays = {"letters": steps, "sense": known.sense.astype(np.float16)}
    return packed(_KIND, {"scale": scale, "bias": known.bias}, arrays)


def from_bytes(content: bytes) -> Weights:
    """What `to_bytes` wrote.

    Raises: NoModel.
    """
    import numpy as np

    told, arrays = unpacked(content, _KIND)
    try:
        letters, sense = arrays["letters"], arrays["sense"].astype(np.float32)
        if letters.shape != (1 << BITS,) or sense.shape != (DIMENSIONS,):
            raise ValueError("shapes")
        return Weights(letters.astype(np.float32) * float(told["scale"]), sense, float(told["bias"]))
    except (KeyError, TypeError, ValueError) as fault:
        raise NoModel(NoModel.__doc__) from fault
