"""`zhoudao import products FILE`: what is sold, a SKU a row; the same again changes nothing."""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.wrong_rows import tell_wrong

if TYPE_CHECKING:
    from zhoudao.rooms.catalogue.commands.saving import Said
    from zhoudao.rooms.catalogue.models import Attribute, Category

_COLUMNS = {
    "code": ("code", "product", "产品编号", "產品編號", "商品代码"),
    "kind": ("kind", "category", "类别", "類別", "分类"),
    "sku": ("sku", "item", "货号", "貨號", "商品编号"),
    "zh-Hans": ("name zh-hans", "name", "名称", "商品名称"),
    "zh-Hant": ("name zh-hant", "名稱", "商品名稱"),
    "en": ("name en", "english name", "英文名"),
    "brand": ("brand", "品牌"),
    "description": ("description", "说明", "說明"),
    "serial": ("serial pattern", "序列号格式", "序號格式"),
    "from": ("sold from", "上架日期"),
    "until": ("sold until", "下架日期"),
    "successor": ("successor", "替代产品", "替代產品"),
    "price": ("price", "价格", "價格"),
}
_NEEDED = ("code", "kind", "zh-Hans")


@dataclass
class Imported:
    """How many rows were read, how many products they made or said anew, and what is wrong with which row."""

    rows: int = 0
    products: int = 0
    wrong: list[tuple[int, str, list[str]]] = field(default_factory=list)


@dataclass
class Whole:
    """The rows of one product, with their numbers as a spreadsheet shows them."""

    numbers: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    said: list[dict[str, str]] = field(default_factory=list)


def register(kinds: Any) -> None:
    """This will add the command."""
    parser = kinds.add_parser(
        "products",
        help="products with their SKUs and specification, from CSV or Excel",
        description="Columns, in any order: code, kind (its code), name; if you like sku, name zh-Hant, name en, brand,"
        " description, price, serial pattern, sold from, sold until, successor, and one for each line of the kind's "
        "specification, by its code or name. A SKU a row: rows of one code are one product, of which the first row "
        "says what it is. A product is said whole: run again, it changes nothing; what a list leaves out is taken out.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?")
    parser.add_argument("--dry-run", action="store_true", help="only say what is wrong")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the wrong rows here, with what is wrong")
    parser.add_argument("--template", metavar="KIND", help="print the first row of a list of this kind's products")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """This will take a list over, or print how one begins; 1 when rows were wrong.

    Raises: Refused
    """
    from zhoudao.kit.tables import TableUnreadable

    if arguments.template:
        csv.writer(sys.stdout).writerow(template(arguments.template))
        return 0
    if arguments.file is None:
        raise Refused("Name a FILE, or a kind with --template.")
    try:
        outcome = take_over(arguments.file.read_bytes(), is_trial=arguments.dry_run)
    except (OSError, TableUnreadable) as error:
        raise Refused(f"{arguments.file}: {error}") from error
    done = "would be saved" if arguments.dry_run else "saved"
    print(f"{outcome.rows:,} rows: {outcome.products:,} products {done}, {len(outcome.wrong):,} rows wrong")
    return tell_wrong(outcome.wrong, arguments.errors)


def template(kind: str) -> list[str]:
    """The titles of a list of a kind's products. Raises: Refused."""
    from zhoudao.rooms.catalogue.queries.finding import category_named

    category = category_named(kind)
    if category is None:
        raise Refused(f"There is no kind of product with the code {kind!r}.")
    return [titles[0] for titles in _COLUMNS.values()] + [one.code for one in category.attributes.all()]


def take_over(content: bytes, *, is_trial: bool = False) -> Imported:
    """This will save every product all of whose rows are sound.

    Raises: Refused, TableUnreadable
    """
    from zhoudao.kit.tables import rows_of
    from zhoudao.rooms.catalogue.refusals import CatalogueRefused
    from zhoudao.rooms.orders.refusals import PricesUnsound

    rows = rows_of(content)
    titles = [title.strip().lower() for title in next(rows, [])]
    head, outcome = _head(titles), Imported()
    found: dict[str, Whole] = {}
    for number, row in enumerate(rows, start=2):
        if any(row):
            outcome.rows += 1
            said = {title: row[place] for place, title in enumerate(titles) if title and place < len(row)}
            whole = found.setdefault(row[head["code"]] if head["code"] < len(row) else "", Whole())
            whole.numbers.append(number)
            whole.cells.append(row)
            whole.said.append(said)
    kinds: dict[str, Category | None] = {}
    for code, whole in found.items():
        try:
            _save(code, whole, kinds, is_trial=is_trial)
            outcome.products += 1
        except (CatalogueRefused, PricesUnsound, ValueError) as error:
            wrong = zip(whole.numbers, whole.cells, strict=True)
            outcome.wrong += [(number, f"{code}: {error}", row) for number, row in wrong]
    return outcome


def _save(code: str, whole: Whole, kinds: "dict[str, Category | None]", *, is_trial: bool) -> None:
    """Raises: CatalogueRefused, PricesUnsound, ValueError."""
    from django.db import transaction

    from zhoudao.ground.eventlog.recording import By
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.catalogue.commands.saving import save_product
    from zhoudao.rooms.catalogue.queries.finding import category_named
    from zhoudao.rooms.orders.commands.pricing import set_list_prices

    kind = _cell(whole.said[0], "kind")
    if kind not in kinds:
        kinds[kind] = category_named(kind)
    category = kinds[kind]
    if category is None:
        raise ValueError(f"there is no kind of product with the code {kind!r}")
    by, at = By("system:import", channel="import"), clock.now()
    with transaction.atomic():
        save_product(said=_said(code, whole, list(category.attributes.all())), by=by, at=at)
        prices = dict(_prices(whole))
        if prices:
            set_list_prices(prices=prices, currency=clock.currency(), by=by, at=at)
        if is_trial:
            transaction.set_rollback(True)


def _said(code: str, whole: Whole, attributes: "Sequence[Attribute]") -> "Said":
    from zhoudao.rooms.catalogue.commands.saving import Said, Sort

    first = whole.said[0]
    shared = [one for one in attributes if not one.is_option]
    options = [one for one in attributes if one.is_option]
    return Said(
        code=code,
        category=_cell(first, "kind"),
        names={tag: _cell(first, tag) for tag in ("zh-Hans", "zh-Hant", "en")},
        sorts=[Sort(_cell(one, "sku"), _values(one, options)) for one in whole.said if _cell(one, "sku")],
        brand=_cell(first, "brand"),
        descriptions={"zh-Hans": _cell(first, "description")},
        values=_values(first, shared),
        serial_pattern=_cell(first, "serial"),
        sold_from_date=_day(_cell(first, "from")),
        sold_until_date=_day(_cell(first, "until")),
        successor=_cell(first, "successor"),
    )


def _values(said: Mapping[str, str], attributes: "Sequence[Attribute]") -> dict[str, object]:
    """What a row says of these, in a column of the code or a name."""
    found: dict[str, object] = {}
    for one in attributes:
        titles = [one.code, *(name.lower() for name in one.names.values())]
        found[one.code] = next((said[title] for title in titles if said.get(title)), "")
    return found


def _prices(whole: Whole) -> Iterator[tuple[str, int]]:
    """Raises: ValueError."""
    from zhoudao.ground.installation import clock
    from zhoudao.kit.money import Money

    for one in whole.said:
        if _cell(one, "sku") and (price := _cell(one, "price").replace(",", "")):
            try:
                yield _cell(one, "sku"), Money.of(price, clock.currency()).minor
            except ValueError as error:
                raise ValueError(f"price is no amount like 1299.00: {price!r}") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-")) if text else None
    except ValueError as error:
        raise ValueError(f"this is no day like 2026-03-10: {text!r}") from error


def _cell(said: Mapping[str, str], name: str) -> str:
    return next((said[title].strip() for title in _COLUMNS[name] if said.get(title)), "")


def _head(titles: Sequence[str]) -> dict[str, int]:
    """Which column says what. Raises: Refused."""
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        name = next((name for name, known in _COLUMNS.items() if title in known), "")
        if name and name not in found:
            found[name] = place
    if missing := [name for name in _NEEDED if name not in found]:
        raise Refused(f"The first row must name the columns; there is none for {', '.join(missing)}.")
    return found
