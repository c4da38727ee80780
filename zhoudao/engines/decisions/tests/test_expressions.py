"""Expressions: what they read, what they give, and what is kept from them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from zhoudao.engines.decisions.expressions import ExpressionFailed, ExpressionInvalid, evaluate, fault, names


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("a > 1 and b.c == 'x'", {"a", "b"}),
        ("map(items as i, i.x + y)", {"items", "y"}),
        ("filter(lines, #.price > limit)", {"lines", "limit"}),
        ("{key: value, 'other': more}", {"value", "more"}),
        ("ok ? yes : no", {"ok", "yes", "no"}),
        ("`Dear ${customer.name}`", {"customer"}),
        ("x = 1; x + z", {"z"}),
        ("$root.m", {"m"}),
        ("tier in ['urgent', other]", {"tier", "other"}),
        ("len(lines) > 0 and not done", {"lines", "done"}),
        ("d(created).add('1d')", {"created"}),
        ("true and null == false", set()),
    ],
)
def test_the_fields_an_expression_reads(expression: str, read: set[str]) -> None:
    assert names(expression) == read


def test_values_come_back_as_we_write_them() -> None:
    assert evaluate("x", {"x": 12900}) == 12900
    assert isinstance(evaluate("x + 1", {"x": 1}), int)
    assert evaluate("[x, y]", {"x": Decimal("1.5"), "y": (1, 2)}) == [1.5, [1, 2]]
    assert evaluate("at", {"at": datetime(2026, 1, 1, tzinfo=UTC)}) == "2026-01-01T00:00:00+00:00"
    assert evaluate("missing == null", {}) is True


@pytest.mark.parametrize("expression", ["", "a >", "a b", "foo(1)", "(" * 61 + "1" + ")" * 61, "1 + " * 2000 + "1"])
def test_what_cannot_be_read_is_refused_in_our_words(expression: str) -> None:
    said = fault(expression)
    assert said
    assert "backtrace" not in said
    with pytest.raises(ExpressionInvalid):
        evaluate(expression, {})


@pytest.mark.parametrize("expression", ["rand(10)", "d() > x", "date('now')", "`${rand(3)}`", "[1, rand(2)]"])
def test_chance_and_the_clock_are_passed_in_never_asked(expression: str) -> None:
    assert "pass the value in" in (fault(expression) or "")


@pytest.mark.parametrize("data", [{}, {"a": "text"}, {"a": float("nan")}, {"a": object()}])
def test_a_value_that_does_not_fit_is_a_fault_not_a_no(data: dict[str, object]) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        evaluate("a > 1", data)
    assert "backtrace" not in str(failure.value)
