"""What is read out of a text, and what it is read with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from zhoudao.kit.frozen import frozen

LONGEST = 8_000  # characters that are read; a call of half an hour
MOST_LINES, MOST_PIECES = 50, 9_999


@frozen
class Span:
    """Where something stands: `text[start:end]`."""

    start: int
    end: int


@frozen
class Article:
    """What can be ordered: its number and what it is called, in any language."""

    sku: str
    names: tuple[str, ...]


@frozen
class Found:
    """A value with where it was read; `sure` from 0 to 1. `doubts` are codes, `others` what else it may be."""

    value: str = ""
    spans: tuple[Span, ...] = ()
    sure: float = 0.0
    doubts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@frozen
class Line:
    """So many of an article. `sku` is empty where several may be meant: `others` are their numbers. `quantity` is None
    where the text gives no single whole number from 1 to 9,999: `said` is what it gives.
    """

    sku: str
    quantity: int | None
    spans: tuple[Span, ...]
    sure: float
    said: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@frozen
class Unknown:
    """Words that are asked for by a quantity and that no article is called."""

    words: str
    said: str
    span: Span


@frozen
class Draft:
    """All that was read. `is_cut`: the text was longer than what is read."""

    lines: tuple[Line, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    name: Found = field(default_factory=Found)
    phone: Found = field(default_factory=Found)
    province: Found = field(default_factory=Found)
    city: Found = field(default_factory=Found)
    district: Found = field(default_factory=Found)
    street: Found = field(default_factory=Found)
    remark: Found = field(default_factory=Found)
    is_cut: bool = False


class Region(Protocol):
    """Where an address lies; `fault` is the first contradiction in it."""

    @property
    def province(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def district(self) -> str: ...
    @property
    def fault(self) -> str: ...
    @property
    def street(self) -> str: ...


@frozen
class Map:
    """The country, as whoever asks knows it: names, short and long, of provinces, cities and districts, and `settle`,
    which says where fields and street (province, city, district, street) lie.
    """

    provinces: Mapping[str, object]
    cities: Mapping[str, Sequence[tuple[str, ...]]]
    districts: Mapping[str, Sequence[tuple[str, ...]]]
    settle: Callable[[str, str, str, str], Region]
