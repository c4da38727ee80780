"""An order's discount, shipping and tax over its pieces, by largest remainder: exact to the smallest unit."""

from collections.abc import Sequence


def share_out(amount: int, lines: Sequence[tuple[int, int]], *, by_piece: bool = False) -> list[int]:
    """An amount over lines of (weight of a piece, pieces), each line's part; or over all pieces one by one.

    As if every piece stood alone: each gets its exact due rounded down, and what is left over goes, one unit each, to
    the pieces with the largest remainders, the earlier of equals first. Pieces of a line differ by one unit at most,
    the first ones having more, so that a line's part says all its pieces' parts.
    """
    whole = sum(weight * pieces for weight, pieces in lines)
    if not whole:
        raise ValueError("nothing weighs anything")
    if not amount:
        return [0] * (sum(pieces for _weight, pieces in lines) if by_piece else len(lines))
    dues = [divmod(amount * weight, whole) for weight, _pieces in lines]
    left = amount - sum(due * pieces for (due, _rest), (_weight, pieces) in zip(dues, lines, strict=True))
    more = [0] * len(lines)
    for place in sorted(range(len(lines)), key=lambda place: -dues[place][1]):
        more[place] = min(left, lines[place][1])
        left -= more[place]
    parts = [(due, more[place], lines[place][1]) for place, (due, _rest) in enumerate(dues)]
    if by_piece:
        return [due + (piece < extra) for due, extra, pieces in parts for piece in range(pieces)]
    return [due * pieces + extra for due, extra, pieces in parts]
