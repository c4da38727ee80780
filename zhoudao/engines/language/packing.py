"""A learned thing as one file: its numbers and names under a digest, nothing that runs when it is read."""

from __future__ import annotations

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    import numpy.typing as npt

Arrays: TypeAlias = "dict[str, npt.NDArray[Any]]"
FORMAT: Final = 1
LARGEST: Final = 400_000_000  # bytes, packed or not
_MAGIC: Final = b"ZDLANG"
_HEADER: Final = struct.Struct("<6sHI")  # magic, format, length of the table; then the digest of all the rest
_DIGEST: Final = hashlib.sha256().digest_size
_TYPES: Final = ("<f4", "<f2", "<i4", "<i8", "|i1", "|u1")


class NoModel(ValueError):
    """This is no model of ours, or it is damaged or of another version: have it learned anew."""


def packed(kind: str, told: Mapping[str, Any], arrays: Arrays) -> bytes:
    """This will write a thing: what is `told` (JSON) and its arrays, of floats (16, 32 bits) or whole numbers."""
    plain = {name: _little(array) for name, array in arrays.items()}
    rows = [[name, array.dtype.str, list(array.shape)] for name, array in plain.items()]
    table = json.dumps({"kind": kind, "told": told, "arrays": rows}, ensure_ascii=False).encode()
    body = zlib.compress(table + b"".join(array.tobytes() for array in plain.values()), 3)
    header = _HEADER.pack(_MAGIC, FORMAT, len(table))
    return header + hashlib.sha256(header + body).digest() + body


def unpacked(content: bytes, kind: str) -> tuple[Any, Arrays]:
    """What `packed` wrote: what was told, and the arrays.

    Raises: NoModel.
    """
    try:
        return _read(content, kind)
    except (struct.error, zlib.error, ValueError, KeyError, TypeError, OverflowError) as fault:
        raise NoModel(NoModel.__doc__) from fault


def _read(content: bytes, kind: str) -> tuple[Any, Arrays]:
    import numpy as np

    header, digest = content[: _HEADER.size], content[_HEADER.size :][:_DIGEST]
    packed_body = content[_HEADER.size + _DIGEST :]
    magic, version, length = _HEADER.unpack(header)
    if (magic, version) != (_MAGIC, FORMAT) or hashlib.sha256(header + packed_body).digest() != digest:
        raise ValueError("digest")
    inflater = zlib.decompressobj()
    body = inflater.decompress(packed_body, LARGEST)
    if not inflater.eof or length > len(body):
        raise ValueError("length")
    table = json.loads(body[:length])
    if table["kind"] != kind:
        raise ValueError("kind")
    arrays: Arrays = {}
    at = length
    for name, type_, shape in table["arrays"]:
        if type_ not in _TYPES or not all(isinstance(one, int) and one >= 0 for one in shape):
            raise ValueError("array")
        count = math.prod(shape)
        arrays[name] = np.frombuffer(body, type_, count, at).reshape(shape)
        at += count * np.dtype(type_).itemsize
    if at != len(body):
        raise ValueError("rest")
    return table["told"], arrays


def _little(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    import numpy as np

    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    if plain.dtype.str not in _TYPES:
        raise TypeError(f"{plain.dtype} is not kept")
    return plain
