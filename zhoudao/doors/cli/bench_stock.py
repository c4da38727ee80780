"""`zhoudao bench stock`: many reach for the last few at the same instant, and nothing is sold that is not there."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import scratches

LEVELS = ("READ COMMITTED", "REPEATABLE READ")
UNITS, AT_A_TIME = 10, 25
NOTES = [
    "Each thread has a connection of its own and reserves one unit for an order of its own, all beginning at the same "
    "instant; the same path as the product's, with ledger and event. At REPEATABLE READ the database refuses whoever "
    "read before somebody else wrote; they begin anew, as any caller at that level must.",
    "Afterwards the whole ledger is added up and set beside the book and the reservations.",
]


@dataclass
class Found:
    """How many got one in each round, who began anew how often, and where book and ledger disagree."""

    winners: list[int] = field(default_factory=list)
    again: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def run(threads: int, rounds: int, report: Report, say: Callable[[str], None]) -> None:
    """This will let so many threads contend at both levels in a scratch installation, and note what came out."""
    os.environ["ZHOUDAO_POOL"] = "0"  # a connection for each thread, not sixteen for all
    with scratches(["stock"]) as (scratch,):
        scratch.drain()
        scratch.halt("worker", "clock", "analyst", "live", "web")
        for level in LEVELS:
            found = Found()
            for first in range(0, rounds, AT_A_TIME):
                say(f"{level}: round {first + 1} of {rounds} …")
                report.calibrate()
                part = scratch.ask(contest, threads, min(AT_A_TIME, rounds - first), level)
                found.winners += part.winners
                found.again += part.again
                found.seconds += part.seconds
                found.wrong += part.wrong
            judge(found, threads, level, report)
    report.notes += NOTES


def judge(found: Found, threads: int, level: str, report: Report) -> None:
    """This will note what one level came to."""
    rounds = len(found.winners)
    size = f"{threads} threads, {UNITS} units, {rounds} rounds"
    exact = sum(won == UNITS for won in found.winners)
    report.add(f"exactly {UNITS} each, {level}", size, f"{exact} of {rounds}", budget="all", kept=exact == rounds)
    report.add(
        f"ledger = book = reservations, {level}", size, f"{len(found.wrong)} differ", budget="0", kept=not found.wrong
    )
    each = found.seconds / max(1, rounds) * 1000
    report.add(f"a round, {level}", size, f"{each:.0f} ms; {found.again:,} began anew")
    report.notes += [f"Differs: {one}" for one in found.wrong[:10]]


def contest(threads: int, rounds: int, level: str) -> Found:
    """So many threads reach for ten units at once, again and again."""
    from zhoudao.ground.eventlog.recording import By
    from zhoudao.rooms.stock.commands.receiving import receive_stock
    from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
    from zhoudao.rooms.stock.goods import Goods

    at, by = datetime.now(UTC), By("system:bench")
    place = open_warehouse(code=f"b-{uuid4().hex[:12]}", terms=Terms({"en": "Bench"}), by=by, at=at)
    wanted = [Goods(place.id, f"sku-{number}", 1) for number in range(rounds)]
    receive_stock(goods=[Goods(one.warehouse_id, one.sku, UNITS) for one in wanted], by=by, at=at)
    found, troubles = Found(winners=[0] * rounds), list[BaseException]()
    gate, lock = threading.Barrier(threads), threading.Lock()

    def reach() -> None:
        from django.db import connection

        try:
            for number, goods in enumerate(wanted):
                gate.wait(120)
                won, again = _once(goods, level, by, at)
                with lock:
                    found.winners[number] += won
                    found.again += again
        except BaseException as trouble:
            troubles.append(trouble)
            gate.abort()
        finally:
            connection.close()

    began = time.monotonic()
    working = [threading.Thread(target=reach) for _ in range(threads)]
    for one in working:
        one.start()
    for one in working:
        one.join()
    if troubles:
        raise troubles[0]
    found.seconds = time.monotonic() - began
    found.wrong = differences(place.id)
    return found


def differences(warehouse_id: Any) -> list[str]:
    """Where a place's book is not the sum of its ledger, or of what is kept there."""
    from django.db.models import Sum

    from zhoudao.rooms.stock.models import Balance

    rows = Balance.objects.filter(warehouse_id=warehouse_id)
    moved = rows.annotate(n=Sum("movements__on_hand"), kept=Sum("movements__reserved"))
    held = dict(rows.values_list("id").annotate(n=Sum("lines__held")))
    return [
        f"{one.item_id}: book {one.on_hand}/{one.reserved}, ledger {one.n}/{one.kept}, held {held[one.id] or 0}"
        for one in moved
        if (one.on_hand, one.reserved) != (one.n or 0, one.kept or 0) or (held[one.id] or 0) != one.reserved
    ]


def _once(goods: Any, level: str, by: Any, at: datetime) -> tuple[int, int]:
    """Whether a unit was got, and how often it was begun anew."""
    from django.db import OperationalError, connection, transaction

    from zhoudao.rooms.stock.commands.reserving import reserve
    from zhoudao.rooms.stock.goods import Purpose
    from zhoudao.rooms.stock.refusals import NotEnough

    purpose, again = Purpose("order", uuid4()), 0
    while True:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
                reserve(purpose=purpose, goods=[goods], by=by, at=at)
        except NotEnough:
            return 0, again
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "40001":
                raise
            again += 1
        else:
            return 1, again
