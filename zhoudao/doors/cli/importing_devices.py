"""`zhoudao import devices FILE`: whose device is which, from a list; the same again changes nothing."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.wrong_rows import tell_wrong

if TYPE_CHECKING:
    from uuid import UUID

    from zhoudao.doors.cli.importing import Outcome

_COLUMNS = {
    "customer": ("customer", "phone", "email", "member", "客户", "客戶", "电话", "電話", "手机", "会员号"),
    "sku": ("sku", "item", "编号", "商品编号", "货号", "貨號"),
    "name": ("name", "名称", "名稱", "商品名称"),
    "serial": ("serial", "serial number", "s/n", "序列号", "序號"),
    "brand": ("brand", "品牌"),
    "category": ("category", "kind", "类别", "類別"),
    "bought": ("bought", "bought on", "购买日期", "購買日期"),
    "store": ("store", "门店", "門店"),
    "batch": ("batch", "lot", "批次", "批号", "批號"),
}
_NEEDED = ("customer", "sku", "name")


def register(kinds: Any) -> None:
    """This will add the command."""
    parser = kinds.add_parser(
        "devices",
        help="whose device is which, from CSV or Excel",
        description="Columns, in any order: customer (phone, e-mail or member number of a customer we know), sku, "
        "name; if you like serial, batch, brand, category, bought (2026-03-10), store (its code; web). Run again, it "
        "changes nothing that is there, but for a batch that was not known.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the wrong rows here, with what is wrong")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """This will take a list over; 1 when rows were wrong.

    Raises: Refused
    """
    from zhoudao.kit.tables import TableUnreadable

    try:
        outcome = take_over(arguments.file.read_bytes())
    except (OSError, TableUnreadable) as error:
        raise Refused(f"{arguments.file}: {error}") from error
    print(f"{outcome.rows:,} rows: {outcome.booked:,} new, {outcome.before:,} known, {len(outcome.wrong):,} wrong")
    return tell_wrong(outcome.wrong, arguments.errors)


def take_over(content: bytes) -> "Outcome":
    """This will register every sound row's device that is not known yet.

    Raises: Refused, TableUnreadable
    """
    from zhoudao.doors.cli.importing import Outcome
    from zhoudao.kit.tables import rows_of
    from zhoudao.rooms.repairs.refusals import RepairRefused
    from zhoudao.rooms.stock.refusals import BatchUnsound

    rows = rows_of(content)
    head = _head(next(rows, []))
    outcome = Outcome()
    for number, row, said in _said(rows, head):
        outcome.rows += 1
        try:
            is_new = _register(said)
        except (RepairRefused, BatchUnsound, ValueError) as error:
            outcome.wrong.append((number, str(error), row))
            continue
        outcome.booked, outcome.before = outcome.booked + is_new, outcome.before + (not is_new)
    return outcome


def _register(said: dict[str, str]) -> bool:
    """Whether it was new. Raises: RepairRefused, BatchUnsound, ValueError."""
    from zhoudao.ground.accounts.models import Store
    from zhoudao.ground.eventlog.recording import By
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.customers.queries import group_ids
    from zhoudao.rooms.repairs.commands.registering import What, register_device, taken_by_others, with_batch
    from zhoudao.rooms.repairs.models import Device
    from zhoudao.rooms.repairs.refusals import SerialTaken
    from zhoudao.rooms.repairs.serials import serial_key
    from zhoudao.rooms.stock.batches import batch_on_label

    store = Store.objects.filter(code=said.get("store") or "web").first()
    if store is None:
        raise ValueError(f"there is no store with the code {said.get('store')!r}")
    customer_id = _customer(said["customer"])
    key = serial_key(said.get("serial", ""))
    if taken_by_others(said["sku"], key, group_ids(customer_id)):
        raise SerialTaken(SerialTaken.__doc__)
    rows = Device.objects.filter(customer_id__in=group_ids(customer_id), sku=said["sku"], serial_key=key)
    known, by = rows.filter(is_gone=False).first(), By("system:import", channel="import")
    if known is not None:
        if not known.batch:
            with_batch(known, batch_on_label(said.get("batch", "")), by=by, at=clock.now())
        return False
    names = ("sku", "name", "serial", "brand", "category", "batch")
    what = What(**{name: said.get(name, "") for name in names}, bought_date=_day(said.get("bought", "")))
    register_device(customer_id=customer_id, store_id=store.id, what=what, by=by, at=clock.now())
    return True


def _customer(text: str) -> "UUID":
    """The one customer this phone, address or number is of. Raises: ValueError."""
    from zhoudao.rooms.customers.queries import find_by_email, find_by_member, find_by_phone, root_of

    found = find_by_email(text) if "@" in text else find_by_phone(text) or find_by_member(text)
    roots = {root_of(one) for one in found} - {None}
    if len(roots) != 1:
        raise ValueError("no customer is known by this" if not roots else "several customers are known by this")
    [root] = roots
    assert root is not None
    return root


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip().replace("/", "-")) if text.strip() else None
    except ValueError as error:
        raise ValueError(f"bought is no day like 2026-03-10: {text!r}") from error


def _said(rows: Iterator[list[str]], head: dict[str, int]) -> Iterator[tuple[int, list[str], dict[str, str]]]:
    """Each row that says anything, with its number as a spreadsheet shows it."""
    for number, row in enumerate(rows, start=2):
        if any(row):
            yield number, row, {name: row[place].strip() if place < len(row) else "" for name, place in head.items()}


def _head(row: Sequence[str]) -> dict[str, int]:
    """Which column says what. Raises: Refused."""
    found: dict[str, int] = {}
    for place, title in enumerate(row):
        name = next((name for name, titles in _COLUMNS.items() if title.strip().lower() in titles), "")
        if name and name not in found:
            found[name] = place
    if missing := [name for name in _NEEDED if name not in found]:
        raise Refused(f"The first row must name the columns; there is none for {', '.join(missing)}.")
    return found
