"""Publishing decision tables."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from zhoudao.engines.decisions.expressions import ExpressionFailed
from zhoudao.engines.decisions.tables import TableInvalid, compiled
from zhoudao.ground.decisions.inputs import TYPES, InputsWrong
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.decisions.queries import DecisionUndecided, Table
from zhoudao.ground.eventlog.recording import By


class TableUntested(Exception):
    """A decision table is published with at least one test case."""


class TestCaseFailed(Exception):
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
) -> DecisionVersion:
    """This will run the test cases `[{name, inputs, expect}]` and make the table the live one.

    Content that is live already stays as it is.

    Raises: TableInvalid, TableUntested, TestCaseFailed
    """
    _check(key, content, inputs, tests)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"decision:{key}"])
    live = DecisionVersion.objects.filter(key=key, is_live=True).first()
    if live and (live.content, live.inputs, live.tests) == (content, inputs, list(tests)):
        return live
    last = DecisionVersion.objects.filter(key=key).aggregate(last=Max("version"))["last"] or 0
    DecisionVersion.objects.filter(key=key, is_live=True).update(is_live=False)
    return DecisionVersion.objects.create(
        key=key,
        version=last + 1,
        content=dict(content),
        inputs=dict(inputs),
        tests=list(tests),
        is_live=True,
        published_at=at,
        published_by=by.actor,
    )


def ensure_published(folder: Path, *, at: datetime) -> None:
    """This will publish the tables of a folder (`<key>.json`) that nobody has published yet."""
    for file in sorted(folder.glob("*.json")):
        if not DecisionVersion.objects.filter(key=file.stem).exists():
            stored = json.loads(file.read_text("utf-8"))
            parts = {name: stored[name] for name in ("content", "inputs", "tests")}
            publish(key=file.stem, **parts, by=By("system:setup"), at=at)


def _check(key: str, content: Mapping[str, Any], inputs: Mapping[str, str], tests: Sequence[Mapping[str, Any]]) -> None:
    if wrong := [name for name, kind in inputs.items() if kind not in TYPES]:
        raise TableInvalid(f"These inputs have no known type: {', '.join(wrong)}.")
    if not tests:
        raise TableUntested(TableUntested.__doc__)
    text = json.dumps(content)
    compiled(text)
    table = Table(key, 0, text, inputs)
    for number, test in enumerate(tests, start=1):
        _run(table, str(test.get("name") or number), test)


def _run(table: Table, name: str, test: Mapping[str, Any]) -> None:
    expected = test.get("expect", {})
    try:
        found = table.answer(test.get("inputs", {}))
    except (InputsWrong, DecisionUndecided, ExpressionFailed) as error:
        raise TestCaseFailed(name, expected, str(error)) from error
    if found != expected:
        raise TestCaseFailed(name, expected, str(found))
