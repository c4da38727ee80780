"""What may be filtered by: steps, columns with their values, and ways, each with its token and in words."""

from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from zhoudao.conduct.insight.drawn import STEPS
from zhoudao.conduct.insight.narrowing import token_of
from zhoudao.conduct.insight.spans import day
from zhoudao.engines.mining.diagnosis import Diagnosis
from zhoudao.engines.mining.log import Codes, Log

COLUMNS, VALUES = 20, 100
KEPT = 10_000
"""A column of more different values tells cases apart rather than kinds of cases: it is not kept to filter by."""


def filterable(log: Log) -> list[str]:
    """The columns that are kept to filter by."""
    return [name for name, column in log.columns.items() if 1 <= len(column.values) <= KEPT]


def choices(found: Diagnosis, told: Diagnosis) -> dict[str, Any]:
    """What may be chosen: `told` is the same diagnosis as `found`, in the words of the language that is active."""
    order = np.argsort(-found.map.steps.count, kind="stable")[:STEPS]
    steps = [[token_of(found.log.activities[code]), told.log.activities[code]] for code in order]
    columns: list[tuple[str, str, list[list[str]]]] = []
    if found.log.resource is not None and found.log.resources:
        names = (found.log.resources, told.log.resources)
        columns.append(("", _("Person or system"), _values(found.log.resource, *names)))
    for name in filterable(found.log)[:COLUMNS]:
        column = found.log.columns[name]
        columns.append((name, _column_word(name), _values(column.codes, column.values, told.log.columns[name].values)))
    return {
        "steps": steps, "columns": [[token_of(name), word, values] for name, word, values in columns],
        "since": day(int(found.first.min()), found.zone), "until": day(int(found.log.end.max()), found.zone),
    }  # fmt: skip


def _values(codes: Codes, values: tuple[str, ...], words: tuple[str, ...]) -> list[list[str]]:
    """The most frequent values with their words, by the alphabet of these."""
    count = np.bincount(codes[codes >= 0], minlength=len(values))
    order = np.argsort(-count, kind="stable")[:VALUES]
    return sorted(([token_of(values[code]), words[code]] for code in order), key=lambda each: each[1])


def _column_word(name: str) -> str:
    return {"channel": _("Channel"), "store": _("Store")}.get(name, name)
