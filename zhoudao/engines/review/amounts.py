"""Prices, totals and quantities that are not what they usually are."""

from collections.abc import Iterator
from math import log

from zhoudao.engines.review.facts import Bought, Evidence, Finding, Known, Piece
from zhoudao.engines.review.robust import FEWEST, Deviation, deviation

_SPREAD_OF_COUNTS = log(2) / 2  # one or two of a thing are the same; with `FAR` beyond three times
_SPREAD_OF_TOTALS = log(1.5)  # baskets differ more than prices
_MANY = 20  # pieces of something nobody knows the usual of
_MISMATCH = 1.01  # what rounding and currency make of a list price


def abnormal_amount(bought: Bought, known: Known) -> Iterator[Finding]:
    """A price far from what the SKU is sold for, a total far from the customer's own and from the source's."""
    prices = [(one, deviation(one.price, known.prices.get(one.sku, ()))) for one in bought.pieces]
    far = [(one, found) for one, found in prices if found is not None and found.is_far]
    if far:
        piece, worst = max(far, key=lambda each: each[1].times)
        yield _finding("price", worst, piece, lines=len(far), price=piece.price)
    for kind, totals in (("customer", known.own_totals), ("source", known.source_totals)):
        found = deviation(bought.total, totals, spread=_SPREAD_OF_TOTALS)
        if found is not None and found.is_far:
            yield _finding(kind, found, None, total=bought.total)


def price_mismatch(bought: Bought, known: Known) -> Iterator[Finding]:
    """A price that is not the list's."""
    listed = [(one, known.list_prices[one.sku]) for one in bought.pieces if known.list_prices.get(one.sku)]
    off = [(_times(one.price, price), one, price) for one, price in listed if _times(one.price, price) > _MISMATCH]
    if off:
        times, piece, price = max(off, key=lambda each: each[0])
        kind = "above" if piece.price > price else "below"
        evidence: Evidence = {"sku": piece.sku, "price": piece.price, "usual": price, "lines": len(off), "times": times}
        yield Finding("price_mismatch", times, kind, evidence)


def quantity(bought: Bought, known: Known) -> Iterator[Finding]:
    """More of a thing than is bought of it at once."""
    found: list[tuple[float, Piece, int, int]] = []
    for one in bought.pieces:
        seen = known.quantities.get(one.sku, ())
        usual = deviation(one.quantity, seen, spread=_SPREAD_OF_COUNTS)
        if usual is not None and usual.is_far and usual.is_high:
            found.append((usual.times, one, usual.usual, usual.seen))
        elif usual is None and one.quantity >= _MANY:
            found.append((float(one.quantity), one, 1, len(seen)))
    if found:
        times, piece, usual_pieces, count = max(found, key=lambda each: each[0])
        evidence: Evidence = {"sku": piece.sku, "quantity": piece.quantity, "usual": usual_pieces, "seen": count}
        yield Finding("quantity", round(times, 2), "known" if count >= FEWEST else "new", evidence)


def _times(price: int, usual: int) -> float:
    return round(max(price / usual, usual / price), 4)


def _finding(kind: str, found: Deviation, piece: Piece | None, **figures: int) -> Finding:
    evidence: Evidence = {
        **({"sku": piece.sku} if piece else {}),
        **figures,
        "usual": found.usual,
        "times": found.times,
        "is_high": found.is_high,
        "seen": found.seen,
    }
    return Finding("abnormal_amount", found.times, kind, evidence)
