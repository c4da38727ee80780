"""The shipped weights: how far each hashed piece of a text moves the judgement, in one checked file."""

import hashlib
import struct
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhoudao.engines.language.grams import BITS

FILE = Path(__file__).with_name("emotion.weights")
_MAGIC = b"ZDEMO"
_HEADER = struct.Struct("<5sBHf")  # magic, bits, version, scale; then the sha256 of them and of what follows it
_DIGEST = hashlib.sha256().digest_size
_LARGEST = 300_000


class DamagedWeights(ValueError):
    """The file of the emotion's weights is damaged or of another version: install the package anew."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`steps[hash] * scale` is a piece's weight in log odds of being upset."""

    version: int
    scale: float
    steps: Sequence[int]


@cache
def weights() -> Weights:
    """The weights, read at their first use and kept (0.3 MB).

    Raises: DamagedWeights.
    """
    return unpack(FILE.read_bytes())


def pack(values: Sequence[float], *, version: int) -> bytes:
    """Weights rounded to 255 steps, as the file holds them."""
    scale = max(map(abs, values), default=0.0) / 127 or 1.0
    steps = array("b", [round(value / scale) for value in values])
    payload = zlib.compress(steps.tobytes(), 9)
    header = _HEADER.pack(_MAGIC, BITS, version, scale)
    return header + hashlib.sha256(header + payload).digest() + payload


def unpack(content: bytes) -> Weights:
    """What `pack` wrote.

    Raises: DamagedWeights.
    """
    if not _HEADER.size + _DIGEST < len(content) <= _LARGEST:
        raise DamagedWeights(DamagedWeights.__doc__)
    header, digest = content[: _HEADER.size], content[_HEADER.size :][:_DIGEST]
    payload = content[_HEADER.size + _DIGEST :]
    magic, bits, version, scale = _HEADER.unpack(header)
    if magic != _MAGIC or bits != BITS or hashlib.sha256(header + payload).digest() != digest:
        raise DamagedWeights(DamagedWeights.__doc__)
    inflater = zlib.decompressobj()
    steps = array("b", inflater.decompress(payload, (1 << BITS) + 1))
    if len(steps) != 1 << BITS or not inflater.eof:
        raise DamagedWeights(DamagedWeights.__doc__)
    return Weights(version, scale, steps)
