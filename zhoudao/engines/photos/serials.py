"""Which serial number a photo shows, if that can be known: a code that fits the product's mask; or print that the
register or a check sign confirms. Everything else is asked.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod

from zhoudao.engines.photos.confusing import PRINTED, fold
from zhoudao.engines.photos.found import Code, Found, Line
from zhoudao.engines.photos.masks import Mask
from zhoudao.kit.frozen import frozen
from zhoudao.kit.gs1 import read_elements

CODE, REGISTERED, CHECKED = "code", "registered", "checked"  # what confirmed it
NOTHING, UNCONFIRMED, AMBIGUOUS, NO_PATTERN = "nothing", "unconfirmed", "ambiguous", "no_pattern"
SURE_ENOUGH = 0.8  # of each sign that is read off print and has none that looks like it
_NOT_OTHERWISE = 0.9  # a sign as sure as this that may stand where it does is not one that looks like it
_GOODS = ("EAN", "UPC", "ISBN", "DataBar", "ITF")  # codes that say what something is, not which one
_PIECES = re.compile(r"[^A-Za-z0-9-]+")
_BEFORE = re.compile(r"^(?:SERIAL(?:NO|NUMBER)?|S/?N(?:O)?|序列号|序號|机身号|機身號)[:.]?", re.IGNORECASE)
_SIGN = re.compile(r"[A-Z0-9]")
_MOST_WAYS = 4_096
_ALIKE = {sign: frozenset(other for other in PRINTED if PRINTED[other] == PRINTED[sign]) for sign in PRINTED}


@frozen
class Numbered:
    """A product of which this may be a photo: its masks; `known` gives the registered numbers (capitals and digits)
    that are folded like the one it is asked for.
    """

    sku: str
    masks: tuple[Mask, ...]
    known: Callable[[str], Sequence[str]]


@frozen
class Serial:
    """The number, of which product, and what confirmed it; or empty, with why. `offered`: what was read, where it fits
    a mask and nothing confirms it: to be asked, never to be taken.
    """

    key: str = ""
    sku: str = ""
    how: str = ""
    why: str = ""
    offered: str = ""


@frozen
class _Read:
    """Letters that may be a number, and how sure each of them is."""

    key: str
    sure: tuple[float, ...]


def serial_on(found: Found, products: Sequence[Numbered]) -> Serial:
    """The one serial number on a photo of one of these products."""
    sure = {(one.key, one.sku): one for one in _of_codes(found.codes, products)}
    print_only: set[str] = set()
    for each in _of_lines(found.lines, products):
        if each.key:
            sure.setdefault((each.key, each.sku), each)
        else:
            print_only.add(each.offered)
            if each.why == AMBIGUOUS and not sure:
                return each
    if len(sure) == 1:
        return next(iter(sure.values()))
    if sure:
        return Serial(why=AMBIGUOUS)
    if print_only:
        offered = print_only.pop() if len(print_only) == 1 else ""
        return Serial(why=UNCONFIRMED, offered=offered)
    return Serial(why=NOTHING if any(one.masks for one in products) else NO_PATTERN)


def _of_codes(codes: Sequence[Code], products: Sequence[Numbered]) -> Iterator[Serial]:
    for code in codes:
        if not code.kind.startswith(_GOODS):
            for key in _keys_in(code.text):
                for one in products:
                    if any(mask.fits(key) for mask in one.masks) or key in one.known(fold(key)):
                        yield Serial(key, one.sku, CODE)


def _keys_in(text: str) -> set[str]:
    """What of a code may be a serial number: all of it, its pieces (an address with one in it), the piece GS1 names."""
    elements = read_elements(text)
    pieces = [elements.serial] if elements and elements.serial else [text, *_PIECES.split(text)[:40]]
    keys = {_key(piece) for piece in pieces}
    return {key for key in keys if 4 <= len(key) <= 40}


def _of_lines(lines: Sequence[Line], products: Sequence[Numbered]) -> Iterator[Serial]:
    for line in lines:
        for one in products:
            for mask in one.masks:
                for read in reads_in(line, len(mask.places)):
                    if _may_fit(read.key, mask):
                        yield _confirmed(read, mask, one)


def _confirmed(read: _Read, mask: Mask, one: Numbered) -> Serial:
    known = {key for key in one.known(fold(read.key)) if mask.fits(key)}
    ways = set(_ways(read.key, mask)) if mask.is_checked else set()
    found, how = (known, REGISTERED) if known else (ways, CHECKED)
    if len(found) > 1:
        return Serial(why=AMBIGUOUS)
    only = next(iter(found), "")
    if only and _is_believed(read, only, mask, how):
        return Serial(only, one.sku, how)
    return Serial(why=UNCONFIRMED, offered=read.key if mask.fits(read.key) else "")


def _is_believed(read: _Read, key: str, mask: Mask, how: str) -> bool:
    """Whether what was read may be this number: no sign is unsure that nothing looks like; and where only the register
    confirms it, none that may stand where it does was read surely as another.
    """
    for was, sign, sure, place in zip(read.key, key, read.sure, mask.places, strict=True):
        if was == sign and sure < SURE_ENOUGH and was not in _ALIKE:
            return False
        if how == REGISTERED and was != sign and was in place and sure >= _NOT_OTHERWISE:
            return False
    return True


def _may_fit(key: str, mask: Mask) -> bool:
    return all(_may_be(sign) & place for sign, place in zip(key, mask.places, strict=True))


def _may_be(sign: str) -> frozenset[str]:
    return _ALIKE.get(sign, frozenset(sign))


def _ways(key: str, mask: Mask) -> Iterator[str]:
    """Every number this may be that the check sign confirms; more ways than are counted are no way."""
    choices = [sorted(_may_be(sign) & place) for sign, place in zip(key, mask.places, strict=True)]
    if prod(map(len, choices)) <= _MOST_WAYS:
        yield from (way for way in map("".join, product(*choices)) if mask.fits(way))


def reads_in(line: Line, signs: int) -> Iterator[_Read]:
    """The runs of so many letters and digits of a line that begin and end where a piece does."""
    text = unicodedata.normalize("NFKC", line.text).upper()
    start = _BEFORE.match(text.replace(" ", "")) if text else None
    begun = _behind(text, len(start[0])) if start else 0
    places = [at for at in range(begun, len(text)) if _SIGN.match(text[at])]
    sure = _sure(line, text)
    for first in range(len(places) - signs + 1):
        run = places[first : first + signs]
        if _is_edge(text, run[0] - 1, begun) and _is_edge(text, run[-1] + 1, begun):
            yield _Read("".join(text[at] for at in run), tuple(sure[at] for at in run))


def _behind(text: str, count: int) -> int:
    """Where the sign behind so many that are no spaces stands."""
    seen = 0
    for at, sign in enumerate(text):
        if seen == count:
            return at
        seen += sign != " "
    return len(text)


def _is_edge(text: str, at: int, begun: int) -> bool:
    return at < begun or at >= len(text) or not _SIGN.match(text[at])


def _sure(line: Line, text: str) -> list[float]:
    """How sure each letter is; of all what the line is, where they were not told apart."""
    each = iter(line.signs)
    if len(line.signs) != sum(sign != " " for sign in text):
        return [line.confidence] * len(text)
    return [1.0 if sign == " " else next(each) for sign in text]


def _key(text: str) -> str:
    return "".join(_SIGN.findall(unicodedata.normalize("NFKC", text[:400]).upper()))
