"""Whatever happens to visits: nobody is in two at once, every hard rule holds, and none is dropped."""

from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from zhoudao.engines.matching import travel
from zhoudao.kit.globe import kilometres
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.fieldwork.commands.changing import cancel_visit, move_visit, reassign
from zhoudao.rooms.fieldwork.commands.going import begin_visit, end_visit, miss_visit, set_off
from zhoudao.rooms.fieldwork.commands.replanning import replan
from zhoudao.rooms.fieldwork.models import OPEN, TAKING, Engineer, State, Visit
from zhoudao.rooms.fieldwork.refusals import VisitRefused
from zhoudao.rooms.fieldwork.tests.network import CUSTOMER, PUDONG, SUZHOU, US, XUJIAHUI, Network, moment, open_network
from zhoudao.rooms.staff.absences import note_absence
from zhoudao.rooms.staff.models import Absence

_WHICH, _NAME = st.integers(0, 50), st.sampled_from(["gao", "he", "lin"])
_DAYS = (date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13))


class Visits(RuleBasedStateMachine):
    """Three days of three engineers; visits asked for, moved, given away, cancelled, made and missed; people away."""

    network: Network

    @initialize()
    def a_network(self) -> None:
        self.atom = transaction.atomic()
        self.atom.__enter__()
        self.network = open_network(open_shop())
        self.asked = 0

    def teardown(self) -> None:
        if hasattr(self, "atom"):
            transaction.set_rollback(True)
            self.atom.__exit__(None, None, None)

    def try_(self, act: Any, *args: Any, **given: Any) -> Any:
        with suppress(VisitRefused), transaction.atomic():
            return act(*args, **given)
        return None

    def visit(self, which: int) -> Visit | None:
        rows = list(Visit.objects.order_by("id"))
        return rows[which % len(rows)] if rows else None

    @rule(
        place=st.sampled_from([XUJIAHUI, PUDONG, SUZHOU]), skill=st.sampled_from(["washer", "fridge", "heater"]),
        brand=st.sampled_from(["", "haibo", "lemen"]), paper=st.sampled_from(["", "", "gas"]),
        minutes=st.sampled_from([30, 60, 120]), day=st.sampled_from(_DAYS),
    )  # fmt: skip
    def ask(self, place: tuple[float, float], skill: str, brand: str, paper: str, minutes: int, day: date) -> None:
        wish = {"skill": skill, "brand": brand, "certification": paper, "minutes": minutes}
        until = moment("23:00", _DAYS[-1])
        asked = self.try_(self.network.asks, place, not_before=moment("08:00", day), not_after=until, **wish)
        self.asked += asked is not None

    @rule(which=_WHICH, slot=_WHICH, by=st.sampled_from([US, CUSTOMER]))
    def move(self, which: int, slot: int, by: Any) -> None:
        one = self.visit(which)
        if one is None or one.state not in OPEN:
            return
        offered = self.network.slots(one).slots
        if offered:
            new = offered[slot % len(offered)].starts_at
            self.try_(move_visit, visit_id=one.id, starts_at=new, was_at=one.starts_at, by=by, at=self.network.now)

    @rule(which=_WHICH, name=_NAME)
    def give(self, which: int, name: str) -> None:
        if (one := self.visit(which)) is not None:
            self.try_(reassign, visit_id=one.id, engineer_id=self.network.id_of(name), by=US, at=self.network.now)

    @rule(which=_WHICH)
    def cancel(self, which: int) -> None:
        if (one := self.visit(which)) is not None:
            self.try_(cancel_visit, visit_id=one.id, by=US, at=self.network.now)

    @rule(which=_WHICH, late=st.sampled_from([0, 20, 90]), how=st.sampled_from(["off", "begin", "end", "miss"]))
    def go(self, which: int, late: int, how: str) -> None:
        one = self.visit(which)
        if one is None or one.starts_at is None:
            return
        act: dict[str, tuple[Any, dict[str, str]]] = {
            "off": (set_off, {}),
            "begin": (begin_visit, {}),
            "end": (end_visit, {"outcome": "fixed"}),
            "miss": (miss_visit, {"why": "door_closed"}),
        }
        command, more = act[how]
        self.try_(command, visit_id=one.id, by=US, at=one.starts_at + timedelta(minutes=late), **more)

    @rule(name=_NAME, day=st.sampled_from(_DAYS), first=st.sampled_from(["08:00", "13:00"]))
    def away(self, name: str, day: date, first: str) -> None:
        until, now = moment("18:00", day), self.network.now
        note_absence(user_id=self.network.id_of(name), starts_at=moment(first, day), ends_at=until, by=US, at=now)
        replan(day=day, cause="engineer_away", at=now, rng=Random(1))

    @rule(day=st.sampled_from(_DAYS))
    def again(self, day: date) -> None:
        replan(day=day, cause="shorter_way", at=self.network.now, rng=Random(2))

    @invariant()
    def none_is_dropped(self) -> None:
        if not hasattr(self, "atom"):
            return
        visits = list(Visit.objects.all())
        assert len(visits) == self.asked
        for one in visits:
            has_time = one.starts_at is not None
            assert has_time == (one.state != State.UNPLANNED) or one.state == State.CANCELLED
            assert one.state != State.UNPLANNED or one.lacking

    @invariant()
    def every_rule_holds(self) -> None:
        if not hasattr(self, "atom"):
            return
        days: dict[tuple[Any, date], list[Visit]] = defaultdict(list)
        for one in Visit.objects.filter(state__in=(*TAKING, State.DONE)).select_related("engineer__point"):
            days[one.engineer_id, one.time[0].date()].append(one)
        for theirs in days.values():
            self.check(sorted(theirs, key=lambda one: one.time))

    def check(self, theirs: list[Visit]) -> None:
        engineer = theirs[0].engineer
        assert isinstance(engineer, Engineer)
        assert len(theirs) <= engineer.visits_a_day
        for before, one in pairwise(theirs):
            assert before.time[1] + timedelta(minutes=travel(before.place, one.place)) <= one.time[0]
        for one in theirs:
            since, until = one.time
            assert one.skill in engineer.skills
            assert not (one.brand and engineer.brands) or one.brand in engineer.brands
            assert kilometres(engineer.place, one.place) <= engineer.radius_km
            if one.certification:
                paper = engineer.certifications.get(code=one.certification)
                assert until.date() <= (paper.expires_date or until.date())
            start, end = since + timedelta(hours=8), until + timedelta(hours=8)
            assert (start.hour >= 8 and end.hour * 60 + end.minute <= 720) or (start.hour >= 13 and end.hour <= 18)
            if one.state == State.PLANNED:
                gone = Absence.objects.filter(user=engineer.member_id, starts_at__lt=until, ends_at__gt=since)
                assert not gone.exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_in_two_visits_and_none_is_dropped() -> None:
    checks = list(HealthCheck)
    few = settings(
        max_examples=5, stateful_step_count=16, deadline=None, suppress_health_check=checks, derandomize=True
    )
    run_state_machine_as_test(Visits, settings=few)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_nobody_is_in_two_visits_many_times_over() -> None:
    many = settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Visits, settings=many)
