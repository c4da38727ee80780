"""Figures over visits are what anybody counts from the events alone, and open exactly the numbers behind them."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from statistics import quantiles
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.visits import figures
from zhoudao.rooms.visits.commands.calling import call_number, note_left, note_no_show
from zhoudao.rooms.visits.commands.serving import begin_serving, begin_step, finish_visit, hand_over
from zhoudao.rooms.visits.commands.taking import end_day, leave_queue
from zhoudao.rooms.visits.models import State, Visit
from zhoudao.rooms.visits.queries.figures import Asked, Row, Spans, behind, counted, steps
from zhoudao.rooms.visits.refusals import VisitRefused
from zhoudao.rooms.visits.tests.store import Counter, open_counter

pytestmark = pytest.mark.django_db(transaction=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")
ALL = [metric.code for metric in figures.ALL]


@pytest.fixture
def counter() -> Counter:
    return open_counter(open_shop())


def one_thing(counter: Counter, rng: Random) -> None:
    """Something that happens in a shop, at random; refused where it makes no sense."""
    now = counter.shop.later(seconds=rng.randint(20, 500))
    visits = list(Visit.objects.filter(state__in=["waiting", "called", "serving"]).order_by("id"))
    visit = rng.choice(visits) if visits else counter.takes(rng.choice("ABC"))
    step = visit.need.steps[0]["code"] if visit.need.steps else "none"
    own: dict[str, Any] = {"visit_id": visit.id, "viewer": counter.viewer(rng.choice(["luo", "xu"])), "at": now}
    does: list[Callable[[], Any]] = [
        partial(counter.takes, rng.choice("ABC")),
        partial(counter.takes, rng.choice("ABC")),
        partial(counter.calls, rng.choice(["luo", "xu"])),
        partial(begin_serving, **own),
        partial(finish_visit, **own),
        partial(note_no_show, **own),
        partial(hand_over, need_id=counter.needs[rng.choice("ABC")].id, **own),
        partial(call_number, counter="2", **own),
        partial(begin_step, step=step, **own),
        partial(note_left, **own),
        partial(leave_queue, token=visit.token, at=now),
    ]
    with suppress(VisitRefused):
        rng.choices(does, weights=[1] * 9 + [0.3] * 2)[0]()


def lives(counter: Counter, *, days: int, seed: int) -> None:
    """Days of a shop; on some the clock ends what nobody ended."""
    rng = Random(seed)
    for _ in range(days):
        for _ in range(45):
            one_thing(counter, rng)
        counter.shop.now = counter.shop.now.replace(hour=2) + timedelta(days=1)
        if rng.random() < 0.7:
            end_day(counter.store.id, at=counter.shop.now)


@dataclass
class Seen:
    """One stay in a line, told by events alone."""

    need: UUID
    day: date
    since: datetime
    called: datetime | None = None
    began: datetime | None = None
    ended: datetime | None = None
    outcome: str = ""


@dataclass
class Story:
    turns: list[Seen] = field(default_factory=list)
    laps: dict[UUID, list[float]] = field(default_factory=lambda: defaultdict(list))


_OUTCOMES = {"VisitFinished": "done", "NoShowNoted": "no_show", "QueueLeft": "left", "VisitHandedOver": "handed_over"}


def recount(store_id: UUID) -> Story:
    """From the event log and nothing else."""
    story, by_visit = Story(), defaultdict(list)
    for event in Event.objects.filter(primary_type="visit", store_id=store_id).order_by("seq"):
        by_visit[event.primary_id].append(event)
    for events in by_visit.values():
        tell(story, events)
    return story


def tell(story: Story, events: list[Event]) -> None:
    """One visit's events, in their order."""
    day = events[0].occurred_at.astimezone(SHANGHAI).date()
    for event in events:
        kind, at = event.type.removeprefix("visits."), event.occurred_at
        if kind in _OUTCOMES:
            story.turns[-1].ended, story.turns[-1].outcome = at, _OUTCOMES[kind]
        if kind in ("NumberTaken", "VisitHandedOver"):
            story.turns.append(Seen(UUID(event.attributes["need_id"]), day, at))
        elif kind == "NumberCalled":
            story.turns[-1].called = story.turns[-1].called or at
        elif kind == "ServingBegun":
            story.turns[-1].began = at
        elif kind == "StepEnded":
            story.laps[story.turns[-1].need].append(event.attributes["seconds"])


def spans(seconds: list[float]) -> Spans:
    if not seconds:
        return Spans(None, None)
    if len(seconds) == 1:
        return Spans(timedelta(seconds=seconds[0]), timedelta(seconds=seconds[0]))
    cuts = quantiles(seconds, n=10, method="inclusive")
    return Spans(timedelta(seconds=cuts[4]), timedelta(seconds=cuts[8]))


def told(turns: list[Seen], need: UUID | None = None, day: date | None = None) -> Row:
    served = [turn for turn in turns if turn.began and turn.outcome in ("done", "handed_over")]
    return Row(
        need,
        day,
        taken=len(turns),
        called=sum(turn.called is not None for turn in turns),
        no_shows=sum(turn.outcome == "no_show" for turn in turns),
        gone=sum(turn.called is None and turn.outcome == "left" for turn in turns),
        served=len(served),
        waiting=spans([(turn.called - turn.since).total_seconds() for turn in turns if turn.called]),
        service=spans([(t.ended - t.began).total_seconds() for t in served if t.ended and t.began]),
    )


def near(found: Row, expected: Row) -> None:
    for name in ("need_id", "day", "taken", "called", "no_shows", "gone", "served"):
        assert getattr(found, name) == getattr(expected, name), name
    for name in ("waiting", "service"):
        for part in ("median", "high"):
            ours, theirs = getattr(getattr(found, name), part), getattr(getattr(expected, name), part)
            assert (ours is None) == (theirs is None)
            assert ours is None or abs(ours - theirs) < timedelta(milliseconds=1), (name, part)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_equal_a_recount_from_the_events_and_open_what_is_behind(counter: Counter, seed: int) -> None:
    first = counter.shop.now.astimezone(SHANGHAI).date()
    lives(counter, days=3, seed=seed)
    asked = Asked(counter.store.id, first, first + timedelta(days=3))
    story, found = recount(counter.store.id), counted(asked)
    near(found.total, told(story.turns))
    assert found.total.taken > 30
    for need_id, row in found.by_need.items():
        near(row, told([turn for turn in story.turns if turn.need == need_id], need=need_id))
    assert [row.day for row in found.by_day] == sorted({turn.day for turn in story.turns}, reverse=True)
    for row in found.by_day:
        near(row, told([turn for turn in story.turns if turn.day == row.day], day=row.day))
        of_day = Asked(counter.store.id, row.day or first, row.day or first)
        sizes = [behind(of_day, figure, None).count() for figure in ALL]
        assert sizes == [row.taken, row.called, row.served, row.no_shows, row.gone]
    for need_id, row in found.by_need.items():
        sizes = [behind(asked, figure, need_id).count() for figure in ALL]
        assert sizes == [row.taken, row.called, row.served, row.no_shows, row.gone]
    assert {step.need_id: step.count for step in steps(asked)} == {n: len(laps) for n, laps in story.laps.items()}


def test_a_period_in_which_nobody_came_is_empty_and_another_stores_numbers_stay_its_own(counter: Counter) -> None:
    counter.takes()
    day = counter.shop.now.date()
    empty = counted(Asked(counter.store.id, day - timedelta(days=9), day - timedelta(days=8)))
    assert (empty.total.taken, empty.total.waiting.median, empty.total.no_show) == (0, None, None)
    assert counted(Asked(counter.shop.cast.stores["web"].id, day, day)).total.taken == 0
    assert Visit.objects.get().state == State.WAITING
    with pytest.raises(KeyError):
        behind(Asked(counter.store.id, day, day), "visits.nothing", None)
