"""GS1 element strings, as they stand in DataMatrix, QR and GS1-128 barcodes: which item, which batch, which piece.

Read as printed for people, `(01)06901234567892(10)L123`, and as scanners send them, with FNC1 (as the character 29)
behind what has no fixed length. A scanner that leaves FNC1 out is understood only where nothing follows such a part.

Source: GS1 General Specifications, release 24, sections 3 and 7.8.
"""

import re
from itertools import pairwise

from zhoudao.kit.frozen import frozen

FNC1 = "\x1d"
LONGEST, _MOST = 200, 16  # characters, elements: more is no label of goods
_FIXED = {"00": 18, "01": 14, "02": 14, "20": 2} | dict.fromkeys(("11", "12", "13", "15", "16", "17"), 6)
_UPTO = {
    "10": 20, "21": 20, "22": 20, "235": 28, "240": 30, "241": 30, "242": 6, "243": 20, "250": 30, "251": 30,
    "254": 20, "30": 8, "37": 8, "400": 30, "401": 30, "403": 30, "710": 20, "711": 20, "712": 20, "713": 20, "714": 20,
    "90": 30,
}  # fmt: skip
_UPTO |= {str(number): 90 for number in range(91, 100)}
_DATES, _DIGITS = frozenset(("11", "12", "13", "15", "16", "17")), frozenset((*_FIXED, "242", "30", "37"))
_SYMBOLOGY = re.compile(r"\](?:C1|d2|e0|Q3|J1)")
_VALUE = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
_PRINTED = re.compile(r"\((\d{2,4})\)")


@frozen
class Elements:
    """What a label says. `expires` is as it stands there (YYMMDD; day 00 is the month's last)."""

    gtin: str = ""
    batch: str = ""
    serial: str = ""
    expires: str = ""


def read_elements(text: str) -> Elements | None:
    """What an element string says; None where it is none, or a broken one.

    >>> read_elements("(01)06901234567892(17)261130(10)L-12")
    Elements(gtin='06901234567892', batch='L-12', serial='', expires='261130')
    """
    if len(text) > LONGEST:
        return None
    plain = (
        _SYMBOLOGY.sub("", text.strip(" \t\r\n"), count=1) if text.lstrip().startswith("]") else text.strip(" \t\r\n")
    )
    parts = _printed(plain) if plain.startswith("(") else _sent(plain.removeprefix(FNC1))
    if parts is None or not all(_is_sound(ai, value) for ai, value in parts):
        return None
    said = dict(parts)
    if len(parts) > _MOST or any(said[ai] != value for ai, value in parts) or not {"01", "10", "21"} & said.keys():
        return None
    return Elements(said.get("01", ""), said.get("10", ""), said.get("21", ""), said.get("17", ""))


def barcodes_of(gtin: str) -> list[str]:
    """The ways a trade item's number stands on goods: of 14 digits, and without the zeros in front of 13, 12 or 8."""
    return [gtin[14 - length :] for length in (14, 13, 12, 8) if not gtin[: 14 - length].strip("0")]


def has_check_digit(number: str) -> bool:
    """Whether the last digit is the check digit of those before it.

    >>> has_check_digit("6901234567892"), has_check_digit("6901234567893")
    (True, False)
    """
    if not (number.isascii() and number.isdigit()):
        return False
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return weighed % 10 == 0


def _printed(text: str) -> list[tuple[str, str]] | None:
    marks = list(_PRINTED.finditer(text))
    if not marks or marks[0].start() != 0 or len(marks) > _MOST:
        return None
    ends = [after.start() for _one, after in pairwise(marks)] + [len(text)]
    return [(mark[1], text[mark.end() : end].strip(f" {FNC1}")) for mark, end in zip(marks, ends, strict=True)]


def _sent(text: str) -> list[tuple[str, str]] | None:
    parts: list[tuple[str, str]] = []
    while text and len(parts) <= _MOST:
        ai = next((text[:size] for size in (2, 3) if text[:size] in _FIXED or text[:size] in _UPTO), None)
        if ai is None:
            return None
        rest = text[len(ai) :]
        end = _FIXED.get(ai) or (rest.index(FNC1) if FNC1 in rest else len(rest))
        parts.append((ai, rest[:end]))
        text = rest[end:].removeprefix(FNC1)
    return parts if parts and not text else None


def _is_sound(ai: str, value: str) -> bool:
    if ai not in _FIXED and ai not in _UPTO:
        return False
    if not _VALUE.fullmatch(value) or (ai in _DIGITS and not value.isdigit()):
        return False
    if ai in ("00", "01", "02"):
        return len(value) == _FIXED[ai] and has_check_digit(value)
    if ai in _DATES:
        return len(value) == _FIXED[ai] and 1 <= int(value[2:4]) <= 12 and int(value[4:]) <= 31  # months, days
    return len(value) == _FIXED[ai] if ai in _FIXED else len(value) <= _UPTO[ai]
