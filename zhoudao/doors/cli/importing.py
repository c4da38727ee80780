"""`zhoudao import stock FILE`: opening stock from a list, each row once, whatever interrupts it."""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import (
    Refused,
    importing_articles,
    importing_devices,
    importing_log,
    importing_orders,
    importing_products,
)
from zhoudao.doors.cli.wrong_rows import tell_wrong

if TYPE_CHECKING:
    from uuid import UUID

_COLUMNS = {
    "warehouse": ("warehouse", "place", "仓库", "倉庫", "地点", "門店", "门店"),
    "sku": ("sku", "item", "编号", "編號", "商品编号", "货号", "貨號"),
    "quantity": ("quantity", "on hand", "on_hand", "数量", "數量", "库存", "庫存"),
    "name": ("name", "名称", "名稱", "商品名称"),
    "barcode": ("barcode", "条码", "條碼"),
    "safety": ("safety", "安全库存", "安全庫存"),
}
_NEEDED = ("warehouse", "sku", "quantity")
_STEP = 200


@dataclass
class Outcome:
    """How many rows were read, booked now, booked before, and what is wrong with which row."""

    rows: int = 0
    booked: int = 0
    before: int = 0
    wrong: list[tuple[int, str, list[str]]] = field(default_factory=list)


def register(subparsers: Any) -> None:
    """This will add the command."""
    parser = subparsers.add_parser("import", help="take over lists from other systems")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    stock = kinds.add_parser(
        "stock",
        help="what lies where, from CSV or Excel",
        description="Columns, in any order: warehouse (its code), sku, quantity; if you like name, barcode, safety. "
        "Each row is booked once: run again after an interruption, or with the wrong rows put right, it goes on.",
    )
    stock.add_argument("file", type=Path, metavar="FILE")
    stock.add_argument("--dry-run", action="store_true", help="only say what is wrong")
    stock.add_argument("--errors", type=Path, metavar="FILE", help="write the wrong rows here, with what is wrong")
    stock.set_defaults(run=run)
    importing_orders.register(kinds)
    importing_devices.register(kinds)
    importing_products.register(kinds)
    importing_log.register(kinds)
    importing_articles.register(kinds)


def run(arguments: argparse.Namespace) -> int:
    """This will take a list over; 1 when rows were wrong.

    Raises: Refused
    """
    from zhoudao.kit.tables import TableUnreadable

    try:
        outcome = take_over(arguments.file.read_bytes(), is_trial=arguments.dry_run)
    except (OSError, TableUnreadable) as error:
        raise Refused(f"{arguments.file}: {error}") from error
    done = "would be booked" if arguments.dry_run else "booked"
    print(f"{outcome.rows:,} rows: {outcome.booked:,} {done}, {outcome.before:,} before, {len(outcome.wrong):,} wrong")
    return tell_wrong(outcome.wrong, arguments.errors)


def take_over(content: bytes, *, is_trial: bool = False) -> Outcome:
    """This will book every sound row of a list that was not booked before.

    Raises: Refused, TableUnreadable
    """
    from zhoudao.kit.tables import rows_of
    from zhoudao.rooms.stock.models import Movement, Warehouse
    from zhoudao.rooms.stock.refusals import StockRefused

    rows = rows_of(content)
    head = _head(next(rows, []))
    places = dict(Warehouse.objects.filter(closed_at=None).values_list("code", "id"))
    outcome, seen = Outcome(), dict[tuple[str, str], int]()
    for number, row, said in _said(rows, head):
        outcome.rows += 1
        key = f"import:{hashlib.sha256('~'.join([said['warehouse'], said['sku']]).encode()).hexdigest()[:40]}"
        first = seen.setdefault((said["warehouse"], said["sku"]), number)
        try:
            wanted = _checked(said, places, first if first != number else 0)
            if Movement.objects.filter(key=f"{key}:0").exists():
                outcome.before += 1
                continue
            if not is_trial:
                _book(wanted, said, key)
            outcome.booked += 1
        except (StockRefused, ValueError) as error:
            outcome.wrong.append((number, str(error), row))
        if outcome.rows % _STEP == 0:
            print(f"{outcome.rows:,} rows …", file=sys.stderr, flush=True)
    return outcome


@dataclass(frozen=True)
class Wanted:
    """A sound row."""

    place: "UUID"
    sku: str
    quantity: int
    safety: int


def _said(rows: Iterator[list[str]], head: dict[str, int]) -> Iterator[tuple[int, list[str], dict[str, str]]]:
    """Each row that says anything, with its number as a spreadsheet shows it."""
    for number, row in enumerate(rows, start=2):
        if any(row):
            yield number, row, {name: row[place] if place < len(row) else "" for name, place in head.items()}


def _head(row: Sequence[str]) -> dict[str, int]:
    """Which column says what. Raises: Refused."""
    found = {}
    for place, title in enumerate(row):
        name = next((name for name, titles in _COLUMNS.items() if title.strip().lower() in titles), "")
        if name and name not in found:
            found[name] = place
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        raise Refused(f"The first row must name the columns; there is none for {', '.join(missing)}.")
    return found


def _checked(said: dict[str, str], places: "dict[str, UUID]", first: int) -> Wanted:
    """A row as it can be booked. Raises: StockRefused, ValueError."""
    from zhoudao.rooms.stock.goods import check_quantity, check_sku

    if said["warehouse"] not in places:
        raise ValueError(f"there is no open warehouse with the code {said['warehouse']!r}")
    if first:
        raise ValueError(f"row {first} says this item in this warehouse already")
    quantity, safety = _whole(said["quantity"], "quantity"), _whole(said.get("safety") or "0", "safety")
    check_sku(said["sku"])
    check_quantity(quantity)
    return Wanted(places[said["warehouse"]], said["sku"], quantity, safety)


def _whole(text: str, column: str) -> int:
    plain = text.replace(",", "").replace("，", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise ValueError(f"{column} is no whole number: {text!r}")
    return int(plain)


def _book(wanted: Wanted, said: dict[str, str], key: str) -> None:
    from zhoudao.ground.eventlog.recording import By
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.stock.commands.correcting import correct_stock, set_safety
    from zhoudao.rooms.stock.commands.naming import name_item

    by, at = By("system:import"), clock.now()
    if said.get("name") or said.get("barcode"):
        name_item(sku=wanted.sku, names={"zh-Hans": said.get("name", "")}, barcode=said.get("barcode") or None)
    if wanted.safety:
        set_safety(warehouse_id=wanted.place, sku=wanted.sku, safety=wanted.safety, by=by, at=at)
    correct_stock(
        warehouse_id=wanted.place,
        sku=wanted.sku,
        difference=wanted.quantity,
        reason="opening",
        key=key,
        by=by,
        at=at,
    )
