"""The board's figures, each recounted from the event log by another way."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.metrics.definitions import metric
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.commands.closing import reopen_case, resolve_case
from zhoudao.rooms.cases.commands.merging import merge_cases
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


class Recount:
    """What the event log says, read in plain Python."""

    def __init__(self) -> None:
        self.events = list(Event.objects.order_by("occurred_at", "xid", "seq"))
        self.merged = {e.primary_id for e in self.of("cases.CaseMerged")}

    def of(self, type_: str) -> list[Event]:
        return [event for event in self.events if event.type == type_]

    def last(self, *types: str) -> dict[Any, Event]:
        """The last event of these types of every case that was not merged away."""
        return {e.primary_id: e for e in self.events if e.type in types and e.primary_id not in self.merged}

    def opened(self) -> dict[Any, datetime]:
        return {e.primary_id: e.occurred_at for e in self.of("cases.CaseOpened") if e.primary_id not in self.merged}

    def reply_minutes(self) -> list[float]:
        opened = self.opened()
        first = {e.primary_id: e.occurred_at for e in reversed(self.of("cases.FirstHumanContact"))}
        return [(first[case] - opened[case]).total_seconds() / 60 for case in opened if case in first]

    def solved(self) -> dict[Any, datetime]:
        ends = self.last("cases.CaseResolved", "cases.CaseReopened")
        return {case: e.occurred_at for case, e in ends.items() if e.type == "cases.CaseResolved"}


@pytest.fixture
def shop() -> Shop:
    """A busy morning: answered, solved, reopened, merged, forgotten."""
    shop = open_shop()
    viewer = shop.viewer("admin")
    cases = []
    for index in range(7):
        cases.append(shop.hears(f"第 {index} 个问题", who=f"visitor-{index}"))
        shop.later(minutes=3)
    for index, case in enumerate(cases[:5]):
        shop.later(minutes=5 + index)
        reply_to_case(case_id=case.id, text="您好", viewer=viewer, at=shop.now, real_now=shop.now, expects_answer=False)
        dispatch.drain()
    for case in cases[:3]:
        shop.later(minutes=11)
        resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=viewer, at=shop.now)
    reopen_case(case_id=cases[0].id, viewer=viewer, at=shop.later(minutes=4))
    resolve_case(case_id=cases[0].id, outcome="solved", cause="product", viewer=viewer, at=shop.later(minutes=9))
    merge_cases(case_id=cases[6].id, into_id=cases[5].id, viewer=viewer, at=shop.later(minutes=1))
    shop.later(hours=5)
    for promise in Promise.objects.filter(ended_at=None):
        check_promise(promise.id, at=shop.now)
    return shop


@pytest.fixture
def asked() -> Asked:
    return Asked(TUESDAY - timedelta(hours=1), TUESDAY + timedelta(days=1))


def test_new_cases_and_first_replies_are_those_of_the_log(shop: Shop, asked: Asked) -> None:
    found, log = board.period(shop.viewer("admin"), asked), Recount()

    assert (found.opened, found.answered) == (len(log.opened()), len(log.reply_minutes())) == (6, 5)
    assert found.first_reply == pytest.approx(median(log.reply_minutes()))


def test_solutions_are_counted_from_the_last_resolution(shop: Shop, asked: Asked) -> None:
    found, log = board.period(shop.viewer("admin"), asked), Recount()
    opened, solved = log.opened(), log.solved()

    assert found.resolved == len(solved) == 3
    minutes = [(solved[case] - opened[case]).total_seconds() / 60 for case in solved]
    assert found.resolution == pytest.approx(median(minutes))


def test_first_contact_leaves_out_the_reopened_and_those_who_came_again(shop: Shop, asked: Asked) -> None:
    assert board.period(shop.viewer("admin"), asked).at_first_contact == 2
    again = Case.objects.get(id=Case.objects.order_by("opened_at")[1].id)
    later = Case.objects.order_by("opened_at")[4]
    assert again.resolved_at is not None
    Case.objects.filter(id=later.id).update(customer=again.customer, opened_at=again.resolved_at + timedelta(hours=71))
    asked = Asked(asked.start, asked.end + timedelta(days=4))

    assert board.period(shop.viewer("admin"), asked).at_first_contact == 1
    Case.objects.filter(id=later.id).update(opened_at=again.resolved_at + timedelta(hours=73))
    assert board.period(shop.viewer("admin"), asked).at_first_contact == 2


def test_promises_kept_and_missed_are_those_of_the_log(shop: Shop, asked: Asked) -> None:
    kept = {one.kind: (one.kept, one.missed) for one in board.promises(shop.viewer("admin"), asked)}
    log, expected = Recount(), dict[str, list[int]]()
    for event in log.events:
        if event.primary_id in log.merged:
            continue
        place = 0 if event.type == "cases.PromiseKept" and not event.attributes["late"] else 1
        if event.type == "cases.PromiseBroken" or (event.type == "cases.PromiseKept" and place == 0):
            expected.setdefault(event.attributes["promise"], [0, 0])[place] += 1

    assert kept == {kind: tuple(counts) for kind, counts in expected.items()}
    assert sum(missed for _kept, missed in kept.values()) > 0


def test_what_waits_and_what_is_late_are_counted_now(shop: Shop, asked: Asked) -> None:
    viewer = shop.viewer("admin")
    now = board.standing(viewer, asked, at=shop.now)
    late = {p.case_id for p in Promise.objects.filter(ended_at=None, due_at__lte=shop.now)} - Recount().merged

    assert now.waiting == 1
    assert now.overdue == len(late) > 0
    soonest = min(p.due_at for p in Promise.objects.filter(ended_at=None, due_at__gt=shop.now) if p.due_at)
    assert board.standing(viewer, asked, at=soonest - timedelta(minutes=29)).at_risk > 0
    assert board.standing(viewer, asked, at=soonest - timedelta(minutes=31)).at_risk == 0


@pytest.mark.parametrize("code", sorted(board._BEHIND))
def test_every_figure_opens_as_many_cases_as_it_counted(shop: Shop, asked: Asked, code: str) -> None:
    viewer = shop.viewer("admin")
    now, past = board.standing(viewer, asked, at=shop.now), board.period(viewer, asked)
    counted = {
        figures.WAITING.code: now.waiting,
        figures.AT_RISK.code: now.at_risk,
        figures.OVERDUE.code: now.overdue,
        figures.FIRST_REPLY.code: past.answered,
        figures.RESOLUTION.code: past.resolved,
        figures.FIRST_CONTACT.code: past.at_first_contact,
        figures.REPEATS.code: past.repeats,
        figures.OPENED.code: past.opened,
        figures.UPSET.code: now.upset,
        figures.HEARD_UPSET.code: sum(
            one.upset for one in board.heard(viewer, asked, zone=ZoneInfo("Asia/Shanghai"), by="day").values()
        ),
    }
    cases = board.behind(viewer, asked, code, at=shop.now)

    if code in counted:
        assert cases.count() == counted[code]
    else:
        assert 0 < cases.count() <= sum(one.kept + one.missed for one in board.promises(viewer, asked))
    assert metric(code).definition


def test_another_team_is_told_nothing(shop: Shop, asked: Asked) -> None:
    stranger = shop.viewer("sun")

    assert board.period(stranger, asked).opened == 0
    assert board.standing(stranger, asked, at=shop.now) == board.Now(0, 0, 0, 0, 0)
    assert not board.waiting_by_team(stranger, asked, at=shop.now)
    assert not board.behind(stranger, asked, figures.OPENED.code, at=shop.now)
