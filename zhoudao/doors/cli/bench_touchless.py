"""The part of `zhoudao bench orders` nobody touches: review, allocation and reservation behind placed orders."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from random import Random
from typing import Any

from zhoudao.doors.cli.bench_orders import ask
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch

A_SECOND, SKUS, PLACES, LONGEST_SECONDS = 100, 200, 5, 900
_CITIES = (
    ("江苏省", "南京市", "鼓楼区"),
    ("四川省", "成都市", "武侯区"),
    ("广东省", "广州市", "天河区"),
    ("浙江省", "杭州市", "西湖区"),
)
_LEFT = "SELECT count(*) FROM orders_order WHERE commercial = 'placed' AND open_holds = 0"
NOTE = (
    "Touchless: the orders lie there before the worker is woken; the wall clock runs until the last of them is "
    "approved, with everything else the worker does about them (cases, notices, figures). Five warehouses with a daily "
    "capacity, 200 SKUs, one to three lines; afterwards every order is approved and reserved, and days, book and "
    "ledger are counted."
)


def run(scratch: Scratch, token: str, orders: int, report: Report, say: Callable[[str], None]) -> None:
    """This will measure it with the clock and the analyst halted.

    Raises: AssertionError when an answer is not right
    """
    say(f"{orders:,} orders nobody touches …")
    scratch.ask(stock_up, orders)
    scratch.resume("worker")
    scratch.drain()  # of the goods that came
    scratch.halt("worker")
    rng = Random(52)  # noqa: S311  # what is bought, not a secret
    body = b"\n".join(json.dumps(clean_order(number, rng), ensure_ascii=False).encode() for number in range(orders))
    found = ask(HTTPConnection("127.0.0.1", scratch.port, timeout=600), token, body)
    assert [one["status"] for one in found] == ["placed"] * orders, "they were not all placed"
    report.calibrate()
    before, began = scratch.cpu("worker"), time.monotonic()
    scratch.resume("worker")
    _wait(scratch, began)
    seconds, cpu = time.monotonic() - began, (scratch.cpu("worker") - before) / orders
    report.calibrate()
    scratch.drain()
    scratch.halt("worker")
    rate = orders / seconds
    value = f"{rate:,.0f}/s (wall clock), {cpu:.1f} ms of CPU each"
    report.add(
        "touchless: review, allocation, reservation",
        f"{orders:,}",
        value,
        budget=f"≥ {A_SECOND}/s",
        kept=rate >= A_SECOND,
    )
    wrong = scratch.ask(differences, orders)
    report.add(
        "touchless: all approved, days, book and ledger",
        f"{orders:,}",
        wrong or "equal",
        budget="equal",
        kept=not wrong,
    )
    report.notes.append(NOTE)


def clean_order(number: int, rng: Random) -> dict[str, Any]:
    """An order without anything odd, of a buyer of its own."""
    province, city, district = _CITIES[number % len(_CITIES)]
    skus = rng.sample(range(SKUS), rng.choice((1, 1, 2, 3)))
    return {
        "source": "bench",
        "external_number": f"T-{number}",
        "lines": [{"sku": f"T-{sku}", "name": "餐椅", "quantity": 1, "price_minor": 9_900 + 100 * sku} for sku in skus],
        "payment": "captured",
        "buyer": {"external_id": f"t-{number}", "name": "王小姐", "phone": f"139{number:08d}"},
        "recipient": {
            "name": "王小姐",
            "phone": f"139{number:08d}",
            "province": province,
            "city": city,
            "district": district,
            "address": f"中山北路 {number} 号",
        },
    }


def stock_up(orders: int) -> None:
    """Warehouses with goods enough for all, and room for all in two days."""
    from datetime import UTC, datetime

    from zhoudao.ground.eventlog.recording import By
    from zhoudao.rooms.stock.commands.receiving import receive_stock
    from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
    from zhoudao.rooms.stock.goods import Goods

    at, by = datetime.now(UTC), By("system:bench")
    where = (("江苏", "南京"), ("四川", "成都"), ("广东", "广州"), ("北京", "北京"), ("湖北", "武汉"))
    for number, (province, city) in enumerate(where[:PLACES]):
        terms = Terms(
            {"en": city}, province, city, daily_capacity=max(1, orders // PLACES), parcel_minor=500, way_minor=80
        )
        place = open_warehouse(code=f"touchless-{number}", terms=terms, by=by, at=at)
        for first in range(0, SKUS, 100):
            goods = [Goods(place.id, f"T-{sku}", orders // 10 + 10) for sku in range(first, first + 100)]
            receive_stock(goods=goods, by=by, at=at)


def differences(orders: int) -> str:
    """What is not as it should be: empty when all is."""
    from django.db.models import F, Sum

    from zhoudao.rooms.orders.models import Order, OrderLine, PlaceDay
    from zhoudao.rooms.stock.models import Balance, Line, Movement

    done = Order.objects.filter(
        external_number__startswith="T-", commercial="approved", fulfilment="reserved", open_holds=0
    )
    pieces = OrderLine.objects.filter(order__in=done).aggregate(n=Sum("quantity"))["n"] or 0
    booked = Balance.objects.aggregate(n=Sum("reserved"))["n"] or 0
    moved = Movement.objects.filter(kind="reservation").aggregate(n=Sum("reserved"))["n"] or 0
    kept = Line.objects.filter(held__gt=0).values("reservation", "balance__warehouse").distinct().count()
    counted = PlaceDay.objects.aggregate(n=Sum("parcels"))["n"] or 0
    over = PlaceDay.objects.filter(parcels__gt=F("place__daily_capacity")).count()
    found = (done.count(), booked, moved, counted, over)
    return "" if found == (orders, pieces, pieces, kept, 0) else f"{found} for {(orders, pieces, pieces, kept, 0)}"


def _wait(scratch: Scratch, began: float) -> None:
    with scratch.superuser() as raw:
        while (row := raw.execute(_LEFT).fetchone()) is None or row[0]:
            assert time.monotonic() - began < LONGEST_SECONDS, "they are not approved"
            time.sleep(0.1)
