"""Processes are killed while orders come in: what was acknowledged is there once, and nothing is promised twice."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from random import Random
from typing import Any

import pytest

from tests.stories.house import House
from tests.stories.test_kills import KILLED
from tests.test_run import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stories")]
SKUS, PLACE = 12, "kunshan"
CLIENTS, SINGLE, A_BATCH = 4, 3, 15  # each client: so many orders one by one, then so many in one request
Record = Callable[[str, object], None]


def test_a_few_kills_lose_no_order(house: House, record_property: Record) -> None:
    play_and_kill(house, orders=360, kills_each=2, record=record_property)


@pytest.mark.soak
def test_many_kills_lose_no_order(house: House, record_property: Record) -> None:
    play_and_kill(house, orders=6_000, kills_each=10, record=record_property)


def play_and_kill(house: House, *, orders: int, kills_each: int, record: Record) -> None:
    """Goods for about two orders of three: the others are held."""
    shop, began = Shop(house, orders), time.monotonic()
    shop.stock_up(orders)
    clients = [threading.Thread(target=shop.client, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    kills = list(islice(cycle(KILLED), kills_each * len(KILLED)))
    for number, part in enumerate(kills):
        due = orders * (number + 1) // (len(kills) + 2)
        wait_for(partial(shop.has_come, due), 600)
        wait_for(partial(house.has_process, part), 60)
        house.kill(part)
    for client in clients:
        client.join(timeout=900)
    assert not any(client.is_alive() for client in clients)
    assert shop.troubles == []
    wait_for(house.is_ready, 60)
    wait_for(lambda: house.one(_UNSEEN, like=f"{shop.name}-%") == 0, 300)
    counted = check(house, shop)
    told = {"orders": orders, "kills of each": kills_each, **counted, "requests tried again": shop.retried}
    for name, value in told.items():
        record(name, value)
    record("seconds", round(time.monotonic() - began))


class Shop:
    """Several clients that send a shop's orders and send each again until it is acknowledged."""

    def __init__(self, house: House, orders: int) -> None:
        self.house, self.orders, self.name = house, orders, f"K{time.time_ns() // 1_000_000}"
        words = house.say("token", "create", "--role", "api", *_scopes("orders:write", "orders:read", "stock:write"))
        self.token = next(word for word in words.split() if word.startswith("zd_"))
        self.numbers: dict[str, str] = {}  # what the shop calls it: what we do
        self.cancelled: set[str] = set()
        self.troubles: list[str] = []
        self.retried = 0

    def stock_up(self, orders: int) -> None:
        for sku in range(SKUS):
            goods = {"kind": "receipt", "warehouse": PLACE, "sku": f"{self.name}-{sku}", "quantity": orders // SKUS}
            self.ask("/stock/movements", goods, key=f"{self.name}-stock-{sku}")

    def client(self, number: int) -> None:
        """Every CLIENTS-th order: some one by one, then some in one request; of the single ones a few are cancelled."""
        try:
            mine = [one for one in range(self.orders) if one % CLIENTS == number]
            while mine:
                single, batch = mine[:SINGLE], mine[SINGLE : SINGLE + A_BATCH]
                mine = mine[SINGLE + A_BATCH :]
                for one in single:
                    self.send(one)
                if batch:
                    self.send_together(batch)
        except Exception as trouble:
            self.troubles.append(repr(trouble))

    def send(self, number: int) -> None:
        found = self.ask("/orders", self.order(number))
        self.note(found["external_number"], found["number"])
        if number % 11 == 0:
            self.ask(f"/orders/{found['number']}/cancel", {"reason": "customer"})
            self.cancelled.add(found["number"])

    def send_together(self, numbers: list[int]) -> None:
        lines = "\n".join(json.dumps(self.order(one)) for one in numbers)
        for answer in self.ask("/orders/bulk", lines).splitlines():
            found = json.loads(answer)
            assert found["status"] in ("placed", "repeated"), found
            self.note(found["external_number"], found["number"])

    def note(self, theirs: str, ours: str) -> None:
        assert self.numbers.setdefault(theirs, ours) == ours, "acknowledged as two orders"

    def has_come(self, due: int) -> bool:
        return len(self.numbers) >= due or bool(self.troubles)

    def order(self, number: int) -> dict[str, Any]:
        rng = Random(number)  # the same each time it is sent
        skus = rng.sample(range(SKUS), rng.choice((1, 1, 2)))
        return {
            "source": "kills",
            "external_number": f"{self.name}-{number}",
            "lines": [
                {"sku": f"{self.name}-{sku}", "name": "餐椅", "quantity": 1, "price_minor": 9_900} for sku in skus
            ],
            "payment": "captured",
            "buyer": {"external_id": f"{self.name}-{number}", "name": "王小姐", "phone": f"137{number:08d}"},
            "recipient": {
                "name": "王小姐",
                "phone": f"137{number:08d}",
                "province": "江苏省",
                "city": "南京市",
                "district": "鼓楼区",
                "address": f"中山北路 {number} 号",
            },
        }

    def ask(self, path: str, body: Any, *, key: str = "") -> Any:
        """Sent again until there is an answer: a dead server is none, nor is one that says it cannot now."""
        is_lines = isinstance(body, str)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/x-ndjson" if is_lines else "application/json",
        } | ({"Idempotency-Key": key} if key else {})
        data = (body if is_lines else json.dumps(body)).encode()
        until = time.monotonic() + 180
        while True:
            request = urllib.request.Request(f"{self.house.url}/api/v1{path}", data, headers)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    read = answer.read().decode()
                    return read if is_lines else json.loads(read)
            except urllib.error.HTTPError as refusal:
                if refusal.code not in (429, 500, 502, 503, 504):
                    raise AssertionError(refusal.read().decode()) from refusal
            except (OSError, ValueError, http.client.HTTPException):
                pass  # no server, or an answer that broke off
            assert time.monotonic() < until, "nobody answered for three minutes"
            self.retried += 1
            time.sleep(0.3)


def check(house: House, shop: Shop) -> dict[str, int]:
    """Asked of the database, without the product's own queries."""
    like = {"like": f"{shop.name}-%"}
    assert len(shop.numbers) == shop.orders, "not all were acknowledged"
    there = {row["external_number"]: row for row in house.sql(_ORDERS, **like)}
    assert {theirs: row["number"] for theirs, row in there.items()} == shop.numbers, "lost, or under another number"
    assert house.one(_PLACED, **like) == shop.orders, "placed twice, or never told"
    states = [(row["commercial"], row["fulfilment"], row["open_holds"] > 0) for row in there.values()]
    assert set(states) <= {("approved", "reserved", False), ("placed", "none", True), ("cancelled", "none", False)}
    cancelled = {row["number"] for row in there.values() if row["commercial"] == "cancelled"}
    assert cancelled == shop.cancelled
    assert [row for row in house.sql(_KEPT, **like) if row["wanted"] != row["held"]] == [], "kept more or less"
    assert house.sql(_BOOK) == [], "book, ledger and what is kept differ"
    assert house.one(_DAYS) == 0, "a day counts other parcels than leave on it"
    reserved = states.count(("approved", "reserved", False))
    return {"reserved": reserved, "held": states.count(("placed", "none", True)), "cancelled": len(cancelled)}


def _scopes(*names: str) -> list[str]:
    return [word for name in names for word in ("--scope", name)]


_UNSEEN = """
    SELECT count(*) FROM orders_order
     WHERE external_number LIKE %(like)s AND commercial = 'placed' AND (open_holds = 0 OR reviewed_at IS NULL)
"""
_ORDERS = """
    SELECT external_number, number, commercial, fulfilment, open_holds
      FROM orders_order WHERE external_number LIKE %(like)s
"""
_PLACED = """
    SELECT count(*) FROM eventlog_event e JOIN orders_order o ON o.id = e.primary_id
     WHERE e.type = 'orders.OrderPlaced' AND o.external_number LIKE %(like)s
"""
_KEPT = """
    SELECT o.number, o.commercial,
           CASE o.commercial WHEN 'approved'
                THEN (SELECT sum(l.quantity) FROM orders_orderline l WHERE l.order_id = o.id) ELSE 0 END AS wanted,
           coalesce((SELECT sum(k.held) FROM stock_line k JOIN stock_reservation r ON r.id = k.reservation_id
                      WHERE r.purpose_kind = 'order' AND r.purpose_id = o.id), 0) AS held
      FROM orders_order o WHERE o.external_number LIKE %(like)s
"""
_BOOK = """
    SELECT b.sku FROM stock_balance b
      JOIN LATERAL (SELECT count(*) AS n, sum(on_hand) AS on_hand, sum(reserved) AS reserved, max(seq) AS last
                      FROM stock_movement m WHERE m.balance_id = b.id) AS moved ON true
     WHERE (b.on_hand, b.reserved, b.moves, b.moves)
           IS DISTINCT FROM (coalesce(moved.on_hand, 0), coalesce(moved.reserved, 0), moved.n, coalesce(moved.last, 0))
        OR b.reserved > b.on_hand
        OR b.reserved <> coalesce((SELECT sum(k.held) FROM stock_line k WHERE k.balance_id = b.id), 0)
"""
# Of days that are over in the demo company's zone nothing is given back.
_DAYS = """
    SELECT count(*) FROM (
        SELECT place, packing_date, count(*) AS parcels FROM orders_order, unnest(packing_places) AS place
         WHERE packing_date >= (now() AT TIME ZONE 'Asia/Shanghai')::date GROUP BY place, packing_date) AS leave
      JOIN orders_placeday d ON d.place_id = leave.place AND d.date = leave.packing_date
     WHERE d.parcels <> leave.parcels
"""
