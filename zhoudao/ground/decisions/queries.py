"""Asking decision tables."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.engines.decisions.expressions import ExpressionFailed
from zhoudao.engines.decisions.tables import TableInvalid
from zhoudao.engines.decisions.tables import decide as work_out
from zhoudao.engines.decisions.tables import decide_by_row as work_out_by_row
from zhoudao.ground.decisions.inputs import InputsWrong, check_inputs
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.kit.frozen import frozen

_KEPT = 200
_read: "OrderedDict[UUID, Table]" = OrderedDict()


class DecisionNotFound(Exception):
    """There is no such decision table."""


class DecisionUndecided(Exception):
    """No row of the decision table fits these values."""


@frozen
class Table:
    """One version, ready to be asked: its content is parsed once a process."""

    key: str
    version: int
    content: str
    inputs: Mapping[str, str]

    def answer(self, inputs: Mapping[str, object]) -> dict[str, Any]:
        """The outputs for these inputs. Raises: InputsWrong, DecisionUndecided, ExpressionFailed, TableInvalid."""
        check_inputs(self.inputs, inputs)
        return self._values(work_out(self.content, inputs))

    def answer_by_row(self, inputs: Mapping[str, object]) -> tuple[dict[str, Any], int | None]:
        """As `answer`, with the number of the row that fits."""
        check_inputs(self.inputs, inputs)
        values, row = work_out_by_row(self.content, inputs)
        return self._values(values), row

    def ask(self, known: Mapping[str, object]) -> tuple[dict[str, Any] | None, int | None]:
        """As `answer_by_row`, with those of these values that it declares; where it has no answer: nothing."""
        try:
            return self.answer_by_row({name: known[name] for name in self.inputs if name in known})
        except (DecisionUndecided, InputsWrong, ExpressionFailed, TableInvalid):
            return None, None

    def _values(self, values: dict[str, Any] | list[Any]) -> dict[str, Any]:
        if not isinstance(values, dict):
            return {"rows": values}
        if not values:
            raise DecisionUndecided(f"{DecisionUndecided.__doc__} ({self.key}, version {self.version})")
        return values


@frozen
class Result:
    """What a table answered, and which version did."""

    values: dict[str, Any]
    version: int


def whole(values: Mapping[str, Any] | None, name: str, *, usual: int = 0, least: int = 0, most: int) -> int:
    """A whole number that a row gives, rounded down and within bounds; what is none counts as not given: `usual`."""
    value = (values or {}).get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  # only NaN differs from itself
        return usual
    return int(max(least, min(most, value)))


def decide(key: str, inputs: Mapping[str, object]) -> Result:
    """The live version's answer (one statement). A table that collects answers `{"rows": […]}`.

    Raises: DecisionNotFound, InputsWrong, DecisionUndecided, ExpressionFailed
    """
    found = live_tables(key)[key]
    return Result(found.answer(inputs), found.version)


def published_keys() -> frozenset[str]:
    """Every table that can be asked."""
    return frozenset(DecisionVersion.objects.filter(is_live=True).values_list("key", flat=True))


def live_tables(*keys: str) -> dict[str, Table]:
    """The live versions of several tables, to be asked one after another (one statement).

    Raises: DecisionNotFound
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, id FROM decisions_decisionversion WHERE is_live AND key = ANY(%s)", [list(keys)])
        found = {key: _table(live) for key, live in cursor.fetchall()}
    for key in keys:
        if key not in found:
            raise DecisionNotFound(f"{DecisionNotFound.__doc__} ({key})")
    return found


def table_of(key: str, version: int) -> Table | None:
    """One version, live or not (two statements at most)."""
    known = DecisionVersion.objects.filter(key=key, version=version).values_list("id", flat=True).first()
    return _table(known) if known else None


def _table(live: UUID) -> Table:
    if live not in _read:
        row = DecisionVersion.objects.get(id=live)
        _read[live] = Table(row.key, row.version, json.dumps(row.content), row.inputs)
        while len(_read) > _KEPT:
            _read.popitem(last=False)
    return _read[live]
