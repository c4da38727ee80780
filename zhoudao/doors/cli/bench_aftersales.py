"""`zhoudao bench aftersales`: how soon it is known what may come back, what the page costs, that refunds add up, and
the two repair flows side by side.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from random import Random
from typing import Any

from zhoudao.doors.cli import bench_repairs
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch, scratches

KNOWN_MS, ORDERS, LINES = 10.0, 300, 3
REASONS = ("no_reason", "damaged", "quality", "missing")
NOTES = [
    "Eligibility: delivered orders of one to three lines, an order a question, four reasons in turn; wall clock with "
    "all its reads, on a machine that does nothing else; every answer is the same when it is asked again.",
    "The page is asked by HTTP from the one web process, each time another order; what it shows is looked at.",
    "Refunds: every order gives back all its pieces one after the other; the sum paid back is what was paid, to the "
    "cent, and the purse of each order says so.",
]


def run(questions: int, report: Report, say: Callable[[str], None]) -> None:
    """This will measure it in a scratch installation of its own, and simulate the flows.

    Raises: AssertionError when an answer is not right
    """
    with scratches(["aftersales"]) as (scratch,):
        scratch.drain()
        scratch.halt("worker", "clock", "analyst", "live")
        say(f"{ORDERS:,} delivered orders …")
        links = scratch.ask(deliver, ORDERS)
        report.calibrate()
        say(f"{questions:,} questions what may come back …")
        times = sorted(scratch.ask(ask, questions))
        middle, high = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
        value = f"{middle:.1f} ms, p95 {high:.1f} ms"
        report.add("what may come back", f"{questions:,}", value, budget=f"≤ {KNOWN_MS:g} ms", kept=high <= KNOWN_MS)
        _pages(scratch, links, questions, report, say)
        report.calibrate()
        say("refunds …")
        wrong, count = scratch.ask(give_back, ORDERS)
        report.add(
            "everything back, one by one", f"{count:,} refunds", wrong or "equal", budget="equal", kept=not wrong
        )
    report.notes += NOTES
    say("the two repair flows …")
    bench_repairs.run(report)


def _pages(scratch: Scratch, links: list[str], count: int, report: Report, say: Callable[[str], None]) -> None:
    say(f"{count:,} pages …")
    door = HTTPConnection("127.0.0.1", scratch.port, timeout=60)
    before = scratch.cpu("web")
    for number in range(count):
        door.request("GET", links[number % len(links)], headers={"Host": "127.0.0.1", "Accept-Language": "zh-CN"})
        answer = door.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, "no page"
        assert "餐椅" in body, "a page that shows no goods"
    cpu = (scratch.cpu("web") - before) / count
    report.add("self-service page", f"{count:,}", f"{cpu:.1f} ms of CPU")


def deliver(count: int) -> list[str]:
    """So many orders that were paid and delivered; returns the addresses of their self-service pages."""
    from uuid import uuid4

    from zhoudao.ground.accounts.models import Store
    from zhoudao.ground.eventlog.recording import By
    from zhoudao.rooms.aftersales.tables import ensure_default_tables
    from zhoudao.rooms.orders.commands.placing import place_order
    from zhoudao.rooms.orders.models import Order
    from zhoudao.rooms.orders.submission import Item, Submission
    from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel
    from zhoudao.rooms.parcels.commands.labels import Label
    from zhoudao.rooms.parcels.commands.tracking import note_by_hand
    from zhoudao.rooms.parcels.links import tracking_path

    rng, by, at = Random(65), By("system:bench"), datetime.now(UTC) - timedelta(days=2)  # noqa: S311  # what is bought
    ensure_default_tables(at)
    Store.objects.get_or_create(code="web", defaults={"names": {"zh-Hans": "网上商城"}, "kind": "web"})
    links = []
    for number in range(count):
        items = [
            Item(f"A-{rng.randrange(50)}-{line}", rng.randint(1, 3), rng.randint(1_000, 30_000), "餐椅")
            for line in range(rng.randint(1, LINES))
        ]
        goods = sum(item.quantity * item.price_minor for item in items)
        order = place_order(
            Submission(
                "bench", f"A-{number}", items, discount_minor=goods // 7, shipping_minor=1_200, payment="captured"
            ),
            by=by,
            at=at,
        ).order
        Order.objects.filter(id=order.id).update(commercial="approved", approved_at=at, reviewed_at=at)
        parcel = hand_over_parcel(order_id=order.id, label=Label("sf", f"SF{uuid4().int % 10**12:012d}"), by=by, at=at)
        note_by_hand(parcel_id=parcel.id, state="delivered", by=by, at=at)
        links.append(f"{tracking_path(order.id)}return/")
    return links


def ask(count: int) -> list[float]:
    """Seconds each question took; each answer is asked for twice."""
    from zhoudao.rooms.aftersales.models import Kind
    from zhoudao.rooms.aftersales.pieces import chosen, had_of
    from zhoudao.rooms.aftersales.queries.eligibility import asker_of, options_of

    orders, at, taken = _orders(), datetime.now(UTC), []
    for number in range(count):
        order = orders[number % len(orders)]
        wanted, reason = dict.fromkeys(order.lines.values_list("id", flat=True), 1), REASONS[number % len(REASONS)]

        def answer(order: Any = order, wanted: Any = wanted, reason: str = reason) -> Any:
            return options_of(asker_of(order), reason, chosen(had_of(order), wanted), at=at)

        began = time.perf_counter()
        found = answer()
        taken.append(time.perf_counter() - began)
        assert {one.kind for one in found} <= set(Kind), "ways nobody knows"
        assert len({one.kind for one in found}) == len(found), "one way twice"
        assert found == answer(), "the same question has two answers"
    return taken


def give_back(count: int) -> tuple[str, int]:
    """Every piece of every order comes back alone; what differs from what was paid (empty: nothing), and how many."""
    from uuid import uuid4

    from zhoudao.ground.eventlog.recording import By
    from zhoudao.rooms.aftersales.commands.deciding import approve_return
    from zhoudao.rooms.aftersales.commands.inspecting import Finding, inspect_return
    from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
    from zhoudao.rooms.aftersales.commands.receiving import receive_return
    from zhoudao.rooms.aftersales.commands.refunding import approve_refund
    from zhoudao.rooms.aftersales.commands.requesting import Wish, request_return
    from zhoudao.rooms.aftersales.models import Purse, RefundState, State
    from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse

    by, at = By("system:bench"), datetime.now(UTC)
    other, third = By("user:another"), By("user:third")
    place = open_warehouse(code="aftersales-back", terms=Terms({"en": "Back"}), by=by, at=at)
    wrong, refunds = [], 0
    for order in _orders()[:count]:
        for line in order.lines.all():
            for _ in range(line.quantity):
                wish = Wish("return_refund", "not_as_described", {line.id: 1})
                request = request_return(order_id=order.id, wish=wish, key=uuid4(), is_exception=True, by=by, at=at)
                if request.state == State.REQUESTED:
                    request = approve_return(request_id=request.id, by=other, at=at)
                key, counts, found = request.id, {line.sku: 1}, [Finding(line.sku, 1, "as_new", "restock")]
                receive_return(request_id=key, counts=counts, warehouse_id=place.id, key=uuid4(), by=by, at=at)
                inspect_return(request_id=key, findings=found, key=uuid4(), by=by, at=at)
                for refund in request.refunds.all():
                    if refund.state == RefundState.ASKED:
                        approve_refund(refund_id=refund.id, roles=("administrator",), by=third, at=at)
                    pay_by_hand(refund_id=refund.id, reference=refund.number, by=other, at=at)
                    refunds += 1
        purse = Purse.objects.get(order=order)
        if not purse.taken_minor == purse.promised_minor == purse.paid_minor == order.total_minor:
            wrong.append(f"{order.number}: {purse.paid_minor} of {order.total_minor}")
    return ", ".join(wrong[:5]), refunds


def _orders() -> list[Any]:
    from zhoudao.rooms.orders.models import Order

    rows = Order.objects.filter(source="bench", external_number__startswith="A-").select_related("store", "customer")
    return list(rows.order_by("id"))
