"""The money of what comes back, piece by piece, in whole minor units of one currency.

Source: what was paid for a piece after its part of the discount, + its part of shipping where the seller is at fault,
− what it lost, − the fee, − what fetching it costs, and never above what is left of what was taken; see the notes on
after-sales, section D.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_WHOLE = 100


class TermsUnsound(ValueError):
    """An amount is below zero, or a percentage outside 0 … 100."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece that is accepted. `paid_minor`: its price less its part of the discount, tax in it; `shipping_minor`:
    its part of the shipping; `lost_percent` (0 … 100): how much of its worth is gone.
    """

    paid_minor: int
    shipping_minor: int = 0
    lost_percent: int = 0

    def __post_init__(self) -> None:
        if min(self.paid_minor, self.shipping_minor) < 0 or not 0 <= self.lost_percent <= _WHOLE:
            raise TermsUnsound(TermsUnsound.__doc__)


@dataclass(frozen=True, slots=True)
class Terms:
    """`fee_percent` (0 … 100) of what the pieces are still worth is kept; `is_shipping_back`: their part of shipping is
    paid back too; `postage_minor`: what sending them back cost the customer, where that is ours to pay;
    `pickup_minor`: what having them fetched costs the customer, kept once.
    """

    fee_percent: int = 0
    is_shipping_back: bool = False
    postage_minor: int = 0
    pickup_minor: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.fee_percent <= _WHOLE or min(self.postage_minor, self.pickup_minor) < 0:
            raise TermsUnsound(TermsUnsound.__doc__)


@dataclass(frozen=True, slots=True)
class Share:
    """One piece's part: what was paid for it, what it lost, its fee, its shipping."""

    paid_minor: int
    lost_minor: int
    fee_minor: int
    shipping_minor: int

    @property
    def total_minor(self) -> int:
        """What is paid back for it."""
        return self.paid_minor - self.lost_minor - self.fee_minor + self.shipping_minor


@dataclass(frozen=True, slots=True)
class Sum:
    """All pieces' parts, postage and what fetching them costs. `total_minor` is what is paid back: `over_minor` less
    than they add up to, as no more is left of what was taken.
    """

    shares: tuple[Share, ...]
    postage_minor: int
    over_minor: int
    pickup_minor: int = 0

    @property
    def total_minor(self) -> int:
        """What is paid back."""
        shares = sum(share.total_minor for share in self.shares)
        return shares + self.postage_minor - self.pickup_minor - self.over_minor

    def of(self, name: str) -> int:
        """All pieces' `paid`, `lost`, `fee` or `shipping` together."""
        return sum(getattr(share, f"{name}_minor") for share in self.shares)


def refund_of(pieces: Sequence[Piece], terms: Terms, *, left_minor: int) -> Sum:
    """This will work out what is paid back for pieces, at most `left_minor`. Percentages are of each piece, halves
    rounded up, so that a piece is worth the same alone and among others. What fetching costs is kept of it as far as a
    cent is left: a refund of nothing would be none.

    >>> refund_of([Piece(1000), Piece(999, lost_percent=50)], Terms(fee_percent=10), left_minor=5000).total_minor
    1349

    Raises: TermsUnsound
    """
    if left_minor < 0:
        raise TermsUnsound(TermsUnsound.__doc__)
    shares = tuple(_share(piece, terms) for piece in pieces)
    whole = sum(share.total_minor for share in shares) + terms.postage_minor
    over = max(0, whole - left_minor)
    return Sum(shares, terms.postage_minor, over, min(terms.pickup_minor, max(0, whole - over - 1)))


def _share(piece: Piece, terms: Terms) -> Share:
    lost = _part(piece.paid_minor, piece.lost_percent)
    fee = _part(piece.paid_minor - lost, terms.fee_percent)
    return Share(piece.paid_minor, lost, fee, piece.shipping_minor if terms.is_shipping_back else 0)


def _part(amount: int, percent: int) -> int:
    """A percentage of an amount, halves up."""
    return (2 * amount * percent + _WHOLE) // (2 * _WHOLE)
