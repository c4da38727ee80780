"""What a cell says: a time, an amount, a number of pieces."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from zhoudao.kit.money import BadAmount, BadCurrency, Money

_SPOILED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?", re.ASCII
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_EPOCH = datetime(1899, 12, 30)  # a spreadsheet's days begin here, in nobody's zone
_SIGNS = str.maketrans("", "", ",，¥￥$€£ \u00a0")


class CellUnsound(ValueError):
    """A cell that cannot be understood; its text is a code of CELL_FAULTS."""


def spoiled(text: str) -> bool:
    """Whether a spreadsheet took a long number for an amount, and lost its digits."""
    return bool(_SPOILED.fullmatch(text))


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A time as lists write it: ISO, with slashes, in Chinese, or a spreadsheet's number of days. None: nothing.

    Raises: CellUnsound
    """
    if not text:
        return None
    found = _TIME.fullmatch(text)
    try:
        if found:
            return datetime(*(int(part or 0) for part in found.groups()), tzinfo=zone)  # type: ignore[arg-type,misc]  # six numbers at most
        if _SERIAL.fullmatch(text):
            days = timedelta(days=float(text))
            plain = _EPOCH + days + timedelta(microseconds=500_000)
            return plain.replace(microsecond=0, tzinfo=zone)
        whole = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise CellUnsound("time") from error
    return whole if whole.tzinfo else whole.replace(tzinfo=zone)


def minor(text: str, currency: str) -> int:
    """An amount in the smallest unit, nothing is zero.

    Raises: CellUnsound
    """
    plain = text.translate(_SIGNS)
    if not plain:
        return 0
    try:
        return Money.of(plain, currency).minor
    except (BadAmount, BadCurrency) as error:
        raise CellUnsound("amount") from error


def pieces(text: str) -> int:
    """How many; nothing is one.

    Raises: CellUnsound
    """
    plain = text.translate(_SIGNS)
    if not plain:
        return 1
    if not re.fullmatch(r"\d{1,9}(\.0+)?", plain, re.ASCII):
        raise CellUnsound("quantity")
    return int(plain.partition(".")[0])
