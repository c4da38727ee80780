"""Typed values of a specification: read from what people write, and shown to them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import get_language, pgettext

from zhoudao.kit.languages import pick
from zhoudao.rooms.catalogue.models import Attribute, Typed, Values
from zhoudao.rooms.catalogue.refusals import ValueUnsound

_LONGEST, _LARGEST = 200, Decimal(10) ** 12
_YES = frozenset(["yes", "true", "1", "是", "有", "y"])
_NO = frozenset(["no", "false", "0", "否", "无", "無", "没有", "沒有", "n"])
Value = float | bool | str


def read_value(attribute: Attribute, written: object) -> Value | None:
    """The value somebody wrote, by the attribute's type; None where nothing is said. A choice is written as its code or
    its name in any language, a number with or without the unit.

    Raises: ValueUnsound
    """
    text = str(written if written is not None else "").strip()
    if not text:
        return None
    if attribute.typed == Typed.NUMBER:
        return _number(attribute, text)
    if attribute.typed == Typed.FLAG:
        return _flag(attribute, text)
    if attribute.typed == Typed.CHOICE:
        return _choice(attribute, text)
    if len(text) > _LONGEST or "\0" in text:
        raise ValueUnsound(f"{attribute.code}: {text[:40]!r}")
    return text


def read_values(attributes: Iterable[Attribute], written: Mapping[str, object]) -> Values:
    """All that was written, by attribute code; what the kind does not tell of is refused.

    Raises: ValueUnsound
    """
    known = {one.code: one for one in attributes}
    strange = sorted(code for code, text in written.items() if code not in known and str(text or "").strip())
    if strange:
        raise ValueUnsound(", ".join(strange))
    found = {code: read_value(known[code], text) for code, text in written.items() if code in known}
    return {code: value for code, value in found.items() if value is not None}


def shown(attribute: Attribute, value: Value | None) -> str:
    """A value in the reader's language, with its unit; what is unknown is a dash."""
    if value is None:
        return "–"
    if attribute.typed == Typed.FLAG:
        return pgettext("specification", "Yes") if value else pgettext("specification", "No")
    if attribute.typed == Typed.CHOICE:
        return pick(attribute.choices.get(str(value), {}), get_language()) or str(value)
    return f"{value} {attribute.unit}".strip() if attribute.typed == Typed.NUMBER else str(value)


def _number(attribute: Attribute, text: str) -> Value:
    plain = text.removesuffix(attribute.unit).strip().replace(",", "") if attribute.unit else text.replace(",", "")
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise ValueUnsound(f"{attribute.code}: {text[:40]!r}") from error
    if not number.is_finite() or abs(number) > _LARGEST:
        raise ValueUnsound(f"{attribute.code}: {text[:40]!r}")
    return int(number) if number == number.to_integral_value() else float(number)


def _flag(attribute: Attribute, text: str) -> bool:
    plain = text.lower()
    if plain not in _YES | _NO:
        raise ValueUnsound(f"{attribute.code}: {text[:40]!r}")
    return plain in _YES


def _choice(attribute: Attribute, text: str) -> str:
    plain = text.casefold()
    for code, names in attribute.choices.items():
        if plain == code.casefold() or plain in {name.casefold() for name in names.values()}:
            return str(code)
    raise ValueUnsound(f"{attribute.code}: {text[:40]!r}")
