"""A log kept on disk as it is in memory: columns of numbers, and tables of words."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Column, Log, Names

SCHEMA = 1
_META, _CASES = "log.json", "cases.arrow"


class LogNotKept(Exception):
    """There is no log here, or it was kept by another version."""


def keep_log(log: Log, folder: Path) -> None:
    """This will write a log into an empty folder: a file a column, the names of cases, and last what it consists of, so
    that a folder without that is none.
    """
    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True)
    columns = {f"column-{place}": column.codes for place, column in enumerate(log.columns.values())}
    numbers: dict[str, Any] = {"case": log.case, "activity": log.activity, "end": log.end, **columns}
    numbers |= {name: array for name, array in (("begun", log.begun), ("resource", log.resource)) if array is not None}
    for name, array in numbers.items():
        np.save(folder / f"{name}.npy", array)
    names = pa.record_batch([log.cases.column], names=["name"])
    with pa.OSFile(str(folder / _CASES), "wb") as file, pa.ipc.new_file(file, names.schema) as writer:
        writer.write_batch(names)
    words: dict[str, Any] = {
        "schema": SCHEMA, "cases": len(log.cases), "activities": log.activities, "resources": log.resources,
        "has": sorted(numbers),
        "columns": {name: column.values for name, column in log.columns.items()},
    }  # fmt: skip
    (folder / _META).write_text(json.dumps(words, ensure_ascii=False))


def open_log(folder: Path) -> Log:
    """The log that was kept here. Raises: LogNotKept"""
    try:
        words = json.loads((folder / _META).read_text())
    except (OSError, ValueError):
        raise LogNotKept(LogNotKept.__doc__) from None
    if words.get("schema") != SCHEMA:
        raise LogNotKept(LogNotKept.__doc__)
    numbers = {name: _mapped(folder / f"{name}.npy") for name in words["has"]}
    return Log(
        case=numbers["case"], activity=numbers["activity"], end=numbers["end"],
        cases=Names(later=partial(_cases, folder), size=words["cases"]),
        activities=tuple(words["activities"]), begun=numbers.get("begun"), resource=numbers.get("resource"),
        resources=tuple(words["resources"]),
        columns={
            name: Column(numbers[f"column-{place}"], tuple(values))
            for place, (name, values) in enumerate(words["columns"].items())
        },
    )  # fmt: skip


def _mapped(file: Path) -> NDArray[Any]:
    """A column where it lies on disk, neither read before it is needed nor copied; what is written to it stays here."""
    found: NDArray[Any] = np.load(file, mmap_mode="c")
    return found.view(np.ndarray)


def _cases(folder: Path) -> Any:
    import pyarrow as pa

    with pa.memory_map(str(folder / _CASES)) as file:
        return pa.ipc.open_file(file).get_batch(0).column(0)
