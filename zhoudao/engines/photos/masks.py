"""What the serial numbers of a product look like: a mask, sign by sign.

`#` is a digit, `A` a letter, `*` either, `=` the check sign of all before it; every other letter or digit is itself,
and one behind an apostrophe too (`'A` is the letter A). Strokes, points and spaces are not compared. Up to five masks,
with `|` between them. A mask is compared once from its start to its end: nothing in it repeats.

Source: ISO/IEC 7064, MOD 37,36 (the check sign).
"""

from zhoudao.kit.frozen import frozen

LONGEST, MOST_MASKS = 120, 5
LEAST_SIGNS, MOST_SIGNS, _LEAST_OPEN = 4, 40, 3
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIGNS = _DIGITS + _LETTERS
_OPEN = {"#": frozenset(_DIGITS), "A": frozenset(_LETTERS), "*": frozenset(_SIGNS), "=": frozenset(_SIGNS)}
_BETWEEN = frozenset("-–./_ :")


class MaskUnsound(ValueError):
    """A pattern has 4 to 40 signs, three of them open: # a digit, A a letter, * either, = a check sign at its end."""


@frozen
class Mask:
    """What may stand at each place of a serial number; `is_checked`: its last sign confirms the others."""

    places: tuple[frozenset[str], ...]
    is_checked: bool = False

    def fits(self, key: str) -> bool:
        """Whether a serial number (capitals and digits only) is one of these, its check sign included."""
        if len(key) != len(self.places) or not all(sign in place for sign, place in zip(key, self.places, strict=True)):
            return False
        return not self.is_checked or check_sign(key[:-1]) == key[-1]


def masks_in(text: str) -> tuple[Mask, ...]:
    """The masks somebody wrote, none where nothing was written. Raises: MaskUnsound."""
    if not text.strip():
        return ()
    parts = text.strip().split("|")
    if len(text) > LONGEST or len(parts) > MOST_MASKS:
        raise MaskUnsound(MaskUnsound.__doc__)
    return tuple(_mask(part) for part in parts)


def check_sign(key: str) -> str:
    """The check sign behind capitals and digits.

    >>> check_sign("G123489654321")
    'Y'
    """
    rest = 36
    for sign in key:
        rest = (rest + _SIGNS.index(sign)) % 36 or 36
        rest = rest * 2 % 37
    return _SIGNS[(37 - rest) % 36]


def _mask(text: str) -> Mask:
    places: list[frozenset[str]] = []
    is_own = False
    for sign in text.strip():
        if sign == "'" and not is_own:
            is_own = True
            continue
        if is_own or sign not in _BETWEEN:
            places.append(_place(sign, is_own=is_own))
        is_own = False
    checked = "=" in text
    is_sound = LEAST_SIGNS <= len(places) <= MOST_SIGNS and sum(len(one) > 1 for one in places) >= _LEAST_OPEN
    if is_own or not is_sound or (checked and (text.count("=") > 1 or not text.rstrip().endswith("="))):
        raise MaskUnsound(MaskUnsound.__doc__)
    return Mask(tuple(places), checked)


def _place(sign: str, *, is_own: bool) -> frozenset[str]:
    if not is_own and sign in _OPEN:
        return _OPEN[sign]
    if sign.upper() not in _SIGNS:
        raise MaskUnsound(MaskUnsound.__doc__)
    return frozenset(sign.upper())
