"""An order as detectors see it, what is known around it, and what they find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Evidence = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class Piece:
    """So many of one thing at a price each, in minor units."""

    sku: str
    quantity: int
    price: int


@dataclass(frozen=True)
class Where:
    """Who gets it, and where."""

    name: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""


@dataclass(frozen=True)
class Bought:
    """An order. `key` names it among others; `is_over`: it was cancelled, and nothing is bought twice then."""

    key: str
    at: datetime
    pieces: Sequence[Piece]
    total: int
    where: Where = field(default_factory=Where)
    remark: str = ""
    payment: str = ""
    source: str = ""
    currency: str = "CNY"
    is_over: bool = False


@dataclass(frozen=True)
class Known:
    """What is known around an order; empty: nothing is, and nothing is said.

    `prices` and `quantities` are what was paid, and bought at once, of a SKU in orders that passed; `list_prices` what
    it should cost; `source_totals` and `own_totals` what orders of this source and of this customer came to; `earlier`
    the same person's last orders; `available` how many may be promised of a SKU that is kept in stock; `unknown` SKUs
    that no item is called, though there are items; `stopped` those that are not to be sold now.
    """

    prices: Mapping[str, Sequence[int]] = field(default_factory=dict)
    quantities: Mapping[str, Sequence[int]] = field(default_factory=dict)
    list_prices: Mapping[str, int] = field(default_factory=dict)
    source_totals: Sequence[int] = ()
    own_totals: Sequence[int] = ()
    earlier: Sequence[Bought] = ()
    available: Mapping[str, int] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    stopped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """Why an order is odd. `score` grows with how odd; `kind` says more of the reason; `evidence` is codes and figures,
    never a person's words.
    """

    reason: str
    score: float
    kind: str = ""
    evidence: Evidence = field(default_factory=dict)
