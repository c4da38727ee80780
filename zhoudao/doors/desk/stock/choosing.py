"""What the forms of stock say, read from a request."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from zhoudao.ground.accounts.models import User
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.queries.balances import item_scanned
from zhoudao.rooms.stock.refusals import ItemUnknown


def place_in(code: str, places: Iterable[Warehouse]) -> Warehouse | None:
    """The place of this code among those somebody may choose."""
    return next((one for one in places if one.code == code), None)


def sku_in(text: str, *, is_new: bool = False) -> str:
    """The item's number for what was scanned or typed. What nobody knows may be a foreign barcode or a slip: it is only
    taken for a new item when they say so.

    Raises: ItemUnknown
    """
    found = item_scanned(text)
    if found is None and not is_new:
        raise ItemUnknown(text.strip()[:80])
    return found.sku if found else text.strip()


def whole(text: str) -> int:
    """A whole number as people type it; far below zero when it is none."""
    said = text.strip().removeprefix("+")
    digits = said.removeprefix("-")
    return int(said) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -(10**9)


def day(text: str) -> date | None:
    """A day; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What people are called, by `user:<id>` (one statement)."""
    ids: list[UUID] = [id_ for one in actors if one.startswith("user:") and (id_ := uuid_in(one[5:]))]
    return {f"user:{id_}": name for id_, name in User.objects.filter(id__in=ids).values_list("id", "name")}
