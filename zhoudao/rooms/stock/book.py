"""The balances one transaction holds, and what it moves of them: book and ledger are written in one statement.

Everybody holds balances first, in one order, and reservations only afterwards: nobody waits for somebody who waits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.stock.goods import Goods, Key, Purpose, words_of
from zhoudao.rooms.stock.models import Kind, Movement
from zhoudao.rooms.stock.refusals import KeyReused, QuantityUnsound, SkuUnknown, WarehouseClosed, WarehouseUnknown

_FULL = 1_000_000_000  # what no shelf holds, and a column does
# Closing a warehouse locks its row for itself: under KEY SHARE nobody closes it before we are done.
_HOLD = """
    SELECT b.id, b.warehouse_id, b.sku, b.on_hand, b.reserved, b.safety, b.moves, w.code, w.store_id,
           w.closed_at IS NOT NULL
    FROM unnest(%s::uuid[], %s::text[]) AS asked (warehouse_id, sku)
    JOIN stock_balance b ON b.warehouse_id = asked.warehouse_id AND b.sku = asked.sku
    JOIN stock_warehouse w ON w.id = b.warehouse_id
    ORDER BY b.warehouse_id, b.sku
    FOR NO KEY UPDATE OF b FOR KEY SHARE OF w
"""
_FOUND = """
    WITH items AS (
        INSERT INTO stock_item (sku, names, words, grams)
        SELECT DISTINCT ON (sku) sku, '{}'::jsonb, words, string_to_array(grams, ' ')
        FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (sku, words, grams) ORDER BY sku
        ON CONFLICT DO NOTHING
    )
    INSERT INTO stock_balance (id, warehouse_id, sku, on_hand, reserved, safety, moves)
    SELECT new.id, new.warehouse_id, new.sku, 0, 0, 0, 0
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS new (id, warehouse_id, sku)
    JOIN stock_warehouse w ON w.id = new.warehouse_id
    ORDER BY new.warehouse_id, new.sku
    ON CONFLICT DO NOTHING
"""
_WRITE = """
    WITH changed AS (
        UPDATE stock_balance b
        SET on_hand = now.on_hand, reserved = now.reserved, safety = now.safety, moves = now.moves
        FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::int[], %s::int[])
             AS now (id, on_hand, reserved, safety, moves)
        WHERE b.id = now.id
    )
    INSERT INTO stock_movement (id, balance_id, seq, kind, on_hand, reserved, on_hand_after, reserved_after, at, actor,
                                reason, reference, purpose_kind, purpose_id, key)
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::int[], %s::int[], %s::int[], %s::int[],
                         %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[])
"""


@dataclass
class Row:
    """One balance in hand."""

    id: UUID
    warehouse_id: UUID
    sku: str
    on_hand: int
    reserved: int
    safety: int
    moves: int
    warehouse: str
    store_id: UUID | None
    is_closed: bool

    @property
    def free(self) -> int:
        """How many may be promised."""
        return self.on_hand - self.reserved - self.safety

    @property
    def key(self) -> Key:
        """Where of what."""
        return self.warehouse_id, self.sku


@frozen
class Cause:
    """Who moved it, when, and why."""

    by: By
    at: datetime
    reason: str = ""
    reference: str = ""
    purpose: Purpose | None = None


@dataclass
class Book:
    """Balances in hand by warehouse and item, what moved, and what is to be told."""

    rows: dict[Key, Row]
    changed: dict[UUID, Row] = field(default_factory=dict)
    moved: list[tuple[object, ...]] = field(default_factory=list)
    told: list[Entry] = field(default_factory=list)

    def row(self, key: Key) -> Row:
        """One balance. Raises: SkuUnknown."""
        row = self.rows.get(key)
        if row is None:
            raise SkuUnknown(SkuUnknown.__doc__)
        return row

    def move(
        self, row: Row, kind: Kind, cause: Cause, *, on_hand: int = 0, reserved: int = 0, key: str | None = None
    ) -> None:
        """This will change a balance by so many, and note why. Raises: QuantityUnsound."""
        if row.on_hand + on_hand > _FULL:
            raise QuantityUnsound(QuantityUnsound.__doc__)
        row.on_hand, row.reserved, row.moves = row.on_hand + on_hand, row.reserved + reserved, row.moves + 1
        self.changed[row.id] = row
        purpose = cause.purpose
        self.moved.append(
            (
                *(uuid7(), row.id, row.moves, kind.value, on_hand, reserved, row.on_hand, row.reserved),
                *(cause.at, cause.by.actor, cause.reason, cause.reference),
                *(purpose.kind if purpose else "", purpose.id if purpose else None, key),
            )
        )

    def tell(self, row: Row, fact: Fact, by: By, *more: About) -> None:
        """This will record what happened to a balance, when the book is written."""
        here = By(by.actor, store_id=row.store_id, channel=by.channel, element=by.element)
        self.told.append(Entry(fact, [About("stock", row.id), *more], here))

    def write(self, *, by: By, at: datetime) -> None:
        """This will write book, ledger and what is told."""
        rows = list(self.changed.values())
        if rows:
            now = [[getattr(row, name) for row in rows] for name in ("id", "on_hand", "reserved", "safety", "moves")]
            lines = [list(column) for column in zip(*self.moved, strict=True)] or [[] for _ in range(15)]
            with connection.cursor() as cursor:
                cursor.execute(_WRITE, [*now, *lines])
        record_all(self.told, at=at, by=by)
        self.changed, self.moved, self.told = {}, [], []


def hold(keys: Iterable[Key], *, is_taking: bool = False) -> Book:
    """These balances, locked in one order; those that do not exist are left out.

    `is_taking`: something is to come or to be kept there. Raises: WarehouseClosed.
    """
    wanted = sorted(set(keys))
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [[place for place, _ in wanted], [sku for _, sku in wanted]])
        rows = [Row(*values) for values in cursor.fetchall()]
    if is_taking and any(row.is_closed for row in rows):
        raise WarehouseClosed(WarehouseClosed.__doc__)
    return Book({row.key: row for row in rows})


def hold_founding(keys: Iterable[Key]) -> Book:
    """These balances, locked in one order; items and balances not known yet begin with nothing.

    Raises: WarehouseUnknown, WarehouseClosed
    """
    wanted = sorted(set(keys))
    places, skus = [place for place, _ in wanted], [sku for _, sku in wanted]
    found = [words_of(sku, {}, None) for sku in skus]
    words, grams = [one for one, _ in found], [" ".join(pieces) for _, pieces in found]
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [skus, words, grams, [uuid7() for _ in wanted], places, skus])
    book = hold(wanted, is_taking=True)
    if len(book.rows) < len(wanted):
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    return book


def keys_of(key: str, goods: Sequence[Goods]) -> list[str | None]:
    """The key of each line's movement; none without a key."""
    return [f"{key}:{number}" if key else None for number in range(len(goods))]


def is_done(book: Book, kind: Kind, goods: Sequence[Goods], keys: Sequence[str | None]) -> bool:
    """Whether exactly this was moved under these keys before. The balances are held. Raises: KeyReused."""
    asked = [key for key in keys if key]
    if not asked:
        return False
    rows = Movement.objects.filter(key__in=asked).values_list("key", "balance_id", "kind", "on_hand")
    found = {key: (balance_id, kind, abs(on_hand)) for key, balance_id, kind, on_hand in rows}
    if not found:
        return False
    expected = {
        key: (book.row(one.key).id, kind.value, abs(one.quantity)) for key, one in zip(keys, goods, strict=True)
    }
    if found != expected:
        raise KeyReused(KeyReused.__doc__)
    return True
