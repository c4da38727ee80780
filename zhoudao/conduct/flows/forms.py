"""What people fill in: checked against what the step declares."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any

from zhoudao.conduct.flows.refusals import FormIncomplete
from zhoudao.engines.bpmn.graph import Field

_YES, _NO = {"true", "on", "yes", "1"}, {"false", "off", "no", "0", ""}
_LONGEST = 20_000
# what whoever does a step that a bend put in may say of it
ADDED_FORM = (Field("came_of_it", "text", {"zh-Hans": "结果", "zh-Hant": "結果", "en": "What came of it"}),)
_MEANT = {"confirm", "signature", "file"}  # of these the flow knows whether they are there; the rest is a message
_TICKED = _MEANT | {"boolean"}


def read_form(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by their declared types; HTML forms send text, programs send JSON, both are read.

    Raises: FormIncomplete
    """
    faults = {name: "undeclared" for name in given if name not in {field.name for field in fields}}
    values: dict[str, Any] = {}
    for field in fields:
        try:
            if (value := _value(field, given.get(field.name))) is not None:
                values[field.name] = value
        except _Faulty as fault:
            faults[field.name] = str(fault)
    if faults:
        raise FormIncomplete(faults)
    return values


class _Faulty(Exception):
    """This field is not filled in properly."""


def _value(field: Field, given: object) -> Any:
    if given is None or given == [] or (isinstance(given, str) and not given.strip()):
        if field.required:
            raise _Faulty("missing")
        return False if field.type in _TICKED else None
    try:
        value = _READ.get(field.type, _text)(given)
    except (ValueError, TypeError) as error:
        raise _Faulty(f"not_{field.type}") from error
    if field.required and field.type in _MEANT and value is not True:
        raise _Faulty("missing")
    if field.options and not set(_listed(value)) <= set(field.options):
        raise _Faulty("not_an_option")
    return value


def _listed(value: object) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value)]


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError
    return value.strip()


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    number = float(value)
    if not isfinite(number):
        raise ValueError
    return int(number) if number.is_integer() else number


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        raise ValueError
    return word in _YES


def _date(value: object) -> str:
    return date.fromisoformat(_text(value)).isoformat()


def _list(value: object) -> list[Any]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise TypeError
    return value


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


_READ: dict[str, Callable[[object], Any]] = {
    "number": _number,
    "boolean": _boolean,
    "confirm": _boolean,
    "signature": _boolean,
    "file": _boolean,
    "date": _date,
    "list": _list,
    "object": _object,
}
