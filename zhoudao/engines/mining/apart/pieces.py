"""Where a log lies in parts: the files of a lake, each whole cases, or any Parquet file; and what is amiss."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq

ROWS = 1_000_000
_ENDING = ".parquet"
_UNFINISHED = (".new", ".part", ".unfinished", "_temporary", ".crdownload")
_PLACES = 1 << 40


class LakeUnsound(ValueError):
    """The lake or log is not whole, or its parts do not fit together; the message says what and what to do."""


class Roles(NamedTuple):
    """Which columns say what; "" where none does. Rows whose `kind` is one of `without` are not of the log."""

    case: str
    activity: str
    end: str
    begun: str = ""
    resource: str = ""
    kind: str = ""
    without: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """All that are named."""
        return [name for name in self[:6] if name]


class Piece(NamedTuple):
    """A file, or some of its row groups; `number` is its place among all pieces, and so the order of equal moments."""

    number: int
    path: str
    groups: tuple[int, ...] | None = None


class Rows(NamedTuple):
    """What a piece holds: `case`, `activity`, `resource` (words), `end`, `begun` (microseconds), `place` (int64), where
    the log has them; how many rows were left out for want of a case, an activity or a time; bytes of its columns.
    """

    table: pa.Table
    left_out: int
    path: str
    columns: tuple[str, ...]
    size: int


def opened(root: str) -> tuple[pafs.FileSystem, str]:
    """The file system of an address (`s3://…`, `hdfs://…`, or a path), and the path in it. Raises: LakeUnsound"""
    try:
        system, path = pafs.FileSystem.from_uri(root if "://" in root else Path(root).resolve().as_uri())
        return system, str(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise LakeUnsound(f"{root}: this address cannot be opened: {error}") from error


def files_of(root: str) -> list[str]:
    """The Parquet files of a lake, or the one that is named, in the order of their paths.

    Raises: LakeUnsound (nothing there, or something that is half written)
    """
    system, path = opened(root)
    about = system.get_file_info(path)
    if about.type == pafs.FileType.NotFound:
        raise LakeUnsound(f"{root}: there is no such file or folder.")
    if about.type == pafs.FileType.File:
        return [path]
    found = [each.path for each in system.get_file_info(pafs.FileSelector(path, recursive=True)) if each.is_file]
    broken = sorted(each for each in [*found, path] if _is_unfinished(each))
    if broken:
        raise LakeUnsound(
            f"{broken[0]} is half written: whoever writes this lake has not finished, or was broken off. Let it finish,"
            " or write the lake anew (`zhoudao export lake`), and come again."
        )
    files = sorted(each for each in found if each.endswith(_ENDING))
    if not files:
        raise LakeUnsound(f"{root}: there is no file in it whose name ends in {_ENDING}.")
    return files


def _is_unfinished(path: str) -> bool:
    return any(part.endswith(_UNFINISHED) for part in path.split("/"))


def pieces_of(root: str, files: Iterable[str], *, by_rows: bool = False) -> list[Piece]:
    """One piece a file; with `by_rows` about a million rows each, of which none need be whole cases.

    Raises: LakeUnsound
    """
    found: list[Piece] = []
    for path in files:
        for groups in _groups(root, path) if by_rows else [None]:
            found.append(Piece(len(found), path, groups))
    return found


def _groups(root: str, path: str) -> Iterator[tuple[int, ...]]:
    with parquet(root, path) as file:
        about = file.metadata
        held: list[int] = []
        rows = 0
        for group in range(about.num_row_groups):
            held.append(group)
            rows += about.row_group(group).num_rows
            if rows >= ROWS:
                yield tuple(held)
                held, rows = [], 0
        if held:
            yield tuple(held)


def parquet(root: str, path: str) -> pq.ParquetFile:
    """A file of the lake, opened. Raises: LakeUnsound"""
    system, _ = opened(root)
    try:
        return pq.ParquetFile(path, filesystem=system)
    except (pa.ArrowException, OSError) as error:
        raise LakeUnsound(f"{path} cannot be read as Parquet, it may be half written: {error}") from error


def rows_of(root: str, piece: Piece, roles: Roles) -> Rows:
    """The rows of a piece. Raises: LakeUnsound (a column that is not there, or holds something else)"""
    with parquet(root, piece.path) as file:
        names = tuple(file.schema_arrow.names)
        missing = [name for name in roles.columns if name not in names]
        if missing:
            raise LakeUnsound(
                f"{piece.path} has no column {missing[0]!r}; it has: {', '.join(names)}. All files of a log need the"
                " same columns: name one that all have, or leave this one out."
            )
        try:
            table = _read(file, piece, roles)
        except (pa.ArrowException, OSError) as error:
            raise LakeUnsound(f"{piece.path} cannot be read, it may be half written: {error}") from error
        size = _size(file, piece, roles)
    found = {role: _words(table, name, piece) for role, name in (("case", roles.case), ("activity", roles.activity))}
    found["end"] = _moments(table, roles.end, piece)
    if roles.begun:
        found["begun"] = pc.coalesce(_moments(table, roles.begun, piece), found["end"])
    if roles.resource:
        found["resource"] = _words(table, roles.resource, piece)
    found["place"] = pa.array(np.arange(len(table), dtype=np.int64) + piece.number * _PLACES)
    said = pc.and_(pc.and_(pc.is_valid(found["case"]), pc.is_valid(found["activity"])), pc.is_valid(found["end"]))
    wanted = _of_it(table, roles)
    whole = pa.table(found)
    kept = whole.filter(pc.and_(said, wanted))
    return Rows(kept, int(pc.sum(wanted).as_py() or 0) - len(kept), piece.path, names, size)


def _read(file: pq.ParquetFile, piece: Piece, roles: Roles) -> pa.Table:
    groups = range(file.metadata.num_row_groups) if piece.groups is None else piece.groups
    return file.read_row_groups(list(groups), columns=roles.columns, use_threads=False)


def _size(file: pq.ParquetFile, piece: Piece, roles: Roles) -> int:
    """Bytes of these columns in the file, as they are packed."""
    about = file.metadata
    groups = range(about.num_row_groups) if piece.groups is None else piece.groups
    columns = [place for place in range(about.num_columns) if about.schema.column(place).path in roles.columns]
    return sum(about.row_group(group).column(place).total_compressed_size for group in groups for place in columns)


def _words(table: pa.Table, name: str, piece: Piece) -> Any:
    """A column of words; what is empty is not said."""
    column = table[name]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    try:
        column = column.cast(pa.string())
    except pa.ArrowException as error:
        raise LakeUnsound(f"{piece.path}: its column {name!r} holds {column.type}, which are no words.") from error
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _moments(table: pa.Table, name: str, piece: Piece) -> Any:
    """Microseconds since 1970; whole numbers are taken for such."""
    column = table[name]
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        zone = getattr(column.type, "tz", None)
        return column.cast(pa.timestamp("us", zone), safe=False).cast(pa.int64())
    if pa.types.is_int64(column.type):
        return column
    raise LakeUnsound(
        f"{piece.path}: its column {name!r} holds {column.type}, no moments. Write it as timestamps, or read the log by"
        " `zhoudao diagnose`, which reads times in words."
    )


def _of_it(table: pa.Table, roles: Roles) -> Any:
    if not roles.kind:
        return pa.repeat(True, len(table))
    kinds = table[roles.kind]
    kinds = kinds.cast(kinds.type.value_type) if pa.types.is_dictionary(kinds.type) else kinds
    return pc.invert(pc.is_in(kinds, pa.array(roles.without, pa.string()))).combine_chunks()


def zones_of(root: str, path: str, roles: Roles) -> set[str]:
    """The zones its moments are written in; "" where they say none."""
    with parquet(root, path) as file:
        kinds = [file.schema_arrow.field(name).type for name in (roles.end, roles.begun) if name]
    return {getattr(kind, "tz", None) or "" for kind in kinds if pa.types.is_timestamp(kind)}
