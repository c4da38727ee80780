"""How much is read at most, and files opened so that no more of them is unpacked."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from zhoudao.engines.mining.reading.remarks import LogUnreadable

_UNPACKS = 250
"""No log packs better than this; what does is made to fill memory."""
_SPARED = 32_000_000
BEGINNING = 1 << 18
"""How many bytes are looked at to see what a file is."""


@dataclass(frozen=True)
class Limits:
    """The most that is read of one file. Beyond `bytes` (of JSON `tree_bytes`), `rows` or `columns` it is refused; a
    case or activity longer than `name` characters has its row refused, another cell is cut at `cell`; a further column
    with more than `values` different values is left out; more than `activities` are said."""

    bytes: int = 16_000_000_000
    tree_bytes: int = 1_000_000_000
    rows: int = 100_000_000
    columns: int = 500
    name: int = 1_000
    cell: int = 4_000
    values: int = 100_000
    activities: int = 1_000


class Bounded(io.RawIOBase):
    """A file read from its beginning to its end, unpacked, that refuses to be larger than allowed."""

    def __init__(self, packed: IO[bytes], most: int, *, is_packed: bool, is_utf8: bool = False) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")() if is_utf8 else None
        self._file = packed
        self._plain: IO[bytes] = gzip.GzipFile(fileobj=packed) if is_packed else packed  # type: ignore[assignment]  # a gzip file is one
        self._most, self._read, self._is_packed = most, 0, is_packed

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As every raw file. Raises: LogUnreadable, UnicodeDecodeError"""
        view = memoryview(buffer)
        try:
            found = self._plain.read(len(view))
        except (OSError, EOFError, zlib.error) as error:
            raise LogUnreadable(f"This cannot be unpacked: {error}", "packed") from error
        self._read += len(found)
        if self._read > self._most:
            raise LogUnreadable(f"The file is larger than {self._most // 1_000_000:,} MB.", "large")
        if self._is_packed and self._read > _SPARED + _UNPACKS * self._file.tell():
            raise LogUnreadable("The file unpacks to far more than a log does.", "bomb")
        if self._decoder is not None:
            self._decoder.decode(found, final=not found)
        view[: len(found)] = found
        return len(found)


def opened(path: Path, limits: Limits, *, is_utf8: bool = False) -> io.BufferedReader:
    """The content of a file, unpacked where gzip packed it. `is_utf8`: whether it is to be that.

    Raises: LogUnreadable, and while it is read UnicodeDecodeError
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise LogUnreadable(f"{path.name} cannot be opened: {error.strerror}", "absent") from error
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return io.BufferedReader(Bounded(file, limits.bytes, is_packed=is_packed, is_utf8=is_utf8), 1 << 20)


def beginning(path: Path, limits: Limits, most: int = BEGINNING) -> bytes:
    """The first bytes of its content. Raises: LogUnreadable"""
    with opened(path, limits) as file:
        return file.read(most)


def pieces(file: io.BufferedReader, size: int = 1 << 16) -> Iterator[bytes]:
    """The content, piece by piece. Raises: LogUnreadable"""
    while piece := file.read(size):
        yield piece
