"""A text as the emotion's weights see it: folded, digits alike, cut into hashed pieces of one to three characters."""

import zlib
from dataclasses import dataclass

from zhoudao.kit.text import fold

BITS = 18
LONGEST = 500  # characters that are read: who is angry says so at the beginning
_MASK = (1 << BITS) - 1


class _Folding(dict[str, str]):
    """Character by character, so that every piece of the folded text knows where it came from."""

    def __missing__(self, character: str) -> str:
        folded = fold(character)
        if len(self) < 20_000:
            self[character] = folded
        return folded


_folding = _Folding()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, the place in the original."""

    text: str
    places: tuple[int, ...]


def folded(text: str) -> Folded:
    """One form for all ways to write the same; runs of digits and of spaces become one `0` and one space."""
    parts: list[str] = []
    places: list[int] = []
    last = ""
    for place, character in enumerate(text[:LONGEST]):
        for one in _folding[character]:
            kept = "0" if one.isdigit() else " " if one.isspace() else one
            if kept == last and kept in "0 ":
                continue
            parts.append(kept)
            places.append(place)
            last = kept
    return Folded("".join(parts), tuple(places))


def pieces(text: str) -> dict[int, tuple[int, int]]:
    """The distinct hashed grams of a folded text, each with (first place, length)."""
    found: dict[int, tuple[int, int]] = {}
    for length in (1, 2, 3):
        for place in range(len(text) - length + 1):
            found.setdefault(zlib.crc32(text[place : place + length].encode()) & _MASK, (place, length))
    return found
