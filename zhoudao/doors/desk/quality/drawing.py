"""What comes back as stacked bars: a product's bar is as long as it has pieces asked back, cut by their reasons."""

from collections.abc import Callable, Sequence

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.quality.queries.causes import Product

MOST_BARS = 12


@frozen
class Part:
    """One reason's stretch of a bar: `x` and `width` in per cent of the longest bar; `address` opens its returns."""

    reason: str
    label: str
    count: int
    x: float
    width: float
    address: str


@frozen
class Bar:
    """One product's bar."""

    product: Product
    name: str
    parts: list[Part]


def bars(
    products: Sequence[Product], names: Callable[[Product], str], address: Callable[[Product, str], str]
) -> list[Bar]:
    """The products of which most pieces were asked back, the longest first; none where nothing was."""
    shown = [one for one in products[:MOST_BARS] if one.rate.hits]
    longest = max((sum(one.reasons.values()) for one in shown), default=0)
    return [Bar(one, names(one), _parts(one, longest, address)) for one in shown]


def _parts(product: Product, longest: int, address: Callable[[Product, str], str]) -> list[Part]:
    parts, before = [], 0
    for reason in Reason:
        count = product.reasons.get(reason, 0)
        if count:
            x, width = 100 * before / longest, 100 * count / longest
            where = address(product, reason.value)
            parts.append(Part(reason.value, str(reason.label), count, round(x, 2), round(width, 2), where))
            before += count
    return parts
