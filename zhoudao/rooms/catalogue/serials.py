"""How serial numbers of a product look."""

import re

from zhoudao.rooms.catalogue.refusals import PatternUnsound

_PATTERN = re.compile(r"[A-Z0-9*-]{0,40}")
_LETTERS = {"A": "[A-Z]", "9": "[0-9]", "*": "[A-Z0-9]", "-": ""}


def pattern_of(text: str) -> str:
    """A pattern as it is kept: A a letter, 9 a digit, * either; anything else is itself, strokes count for nothing.

    Raises: PatternUnsound
    """
    plain = text.strip().upper()
    if not _PATTERN.fullmatch(plain):
        raise PatternUnsound
    return plain


def fits(pattern: str, serial_key: str) -> bool:
    """Whether a serial number, as it is compared, looks like this; without a pattern any does.

    >>> fits("WM-99AA*", "WM12KX7"), fits("WM-99AA*", "WM1XKX7"), fits("", "X1")
    (True, False, True)
    """
    if not pattern:
        return True
    wanted = "".join(_LETTERS.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(wanted, serial_key) is not None
