"""What an hour is taken to cost in a report: kept with it, stated in it."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from zhoudao.kit.money import BadAmount, BadCurrency, Money

if TYPE_CHECKING:
    from zhoudao.engines.mining.costing import Rates

MOST = 1_000_000


class HourlyUnsound(ValueError):
    """An hour costs an amount of money from 0 to a million, and one of the two hours costs something."""


def hourly(*, work: str, lying: str, currency: str, material: str = "") -> dict[str, str]:
    """As a report keeps it: what an hour of work and an hour of a case that lies cost, amounts of `currency` as people
    write them (nothing is zero), and the column of what was spent at each event. Empty when nothing is given.

    Raises: HourlyUnsound
    """
    if not (work or lying or material):
        return {}
    amounts = [_amount(each, currency) for each in (work, lying)]
    if not (any(amounts) or material):
        raise HourlyUnsound(HourlyUnsound.__doc__)
    return {"work": str(amounts[0]), "lying": str(amounts[1]), "currency": currency, "material": material[:200]}


def _amount(text: str, currency: str) -> Decimal:
    try:
        amount = Money.of(text.strip() or "0", currency).amount
    except (BadAmount, BadCurrency, InvalidOperation) as error:
        raise HourlyUnsound(HourlyUnsound.__doc__) from error
    if not 0 <= amount <= MOST:
        raise HourlyUnsound(HourlyUnsound.__doc__)
    return amount


def rates_of(kept: dict[str, str]) -> "Rates | None":
    """What `hourly` kept, for the engine."""
    from zhoudao.engines.mining.costing import Rates

    return Rates(float(kept["work"]), float(kept["lying"]), kept["currency"]) if kept else None
