"""Publishing decision tables."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from zhoudao.engines.decisions.expressions import ExpressionFailed
from zhoudao.engines.decisions.tables import TableInvalid, compiled
from zhoudao.ground.decisions.events import TablePublished
from zhoudao.ground.decisions.inputs import TYPES, InputsWrong
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.decisions.offers import offered
from zhoudao.ground.decisions.queries import DecisionUndecided, Table
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen

_KEY = re.compile(r"[a-z][a-z0-9_.]{0,59}")


class TableRefusal(Exception):
    """This cannot be done with the decision table; the docstring is its message."""


class TableUntested(TableRefusal):
    """A decision table is published with at least one test case."""


class KeyWrong(TableRefusal):
    """A key is small letters, digits, dots and _, and begins with a letter."""


class InputsUnknown(TableRefusal):
    """The decision table declares inputs it is never asked with."""

    def __init__(self, wrong: Mapping[str, str], known: Mapping[str, str]) -> None:
        self.wrong, self.known = (
            ", ".join(f"{name} ({kind})" for name, kind in each.items()) for each in (wrong, known)
        )
        super().__init__(f"{self.__doc__} ({self.wrong}; it is asked with: {self.known})")


class TableChangedMeanwhile(TableRefusal):
    """Another version of this decision table was published since this one was begun."""

    def __init__(self, newest: DecisionVersion) -> None:
        super().__init__(f"{self.__doc__} (version {newest.version})")
        self.newest = newest


@frozen
class Tried:
    """One test case that was run; `found` is its answer, or why there is none."""

    name: str
    expected: Mapping[str, Any]
    found: str
    is_passed: bool


class TestCaseFailed(TableRefusal):
    """A test case of the decision table does not give what it expects."""

    __test__ = False  # pytest would take it for a test

    def __init__(self, name: str, expected: Mapping[str, Any], found: str) -> None:
        super().__init__(f"{self.__doc__} ({name}: expected {dict(expected)}, found {found})")
        self.case_name, self.expected, self.found = name, expected, found


@transaction.atomic
def publish(
    *,
    key: str,
    content: Mapping[str, Any],
    inputs: Mapping[str, str],
    tests: Sequence[Mapping[str, Any]],
    by: By,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> DecisionVersion:
    """This will run the test cases `[{name, inputs, expect}]` and make the table the live one.

    Content that is live already stays as it is. `seen` is the newest version whoever changed it knew of.

    Raises: KeyWrong, TableInvalid, InputsUnknown, TableUntested, TestCaseFailed, TableChangedMeanwhile
    """
    _check(key, content, inputs, tests)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"decision:{key}"])
    live = DecisionVersion.objects.filter(key=key, is_live=True).first()
    if live and (live.content, live.inputs, live.tests) == (content, inputs, list(tests)):
        return live
    newest = DecisionVersion.objects.filter(key=key).order_by("-version").first()
    if seen is not None and newest is not None and newest.version > seen:
        raise TableChangedMeanwhile(newest)
    DecisionVersion.objects.filter(key=key, is_live=True).update(is_live=False)
    made = DecisionVersion.objects.create(
        key=key,
        version=newest.version + 1 if newest else 1,
        note=note,
        content=dict(content),
        inputs=dict(inputs),
        tests=list(tests),
        is_live=True,
        published_at=at,
        published_by=by.actor,
    )
    record(TablePublished(key, made.version), at=at, by=by, about=[About("decision", made.id)])
    return made


def try_tests(
    *, key: str, content: Mapping[str, Any], inputs: Mapping[str, str], tests: Sequence[Mapping[str, Any]]
) -> list[Tried]:
    """Every test case with what the table answers; nothing is stored. Raises: KeyWrong, TableInvalid."""
    if not is_key(key):
        raise KeyWrong(KeyWrong.__doc__)
    if wrong := [name for name, kind in inputs.items() if kind not in TYPES]:
        raise TableInvalid(f"These inputs have no known type: {', '.join(wrong)}.")
    text = json.dumps(content)
    compiled(text)
    table = Table(key, 0, text, inputs)
    return [_tried(table, str(test.get("name") or number), test) for number, test in enumerate(tests, start=1)]


def is_key(key: str) -> bool:
    """Whether a table may be called so."""
    return bool(_KEY.fullmatch(key))


def ensure_published(folder: Path, *, at: datetime) -> None:
    """This will publish the tables of a folder (`<key>.json`) that nobody has published yet."""
    for file in sorted(folder.glob("*.json")):
        if not DecisionVersion.objects.filter(key=file.stem).exists():
            stored = json.loads(file.read_text("utf-8"))
            parts = {name: stored[name] for name in ("content", "inputs", "tests")}
            publish(key=file.stem, **parts, by=By("system:setup"), at=at)


def _check(key: str, content: Mapping[str, Any], inputs: Mapping[str, str], tests: Sequence[Mapping[str, Any]]) -> None:
    tried = try_tests(key=key, content=content, inputs=inputs, tests=tests)
    known = offered(key)
    if known and (wrong := {name: kind for name, kind in inputs.items() if known.get(name) != kind}):
        raise InputsUnknown(wrong, known)
    if not tried:
        raise TableUntested(TableUntested.__doc__)
    for each in tried:
        if not each.is_passed:
            raise TestCaseFailed(each.name, each.expected, each.found)


def _tried(table: Table, name: str, test: Mapping[str, Any]) -> Tried:
    expected = test.get("expect", {})
    try:
        found = table.answer(test.get("inputs", {}))
    except (InputsWrong, DecisionUndecided, ExpressionFailed) as error:
        return Tried(name, expected, str(error), is_passed=False)
    return Tried(name, expected, str(found), is_passed=found == expected)
