"""Orders of a list, some at a time: each once, whatever interrupts it."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.orders.commands.placing import Outcome, Placed, place_orders
from zhoudao.rooms.orders.lists.reading import Drawn
from zhoudao.rooms.orders.refusals import Fault, OrderRefused, OrderUnsound

AT_ONCE = 200  # orders that commit together


@dataclass(frozen=True)
class Wrong:
    """An order that was not taken: its rows, and what is wrong where, or why else."""

    rows: Sequence[int]
    faults: Sequence[Fault] = ()
    refusal: OrderRefused | CustomerNotFound | None = None


@dataclass
class Tally:
    """How many orders were read, placed, and there before; and those that are wrong."""

    orders: int = 0
    placed: int = 0
    before: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def take_list(
    orders: Iterable[Drawn],
    *,
    by: By,
    at: datetime,
    only_stores: frozenset[UUID] | None = None,
    is_trial: bool = False,
) -> Generator[Tally]:
    """This will take a list's orders, telling after every few how far it is. `is_trial`: all is taken back at once."""
    tally = Tally()
    for some in _some(orders):
        take_some(some, tally, by=by, at=at, only_stores=only_stores, is_trial=is_trial)
        yield tally


def take_some(
    some: Sequence[Drawn],
    tally: Tally,
    *,
    by: By,
    at: datetime,
    only_stores: frozenset[UUID] | None = None,
    is_trial: bool = False,
) -> None:
    """This will take some orders in one transaction, adding what became of them to the tally."""
    for outcome in _outcomes(some, by=by, at=at, only_stores=only_stores, is_trial=is_trial):
        tally.orders += 1
        if isinstance(outcome, Wrong):
            tally.wrong.append(outcome)
        else:
            tally.before += outcome.is_repeat
            tally.placed += not outcome.is_repeat


def rehearse(
    some: Sequence[Drawn], *, by: By, at: datetime, only_stores: frozenset[UUID] | None = None
) -> list[Placed | Wrong]:
    """What would become of some orders: they are taken, and taken back at once."""
    return _outcomes(some, by=by, at=at, only_stores=only_stores, is_trial=True)


def _outcomes(
    some: Sequence[Drawn], *, by: By, at: datetime, only_stores: frozenset[UUID] | None, is_trial: bool
) -> list[Placed | Wrong]:
    takings = [one.taking for one in some if one.taking is not None]
    with transaction.atomic():
        outcomes = iter(place_orders(takings, by=by, at=at, only_stores=only_stores))
        transaction.set_rollback(is_trial)
    return [Wrong(one.rows, one.faults) if one.taking is None else _judged(one, next(outcomes)) for one in some]


def _judged(one: Drawn, outcome: Outcome) -> Placed | Wrong:
    if isinstance(outcome, Placed):
        return outcome
    if isinstance(outcome, OrderUnsound):
        return Wrong(one.rows, outcome.faults)
    return Wrong(one.rows, refusal=outcome)


def _some(orders: Iterable[Drawn]) -> Iterator[Sequence[Drawn]]:
    waiting = iter(orders)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
