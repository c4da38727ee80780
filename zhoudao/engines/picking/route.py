"""A walk through aisles that are open at both ends.

A place's name is zone, aisle and shelf, as `A-03-12`; what is missing counts as nothing. Aisles lie side by side in the
order of their names, shelves one behind the other from the front, where the walk begins and ends.

Source: R. de Koster, T. Le-Duc, K. J. Roodbergen, "Design and control of warehouse order picking" (2007), S-shape.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from zhoudao.kit.frozen import frozen

SHELF_METRES, AISLE_METRES = 1.2, 3.5
_PARTS = re.compile(r"[^\W_]+")
_PIECES = re.compile(r"\d+|\D+")
Aisle = tuple[tuple[tuple[int, int, str], ...], ...]


@frozen
class Spot:
    """Where a place lies: the aisle (its zone before it), and which shelf from the front."""

    aisle: Aisle
    shelf: int


@frozen
class Floor:
    """The aisles of a place, in order, and how many shelves the longest has."""

    aisles: dict[Aisle, int]
    length: int

    def ordered(self, codes: Iterable[str]) -> list[str]:
        """These places as they are walked: up one aisle, down the next that has any; the unnamed last.

        >>> floor_of(["A-1-1", "A-1-9", "A-2-4"]).ordered(["A-2-4", "", "A-1-9", "A-1-1"])
        ['A-1-1', 'A-1-9', 'A-2-4', '']
        """
        known = sorted({code for code in codes if code}, key=lambda code: (spot(code).aisle, spot(code).shelf, code))
        visited = {aisle: turn for turn, aisle in enumerate(dict.fromkeys(spot(code).aisle for code in known))}
        known.sort(key=lambda code: _turned(spot(code), visited[spot(code).aisle]))
        return [*known, *([""] if any(not code for code in codes) else [])]

    def metres(self, codes: Sequence[str]) -> float:
        """How far it is from the front of the first aisle past these, in their order, and back.

        >>> floor_of(["A-1-1", "A-1-10", "A-2-1"]).metres(["A-1-10"])  # ten shelves in, and out again
        24.0
        """
        spots = [spot(code) for code in codes if code]
        if not spots:
            return 0.0
        start = Spot(min(self.aisles), 0)
        return round(sum(self._between(one, other) for one, other in pairwise([start, *spots, start])), 1)

    def _between(self, one: Spot, other: Spot) -> float:
        """The shorter way: round by the front, or by the back."""
        if one.aisle == other.aisle:
            return abs(one.shelf - other.shelf) * SHELF_METRES
        across = abs(self.aisles.get(one.aisle, 0) - self.aisles.get(other.aisle, 0)) * AISLE_METRES
        behind = 2 * (self.length + 1) - one.shelf - other.shelf
        return across + min(one.shelf + other.shelf, max(0, behind)) * SHELF_METRES


def floor_of(codes: Iterable[str]) -> Floor:
    """The floor that these places lie on."""
    spots = [spot(code) for code in codes if code]
    aisles = sorted({one.aisle for one in spots})
    return Floor({aisle: turn for turn, aisle in enumerate(aisles)}, max((one.shelf for one in spots), default=0))


def spot(code: str) -> Spot:
    """Where a place lies, by its name.

    >>> spot("b-2-14").shelf, spot("B-02-1").aisle == spot("b-2-14").aisle
    (14, True)
    """
    parts = _PARTS.findall(code.upper())
    if len(parts) > 1 and parts[-1].isdigit():
        return Spot(tuple(_natural(part) for part in parts[:-1]), int(parts[-1][:6]))
    return Spot(tuple(_natural(part) for part in parts), 0)


def _natural(part: str) -> tuple[tuple[int, int, str], ...]:
    """2 before 10, and numbers before letters."""
    pieces = _PIECES.findall(part)
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces)


def _turned(one: Spot, turn: int) -> tuple[int, int]:
    return turn, -one.shelf if turn % 2 else one.shelf
