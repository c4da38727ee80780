"""zen expressions behind one narrow gate: bounded, pure, compiled once, with errors in our own words."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import zen

from zhoudao.engines.decisions.names import impure, scan

MAX_LENGTH = 4_000
MAX_DEPTH = 60


class ExpressionInvalid(Exception):
    """The expression cannot be read."""


class ExpressionFailed(Exception):
    """The expression could not be worked out with these values."""


def fault(expression: str) -> str | None:
    """What keeps the expression from being read, or nothing."""
    try:
        compiled(expression)
    except ExpressionInvalid as error:
        return str(error)
    return None


def names(expression: str) -> frozenset[str]:
    """The fields the expression reads: the first name of every path. Raises: ExpressionInvalid."""
    compiled(expression)
    return scan(expression)


def evaluate(expression: str, data: Mapping[str, object]) -> object:
    """Its value; whole numbers come back as int, times as ISO text. Raises: ExpressionInvalid, ExpressionFailed."""
    program = compiled(expression)
    try:
        return plain(program.evaluate(json.dumps(data, default=jsonable, allow_nan=False)))
    except (RuntimeError, TypeError, ValueError) as error:
        raise ExpressionFailed(f"{expression}: {said(error)}") from error


@lru_cache(maxsize=4096)
def compiled(expression: str) -> Any:
    """The compiled program, kept. Raises: ExpressionInvalid."""
    if len(expression) > MAX_LENGTH:
        raise ExpressionInvalid(f"it is longer than {MAX_LENGTH} characters")
    if _depth(expression) > MAX_DEPTH:
        raise ExpressionInvalid(f"brackets are nested more than {MAX_DEPTH} deep")
    if found := impure(expression):
        raise ExpressionInvalid(f"{found} depends on chance or the clock; pass the value in")
    try:
        return zen.compile_expression(expression)
    except RuntimeError as error:
        raise ExpressionInvalid(said(error)) from error


def plain(value: object) -> object:
    """zen counts in floats: whole ones become int again, all the way down."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return {key: plain(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def said(error: BaseException) -> str:
    """zen's own words without its stack trace and JSON."""
    text = str(error).split("\n\nStack backtrace")[0].strip()
    sources = re.findall(r'"source":"((?:[^"\\]|\\.)*)"', text)
    return str(sources[-1] if sources else text)[:200]


def _depth(expression: str) -> int:
    deepest = depth = 0
    for sign in expression:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def jsonable(value: object) -> object:
    """What `json` cannot write by itself: times as ISO text, decimals as numbers."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be used in an expression")
