"""The part of a text where something was found, with what was found marked."""

import re
from collections.abc import Sequence

from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import fold

_AROUND = 48
_BLANKS = re.compile(r"\s+")


@frozen
class Piece:
    """A stretch of an excerpt; `is_found` where it is one of the terms."""

    text: str
    is_found: bool = False


def excerpt(text: str, wanted: Sequence[str], longest: int = 160) -> list[Piece]:
    """The text around the first term, at most so long (and two ellipses), every term in it marked."""
    folded, places = _folded(text[:20_000])
    first = min((place for term in wanted if (place := folded.find(term)) >= 0), default=0)
    if not places:
        return []
    start = max(0, places[first] - _AROUND) if places[first] > longest - _AROUND else 0
    return _clean(_marked(text[start : start + longest], wanted), start > 0, len(text) > start + longest)


def _folded(text: str) -> tuple[str, list[int]]:
    """A folded text, and for each of its characters the place of the one it comes from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, list(range(len(text)))
    pieces = [fold(character) for character in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def _marked(text: str, wanted: Sequence[str]) -> list[Piece]:
    folded, places = _folded(text)
    if not wanted or not places:
        return [Piece(text)]
    either = re.compile("|".join(re.escape(term) for term in sorted(wanted, key=len, reverse=True)))
    pieces, done = [], 0
    for found in either.finditer(folded):
        start, end = places[found.start()], places[found.end() - 1] + 1
        pieces += [Piece(text[done:start]), Piece(text[start:end], is_found=True)]
        done = end
    return [*pieces, Piece(text[done:])]


def _clean(pieces: list[Piece], is_cut_before: bool, is_cut_after: bool) -> list[Piece]:
    """On one line, without empty stretches, an ellipsis where the text goes on."""
    shown = [Piece(_BLANKS.sub(" ", piece.text), piece.is_found) for piece in pieces]
    shown = [Piece("…"), *shown] if is_cut_before else shown
    shown = [*shown, Piece("…")] if is_cut_after else shown
    return [piece for piece in shown if piece.text]
