"""The orders of a list: rows of the same number are one order, whichever file or row says what of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from zhoudao.kit.tables import rows_of
from zhoudao.kit.text import clip
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.placing import Taking
from zhoudao.rooms.orders.lists.mapping import MapUnsound, OrderMap
from zhoudao.rooms.orders.lists.values import CellUnsound, minor, moment, pieces, spoiled
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.refusals import Fault
from zhoudao.rooms.orders.submission import Item, Recipient, Submission

_PAYMENTS = {
    "captured": ("captured", "paid", "yes", "已付款", "已支付", "已收款", "是"),
    "authorised": ("authorised", "authorized", "已授权"),
    "pending": ("", "pending", "unpaid", "no", "未付款", "未支付", "待付款", "否"),
}
_PAID = {word: code for code, words in _PAYMENTS.items() for word in words}
_CANCELLED = {"cancelled": "other", "canceled": "other", "已取消": "other", "取消": "other", "no_stock": "no_stock"}
_NUMBERS = frozenset(["external_number", "phone", "buyer_phone", "buyer_id", "sku"])
_LONGEST_TITLE = 80
Row = dict[str, str]


@dataclass(frozen=True)
class Drawn:
    """An order of a list, by its rows' numbers as a spreadsheet shows them; or what is wrong with it."""

    rows: Sequence[int]
    taking: Taking | None
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class List:
    """A file that was read: its columns' titles, and every row that says anything, by number."""

    titles: list[str]
    rows: list[tuple[int, list[str]]]


def read_list(content: bytes) -> List:
    """Raises: TableUnreadable, MapUnsound."""
    rows = rows_of(content, is_strict=True)
    titles = [clip(title, _LONGEST_TITLE) for title in next(rows, [])]
    if not any(titles):
        raise MapUnsound("The first row must name the columns.")
    return List(titles, [(number, row) for number, row in enumerate(rows, start=2) if any(row)])


def orders_in(main: List, how: OrderMap, others: Mapping[str, List] | None = None) -> Iterator[Drawn]:
    """The orders, in the order of their first rows. `others`: the map's further files by name.

    Raises: MapUnsound
    """
    joined = [(join.on, others[join.file]) for join in how.join] if others else []
    titles = _named([*main.titles, *(title for _on, other in joined for title in other.titles)])
    missing = [title for title in how.columns.values() if title and title not in titles]
    if missing:
        raise MapUnsound(f"The list has no column {', '.join(missing)}. It has: {', '.join(main.titles)}.")
    lookups = [(on, other.titles, _by(on, other)) for on, other in joined]
    wanted = {name: title for name, title in how.columns.items() if title}
    grouped: dict[str, list[tuple[int, Row]]] = {}
    for number, cells in main.rows:
        for row in _widened(_row(main.titles, cells), lookups):
            said = {name: row.get(title, "") for name, title in wanted.items()}
            grouped.setdefault(said["external_number"] or f"\0{number}", []).append((number, said))
    for found in grouped.values():
        yield _drawn([number for number, _said in found], [said for _number, said in found], how)


def _named(titles: Sequence[str]) -> set[str]:
    return {title for title in titles if title}


def _row(titles: Sequence[str], cells: Sequence[str]) -> Row:
    """Of two columns of one name the first speaks."""
    return dict(reversed(list(zip(titles, cells, strict=False))))


def _by(on: str, other: List) -> dict[str, list[Row]]:
    if on not in other.titles:
        raise MapUnsound(f"A further file has no column {on}. It has: {', '.join(other.titles)}.")
    found: dict[str, list[Row]] = {}
    for _number, cells in other.rows:
        row = _row(other.titles, cells)
        found.setdefault(row.get(on, ""), []).append(row)
    return found


def _widened(row: Row, lookups: Sequence[tuple[str, list[str], dict[str, list[Row]]]]) -> list[Row]:
    rows = [row]
    for on, _titles, found in lookups:
        rows = [{**more, **one} for one in rows for more in found.get(one.get(on, ""), [{}])]
    return rows


class _Reader:
    """One order's rows, and what is wrong in them."""

    def __init__(self, rows: Sequence[Row], how: OrderMap) -> None:
        self.rows, self.how, self.zone = rows, how, ZoneInfo(how.zone)
        self.faults: list[Fault] = []
        self.currency = self.text("currency") or how.currency

    def text(self, name: str) -> str:
        """What the rows say of the whole order: the same, or nothing."""
        said = {row[name] for row in self.rows if row.get(name)}
        if len(said) > 1:
            self.faults.append(Fault(name, "disagree"))
        value = min(said, default="")
        if name in _NUMBERS and spoiled(value):
            self.faults.append(Fault(name, "spoiled"))
        return value

    def moment(self, name: str) -> datetime | None:
        """A time the rows agree on."""
        try:
            return moment(self.text(name), self.zone)
        except CellUnsound as fault:
            self.faults.append(Fault(name, str(fault)))
            return None

    def minor(self, name: str) -> int:
        """An amount the rows agree on."""
        return self._minor(self.text(name), name)

    def coded(self, name: str, known: Mapping[str, str]) -> str:
        """A word as our code; the map's own words first."""
        said = self.text(name).lower()
        said = self.how.words.get(name, {}).get(said, said)
        if said not in known:
            self.faults.append(Fault(name, "word_unknown"))
        return known.get(said, "")

    def items(self) -> list[Item]:
        """The lines; none where no row names a thing."""
        return [self._item(row) for row in self.rows if row.get("sku") or row.get("price")]

    def line_shipping(self) -> int:
        """What the rows cost to send, added up."""
        return sum(self._minor(row.get("line_shipping", ""), "line_shipping") for row in self.rows)

    def _item(self, row: Row) -> Item:
        if spoiled(row.get("sku", "")):
            self.faults.append(Fault("sku", "spoiled"))
        try:
            quantity = pieces(row.get("quantity", ""))
        except CellUnsound as fault:
            self.faults.append(Fault("quantity", str(fault)))
            quantity = 1
        return Item(row.get("sku", ""), quantity, self._minor(row["price"], "price"), row.get("product_name", ""))

    def _minor(self, text: str, name: str) -> int:
        try:
            return minor(text, self.currency)
        except CellUnsound as fault:
            self.faults.append(Fault(name, str(fault)))
            return 1


def _drawn(numbers: list[int], rows: list[Row], how: OrderMap) -> Drawn:
    reader = _Reader(rows, how)
    submission = _submission(reader, how)
    past = _past(reader, submission.placed_at) if how.is_history else None
    shown = list(dict.fromkeys(numbers))
    if reader.faults:
        return Drawn(shown, None, list(dict.fromkeys(reader.faults)))
    return Drawn(shown, Taking(submission, past))


def _submission(reader: _Reader, how: OrderMap) -> Submission:
    total = reader.text("total")
    return Submission(
        source=how.source,
        external_number=reader.text("external_number"),
        items=reader.items(),
        currency=reader.currency,
        discount_minor=reader.minor("discount"),
        shipping_minor=reader.minor("shipping") + reader.line_shipping(),
        tax_minor=reader.minor("tax"),
        total_minor=reader.minor("total") if total else None,
        payment=reader.coded("payment", _PAID),
        recipient=Recipient(
            *(reader.text(name) for name in ("name", "phone", "address", "province", "city", "district"))
        ),
        remark=reader.text("remark"),
        claims=_claims(reader, how),
        buyer_name=reader.text("buyer_name"),
        store=reader.text("store") or how.store,
        language=how.language,
        placed_at=reader.moment("placed_at"),
        promised_at=reader.moment("promised_at"),
    )


def _claims(reader: _Reader, how: OrderMap) -> list[Claim]:
    claims = [
        Claim("external", reader.text("buyer_id"), scope=how.source),
        Claim("phone", reader.text("buyer_phone")),
        Claim("email", reader.text("buyer_email")),
    ]
    return [claim for claim in claims if claim.value]


def _past(reader: _Reader, placed_at: datetime | None) -> Past:
    """Cancelled without saying when: with the last that is known."""
    times = [reader.moment(name) for name in ("approved_at", "shipped_at", "delivered_at", "cancelled_at")]
    status = reader.text("status").lower()
    reason = _CANCELLED.get(reader.how.words.get("status", {}).get(status, status))
    cancelled_at = times[3]
    if reason is not None and cancelled_at is None:
        cancelled_at = max([one for one in (*times, placed_at) if one is not None], default=None)
    return Past(times[0], times[1], times[2], cancelled_at, cancel_reason=reason or "other")
