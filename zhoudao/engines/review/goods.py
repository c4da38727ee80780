"""Goods that are not there."""

from collections import Counter
from collections.abc import Iterator

from zhoudao.engines.review.facts import Bought, Evidence, Finding, Known


def out_of_stock(bought: Bought, known: Known) -> Iterator[Finding]:
    """What no item is called, and more than may be promised, of what is kept in stock."""
    wanted: Counter[str] = Counter()
    for piece in bought.pieces:
        wanted[piece.sku] += piece.quantity
    strange = sorted(wanted.keys() & known.unknown)
    if strange:
        count = sum(wanted[sku] for sku in strange)
        yield Finding("out_of_stock", float(count), "unknown", {"sku": strange[0], "items": len(strange)})
    short = {
        sku: count - max(0, known.available[sku])
        for sku, count in wanted.items()
        if sku in known.available and count > known.available[sku]
    }
    if short:
        sku = max(short, key=lambda one: short[one])
        evidence: Evidence = {
            "sku": sku,
            "wanted": wanted[sku],
            "available": max(0, known.available[sku]),
            "items": len(short),
        }
        yield Finding("out_of_stock", float(sum(short.values())), "", evidence)


def sale_stopped(bought: Bought, known: Known) -> Iterator[Finding]:
    """What is not to be sold now."""
    skus = sorted({piece.sku for piece in bought.pieces} & known.stopped)
    if skus:
        yield Finding("sale_stopped", 1.0, "sku", {"sku": skus[0], "skus": len(skus)})
