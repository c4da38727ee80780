"""`zhoudao bench workbench`: the pages of orders, asked for among few orders and among a hundred times as many."""

from collections.abc import Callable
from typing import Any

from zhoudao.doors.cli import bench_seed, bench_workbench_seed
from zhoudao.doors.cli.bench_inside import Touched, Wish, touched_by
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch, scratches
from zhoudao.doors.cli.bench_search import spent_cpu
from zhoudao.kit.frozen import frozen

TIMES, MOST, FLAT, SLACK = 12, 12, 1.5, 60
LIST, OPEN = "Saleor: 90-112 + 40 ms of CPU", "Saleor: 50-64 + 31-40 ms of CPU"
PEERS = {"orders, newest": LIST, "an order, delivered": OPEN}
NOTES = [
    "Opened as an administrator who sees everything. “Flat”: the same statements, and at most "
    f"{FLAT} times the blocks of the smallest size and {SLACK} (an index over a hundred times the rows is higher).",
    "Milliseconds are CPU of the process that answers and of its database process, the middle one of "
    f"{TIMES}; statements and blocks do not depend on how busy the machine is.",
    "Orders of two years: nine in ten delivered, one in thirty under way, one in 400 held, one in 1,000 unpaid, one in "
    "10,000 from a source of its own; two in three buyers are new. The period's figures of the order board read what "
    "the period brought, and so does the detectors' page: they are told, without a goal.",
    "The peer's figures are constants from the project's issue 4.",
]


@frozen
class Measured:
    """One size: what each page touched, and the middle of its milliseconds."""

    orders: int
    pages: dict[str, tuple[Touched, float]]


def run(sizes: list[int], report: Report, say: Callable[[str], None]) -> None:
    """This will fill scratch installations, open every page and note the figures."""
    found = []
    for size in sizes:
        with scratches([f"workbench-{size}"]) as (scratch,):
            say(f"Filling {size:,} orders …")
            found.append(_look(scratch, size, report, say))
    judge(found, report)


def _look(scratch: Scratch, size: int, report: Report, say: Callable[[str], None]) -> Measured:
    scratch.drain()
    scratch.halt("worker", "clock", "analyst", "live")
    cookie = scratch.ask(bench_seed.make_cast).lead_cookie
    numbers = scratch.ask(bench_workbench_seed.seed, size, scratch.urls["postgres"])
    say(f"Every page at {size:,} orders …")
    report.calibrate()
    return Measured(size, scratch.ask(open_pages, numbers, cookie))


def paths(numbers: dict[str, str]) -> dict[str, str]:
    """What is opened, by what it is called."""
    from zhoudao.rooms.orders.models import Order
    from zhoudao.rooms.parcels.links import tracking_path

    one = Order.objects.get(number=numbers["delivered"])
    phone, code = f"139{_rank(one):08d}", f"SF{_rank(one):012d}"
    middle = Order.objects.order_by("placed_at").values_list("placed_at", "id")[Order.objects.count() // 2]
    cursor = f"{middle[0].isoformat()}|{middle[1]}".replace("+", "%2B")
    return {
        "orders, newest": "/desk/orders/",
        "orders, from the middle on": f"/desk/orders/?cursor={cursor}",
        "orders, open": "/desk/orders/?commercial=open",
        "orders, cancelled": "/desk/orders/?commercial=cancelled",
        "orders, payment failed": "/desk/orders/?payment=failed",
        "orders, refunded (none)": "/desk/orders/?payment=refunded",
        "orders, reserved": "/desk/orders/?fulfilment=reserved",
        "orders, packed (none)": "/desk/orders/?fulfilment=packed",
        "orders, payment failed and under way": "/desk/orders/?payment=failed&fulfilment=shipped",
        "orders, by number": f"/desk/orders/?q={one.number}",
        "orders, by the end of a number": f"/desk/orders/?q={one.number[-5:]}",
        "orders, by phone": f"/desk/orders/?q={phone}",
        "orders, by parcel": f"/desk/orders/?q={code}",
        "orders, by a name": f"/desk/orders/?q=%E9%A1%BE%E5%AE%A2{_rank(one)}",
        "workbench": "/desk/orders/holds/",
        "workbench, one reason": "/desk/orders/holds/?reason=incomplete",
        "workbench, late": "/desk/orders/holds/?whose=late",
        "workbench, nobody's": "/desk/orders/holds/?whose=nobody",
        "an order, delivered": f"/desk/orders/{one.number}/",
        "an order, held": f"/desk/orders/{numbers['held']}/",
        "an order, reserved": f"/desk/orders/{numbers['reserved']}/",
        "an order, under way": f"/desk/orders/{numbers['shipped']}/",
        "a customer's orders": f"/desk/customers/{one.customer_id}/orders/",
        "the customer's page of it": tracking_path(one.id),
        "unknown parcels": "/desk/orders/unknown/",
        "waves": "/desk/picking/",
        "a new wave": "/desk/picking/new/",
        "detectors": "/desk/orders/detectors/",
        "order board": "/desk/orders/board/",
    }


# of these, what is read follows what there is: a period's orders, the rarer of two things asked for, all open holds
_TOLD = ("detectors", "order board", "orders, payment failed and under way")


def _rank(order: Any) -> int:
    return int(order.number.partition("-")[2])


def open_pages(numbers: dict[str, str], cookie: str) -> dict[str, tuple[Touched, float]]:
    """What each page costs.

    Raises: AssertionError when one is not answered
    """
    from django.test import Client

    client, found = Client(headers={"cookie": cookie, "host": "127.0.0.1"}), {}
    for name, path in paths(numbers).items():
        touched, times = touched_by([Wish(path, cookie=cookie)] * TIMES, 200), []
        for _ in range(TIMES):
            before = spent_cpu()
            client.get(path)
            after = spent_cpu()
            times.append(after.ours + after.theirs - before.ours - before.theirs)
        found[name] = touched, sorted(times)[TIMES // 2]
    return found


def judge(found: list[Measured], report: Report) -> None:
    """This will note every page with its verdict."""
    small, large = found[0], found[-1]
    size = f"{small.orders:,} to {large.orders:,}"
    for name, (before, before_ms) in small.pages.items():
        after, after_ms = large.pages[name]
        is_flat = round(before.statements) == round(after.statements) and (after.blocks <= before.blocks * FLAT + SLACK)
        value = (
            f"{before.statements:.0f} and {after.statements:.0f} statements, {before.blocks:.0f} and "
            f"{after.blocks:.0f} blocks, {before_ms:.1f} and {after_ms:.1f} ms"
        )
        is_told = name in _TOLD
        budget = "" if is_told else f"≤ {MOST} statements, flat"
        kept = None if is_told else is_flat and after.statements <= MOST
        report.add(name, size, value, budget=budget, kept=kept, peers=PEERS.get(name, ""))
    report.notes += NOTES
