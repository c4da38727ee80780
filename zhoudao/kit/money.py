"""Money: whole minor units of one currency, never a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import floor

Weight = int | Fraction | Decimal

# ISO 4217: what has no cents, and what has mills; everything else has two digits.
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}
# Unicode CLDR's short symbols.
_SYMBOLS = {"USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "CNY": "CN¥", "JPY": "JP¥", "KRW": "₩"}
_OWN_SYMBOLS = {
    "zh-hans": {"CNY": "¥"},
    "zh-hant": {"TWD": "NT$", "JPY": "¥"},
    "en": {"USD": "$", "JPY": "¥"},
}


class BadAmount(ValueError):
    """An amount is a whole number of minor units, written as a plain decimal number."""


class BadCurrency(ValueError):
    """A currency is three capital letters."""


class CurrencyMismatch(ValueError):
    """Amounts of two currencies cannot be added or compared."""


class BadWeights(ValueError):
    """An amount is shared by weights that are not below zero and not all zero."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` is the amount in the currency's smallest unit: Money(1250, "CNY") is ¥12.50."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise BadAmount(repr(self.minor))
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise BadCurrency(self.currency)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """The money a person wrote as `12.50`.

        Raises: BadAmount when it is no number or finer than the currency.
        """
        try:
            minor = Fraction(Decimal(amount)) * 10 ** _DIGITS.get(currency, 2)
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise BadAmount(str(amount)) from error
        if minor.denominator != 1:
            raise BadAmount(f"{amount} {currency}")
        return cls(minor.numerator, currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """The sum, zero when there are none."""
        return sum(amounts, cls(0, currency))

    @property
    def amount(self) -> Decimal:
        """In whole units: Decimal("12.50")."""
        return Decimal(self.minor).scaleb(-_DIGITS.get(self.currency, 2))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency}, {other.currency}")
        return other.minor

    def times(self, factor: Weight) -> "Money":
        """A part or multiple, halves rounded away from zero: a 10 % fee is `price.times(Decimal("0.1"))`."""
        exact = abs(self.minor * Fraction(factor))
        sign = -1 if (self.minor < 0) != (factor < 0) else 1
        return Money(sign * floor(exact + Fraction(1, 2)), self.currency)

    def allocate(self, weights: Sequence[Weight]) -> list["Money"]:
        """Shares in proportion to `weights` that add up to exactly this amount; each is within one unit of its due.

        Left-over units go to the largest remainders, the earlier of equals first.

        Raises: BadWeights.
        """
        parts = [Fraction(weight) for weight in weights]
        whole = sum(parts)
        if not whole or min(parts) < 0:
            raise BadWeights(str(list(weights)))
        sign = -1 if self.minor < 0 else 1
        exact = [abs(self.minor) * part / whole for part in parts]
        shares = [floor(share) for share in exact]
        by_remainder = sorted(range(len(parts)), key=lambda place: shares[place] - exact[place])
        for place in by_remainder[: abs(self.minor) - sum(shares)]:
            shares[place] += 1
        return [Money(sign * share, self.currency) for share in shares]

    def format(self, language: str = "zh-Hans") -> str:
        """For people: `¥1,234.50` in zh-Hans, `CN¥1,234.50` elsewhere."""
        own = _OWN_SYMBOLS.get(language.lower(), {})
        symbol = own.get(self.currency) or _SYMBOLS.get(self.currency) or f"{self.currency} "
        return f"{'-' if self.minor < 0 else ''}{symbol}{abs(self.amount):,f}"
