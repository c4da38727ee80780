"""`zhoudao bench orders`: what taking orders costs, one a request and many in one, and that each is there once."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from random import Random
from typing import Any

from zhoudao.doors.cli.bench_inside import Touched, Wish, touched_by
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch, scratches

WARM, PROBED, A_REQUEST, TOUCHLESS = 40, 22, 10_000, 3_000
CPU_MS, STATEMENTS, A_SECOND = 12.0, 12, 1_500
PEER = "Saleor on such a machine: 2.3 orders/s, 172-192 statements, 750-1,000 ms of CPU"
NOTES = [
    "The peer's figures are constants from the project's issue 4. CPU is user + system time of the web processes and "
    "of every PostgreSQL process, from /proc; worker, clock, live and analyst are halted. Statements count BEGIN and "
    "COMMIT.",
    "An order has one to four lines and a recipient; a third of the buyers bought before. Bulk: requests of 10,000 "
    "lines over one connection, the wall clock from the first byte sent to the last answer read; customers, orders, "
    "lines, events and blind indexes are written. Afterwards orders, lines, their sums and events are counted.",
]


def run(orders: int, operations: int, report: Report, say: Callable[[str], None]) -> None:
    """This will measure both ways in a scratch installation and note the figures.

    Raises: AssertionError when an answer is not right
    """
    from zhoudao.doors.cli import bench_touchless

    with scratches(["orders"]) as (scratch,):
        scratch.drain()
        scratch.halt("worker", "clock", "analyst", "live")
        token = scratch.ask(make_token)
        bench_touchless.run(scratch, token, TOUCHLESS, report, say)
        _single(scratch, token, operations, report, say)
        _bulk(scratch, token, orders, report, say)
        wrong = scratch.ask(differences, TOUCHLESS + WARM + operations + PROBED + orders)
    report.add(
        "orders, lines, sums and events as sent", f"{orders:,}", wrong or "equal", budget="equal", kept=not wrong
    )
    report.notes += NOTES


def order(number: int, rng: Random) -> dict[str, Any]:
    """An order as a shop sends it."""
    buyer = number if rng.random() < 0.67 else rng.randrange(number + 1)
    lines = [
        {
            "sku": f"SKU-{rng.randrange(5_000)}",
            "name": "胡桃木茶几",
            "quantity": rng.choice((1, 1, 2)),
            "price_minor": price,
        }
        for price in rng.sample(range(900, 400_000), rng.choice((1, 1, 2, 4)))
    ]
    phone = f"138{buyer % 10**8:08d}"
    return {
        "source": "bench",
        "external_number": f"B-{number}",
        "lines": lines,
        "discount_minor": rng.choice((0, 0, 500)),
        "shipping_minor": rng.choice((0, 1_200)),
        "payment": "captured",
        "buyer": {"external_id": f"b-{buyer}", "name": f"王小姐{buyer}", "phone": phone},
        "recipient": {
            "name": f"王小姐{buyer}",
            "phone": phone,
            "province": "江苏省",
            "city": "南京市",
            "district": "鼓楼区",
            "address": f"中山北路 {number % 900} 号 {number % 30} 单元 501",
        },
        "remark": rng.choice(("", "", "周末送货，提前电话联系")),
    }


def make_token() -> str:
    """A token that may place orders, in the scratch installation."""
    from zhoudao.ground.accounts.tokens import create_token

    return create_token(name="bench", scopes=["orders:write", "demo:replay"])


def differences(orders: int) -> str:
    """What is not as it was sent: empty when all is."""
    from django.db.models import F, Sum

    from zhoudao.ground.eventlog.models import Event
    from zhoudao.rooms.orders.models import Order, OrderLine

    lines = OrderLine.objects.aggregate(
        goods=Sum(F("price_minor") * F("quantity")), discount=Sum("discount_minor"), shipping=Sum("shipping_minor")
    )
    sums = Order.objects.aggregate(
        goods=Sum("goods_minor"), discount=Sum("discount_minor"), shipping=Sum("shipping_minor")
    )
    told = Event.objects.filter(type="orders.OrderPlaced").count()
    counted = Order.objects.count(), OrderLine.objects.count(), told
    expected = orders, Order.objects.aggregate(n=Sum("line_count"))["n"], orders
    return "" if counted == expected and lines == sums else f"{counted} for {expected}, {lines} for {sums}"


def _single(scratch: Scratch, token: str, operations: int, report: Report, say: Callable[[str], None]) -> None:
    say(f"{operations:,} orders, one a request …")
    rng = Random(1)  # noqa: S311  # what is bought, not a secret
    bodies = [json.dumps(order(number, rng), ensure_ascii=False) for number in range(WARM + operations)]
    door = HTTPConnection("127.0.0.1", scratch.port, timeout=120)
    _post_all(door, token, bodies[:WARM])
    report.calibrate()
    before, began = scratch.cpu("web"), time.monotonic()
    _post_all(door, token, bodies[WARM:])
    cpu, seconds = (scratch.cpu("web") - before) / operations, time.monotonic() - began
    report.calibrate()
    first = WARM + operations
    wishes = [
        Wish("/api/v1/orders", token=token, body=json.dumps(order(first + number, rng))) for number in range(PROBED)
    ]
    touched: Touched = scratch.ask(touched_by, wishes, 201)
    kept = cpu <= CPU_MS and touched.statements <= STATEMENTS
    value = f"{cpu:.1f} ms ({cpu / report.loop:.2f} loops)"
    value += f", {touched.statements:.1f} statements, {touched.blocks:.0f} blocks"
    budget = f"≤ {CPU_MS:.0f} ms, ≤ {STATEMENTS} statements"
    report.add("an order a request", f"{operations:,}", value, budget=budget, kept=kept, peers=PEER)
    report.add("an order a request, one client", f"{operations:,}", f"{operations / seconds:.0f}/s (wall clock)")


def _bulk(scratch: Scratch, token: str, orders: int, report: Report, say: Callable[[str], None]) -> None:
    rng, first = Random(2), 10_000_000  # noqa: S311  # what is bought, not a secret
    lines = [json.dumps(order(first + number, rng), ensure_ascii=False).encode() for number in range(orders)]
    for name, status in (("bulk, new", "placed"), ("bulk, sent again", "repeated")):
        say(f"{orders:,} orders, {A_REQUEST:,} a request, {name} …")
        report.calibrate()
        before, began = scratch.cpu("web"), time.monotonic()
        for place in range(0, orders, A_REQUEST):
            part = lines[place : place + A_REQUEST]
            found = ask(HTTPConnection("127.0.0.1", scratch.port, timeout=600), token, b"\n".join(part))
            if [one["status"] for one in found] != [status] * len(part):
                raise AssertionError(f"Not all were {status}: {[one for one in found if one['status'] != status][:3]}")
        rate = orders / (time.monotonic() - began)
        cpu = (scratch.cpu("web") - before) / orders
        report.calibrate()
        budget, kept = (f"≥ {A_SECOND:,}/s", rate >= A_SECOND) if status == "placed" else ("", None)
        report.add(name, f"{orders:,}", f"{rate:,.0f}/s (wall clock), {cpu:.2f} ms each", budget=budget, kept=kept)
    megabytes = max(scratch.resident("web"))
    report.add(
        "largest web process afterwards", f"{orders:,}", f"{megabytes:.0f} MB", budget="≤ 160 MB", kept=megabytes <= 160
    )


def _post_all(door: HTTPConnection, token: str, bodies: list[str]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for body in bodies:
        door.request("POST", "/api/v1/orders", body.encode(), headers)
        answer = door.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise AssertionError(f"An order was answered {answer.status}: {said[:300]!r}")


def ask(door: HTTPConnection, token: str, body: bytes) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    door.request("POST", "/api/v1/orders/bulk", body, headers)
    answer = door.getresponse()
    said = answer.read()
    door.close()
    if answer.status != 200:
        raise AssertionError(f"The orders were answered {answer.status}: {said[:300]!r}")
    return [json.loads(line) for line in said.splitlines()]
