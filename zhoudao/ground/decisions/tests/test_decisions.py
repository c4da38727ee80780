"""Publishing a table and asking it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.engines.decisions.tables import TableInvalid
from zhoudao.ground.decisions.commands import TableUntested, TestCaseFailed, publish
from zhoudao.ground.decisions.inputs import InputsWrong
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.decisions.queries import DecisionNotFound, DecisionUndecided, decide
from zhoudao.ground.eventlog.recording import By

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _refund_table(limit: int = 500) -> dict[str, Any]:
    return {
        "hitPolicy": "first",
        "inputs": [{"id": "a", "name": "amount", "field": "amount"}],
        "outputs": [{"id": "w", "name": "who", "field": "who"}],
        "rules": [
            {"_id": "1", "a": f"<= {limit}", "w": "'agent'"},
            {"_id": "2", "a": f"({limit}..9999]", "w": "'lead'"},
        ],
    }


def _publish(content: dict[str, Any], *, expect: str = "agent", **parts: Any) -> DecisionVersion:
    tests = [{"name": "a small refund", "inputs": {"amount": 20}, "expect": {"who": expect}}]
    given = {"inputs": {"amount": "number"}, "tests": tests} | parts
    return publish(key="refund.approver", content=content, by=By("user:wang"), at=AT, **given)


def test_the_live_table_answers_and_says_which_version_it_is() -> None:
    _publish(_refund_table())
    assert decide("refund.approver", {"amount": 800}).values == {"who": "lead"}
    second = _publish(_refund_table(1000))
    answer = decide("refund.approver", {"amount": 800})
    assert (answer.values, answer.version) == ({"who": "agent"}, second.version)
    assert second.version == 2


def test_publishing_the_same_table_again_makes_no_new_version() -> None:
    first = _publish(_refund_table())
    assert _publish(_refund_table()).id == first.id


def test_asking_a_known_version_costs_one_statement() -> None:
    _publish(_refund_table())
    decide("refund.approver", {"amount": 1})
    with CaptureQueriesContext(connection) as asked:
        decide("refund.approver", {"amount": 2})
    assert len(asked) == 1


def test_a_failing_test_case_is_named_and_nothing_changes() -> None:
    _publish(_refund_table())
    with pytest.raises(TestCaseFailed, match="a small refund"):
        _publish(_refund_table(1000), expect="lead")
    assert decide("refund.approver", {"amount": 800}).version == 1


def test_a_table_without_test_cases_is_not_published() -> None:
    with pytest.raises(TableUntested):
        _publish(_refund_table(), tests=[])


def test_a_table_with_a_cell_that_cannot_be_read_is_not_published() -> None:
    broken = _refund_table() | {"rules": [{"_id": "1", "a": "<= (", "w": "'agent'"}]}
    with pytest.raises((TableInvalid, TestCaseFailed)):
        _publish(broken)


@pytest.mark.parametrize("inputs", [{}, {"amount": 1, "colour": "red"}, {"amount": "much"}, {"amount": True}], ids=str)
def test_it_must_be_asked_with_what_it_declares(inputs: dict[str, object]) -> None:
    _publish(_refund_table())
    with pytest.raises(InputsWrong):
        decide("refund.approver", inputs)


def test_no_row_that_fits_is_said_so_and_never_guessed() -> None:
    _publish(_refund_table())
    with pytest.raises(DecisionUndecided):
        decide("refund.approver", {"amount": 100_000})


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(DecisionNotFound, match="no\\.such"):
        decide("no.such", {})
