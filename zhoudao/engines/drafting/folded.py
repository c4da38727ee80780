"""A text in one way of writing, each of whose characters knows where it came from."""

import re
from collections.abc import Iterator

from zhoudao.engines.drafting.facts import LONGEST, Span
from zhoudao.kit.text import fold

_KNOWN: dict[str, str] = {}
_END = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))|[;:。、，；!?！？\n…]|\.{2,}|\.(?=\s|$)")
_LONG = 160  # characters of a clause; whoever speaks without a stop is cut here


class Folded:
    """`text` is folded; `free` marks what nobody has read yet."""

    def __init__(self, original: str) -> None:
        parts: list[str] = []
        self.places: list[int] = []
        self.original = original[:LONGEST]
        for place, character in enumerate(self.original):
            folded = _folded(character)
            parts.append(folded)
            self.places += [place] * len(folded)
        self.text = "".join(parts)
        self.free = bytearray(b"\1" * len(self.text))

    def span(self, start: int, end: int) -> Span:
        """Where a piece of the folded text stands in the original."""
        if start >= end:
            return Span(0, 0)
        return Span(self.places[start], self.places[end - 1] + 1)

    def written(self, start: int, end: int) -> str:
        """A piece as it was written."""
        span = self.span(start, end)
        return self.original[span.start : span.end]

    def take(self, start: int, end: int) -> None:
        """This will mark a piece as read."""
        self.free[start:end] = bytes(end - start)

    def is_free(self, start: int, end: int) -> bool:
        """Whether nobody has read any of it."""
        return all(self.free[start:end])

    def clauses(self) -> Iterator[tuple[int, int]]:
        """What stands between stops, never longer than a breath; what was read already is a stop."""
        start = 0
        while start < len(self.text):
            found = _END.search(self.text, start, start + _LONG)
            end = found.start() if found else min(len(self.text), start + _LONG)
            yield from self._unread(start, end)
            start = found.end() if found else end

    def _unread(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        place = start
        while place < end:
            taken = self.free.find(0, place, end)
            stop = end if taken < 0 else taken
            if stop > place:
                yield place, stop
            following = self.free.find(1, stop, end)
            place = end if following < 0 else following


def _folded(character: str) -> str:
    known = _KNOWN.get(character)
    if known is None:
        known = " " if character.isspace() and character != "\n" else fold(character)
        if len(_KNOWN) < 20_000:
            _KNOWN[character] = known
    return known
