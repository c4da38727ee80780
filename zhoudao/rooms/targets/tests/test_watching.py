"""A missed target is told once to whoever leads, its parts add up, and somebody does something about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.kinds import sentence
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.targets import refusals
from zhoudao.rooms.targets.causes import analysis_of
from zhoudao.rooms.targets.commands import Wanted, end_target, set_target
from zhoudao.rooms.targets.improving import give_improvement, remind_of_improvement, tick_improvement
from zhoudao.rooms.targets.models import Improvement, Shortfall, Target
from zhoudao.rooms.targets.queries import open_shortfalls, page_of_shortfalls, shortfall_of
from zhoudao.rooms.targets.tests.days import TODAY, lived, together
from zhoudao.rooms.targets.watching import watch_target, watch_targets

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "cases.first_reply"


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    Grant.objects.filter(user=shop.cast.people["zhao"]).update(team=None)  # leads everywhere
    return shop


def aims(shop: Shop, value: float = 30.0, **said: Any) -> Target:
    """The administrator sets a target; the days after it are judged."""
    seen = Target.objects.filter(Q(store=said.get("store_id")), metric=CODE, ended_at=None).first()
    given: dict[str, Any] = {"code": CODE, "store_id": None, "viewer": shop.viewer("admin")} | said
    wanted = Wanted(value, needed=3, of=5, is_sudden=False, reason="客户等得太久")
    return set_target(wanted=wanted, seen=seen.id if seen else None, at=shop.now, **given)


def passes(shop: Shop, *values: float | None, store_id: Any = None) -> int:
    """Days go by with these values; returns how many shortfalls were opened or closed at the end."""
    for value in values:
        shop.later(days=1)
        lived(CODE, [value], store_id=store_id, until=shop.now.date())
    return watch_targets(at=shop.now)


def told(shop: Shop, name: str) -> list[str]:
    """What this colleague was told of targets."""
    rows = Notice.objects.filter(user=shop.cast.people[name], kind="target_missed").order_by("at")
    return [sentence(row.kind, row.attributes) for row in rows]


def test_days_before_the_target_was_set_are_not_held_against_it(shop: Shop) -> None:
    lived(CODE, [99.0] * 28)
    aims(shop)
    assert passes(shop, 99.0, 99.0) == 0
    assert passes(shop, 99.0) == 1


def test_a_miss_is_told_once_to_whoever_leads_and_ends_when_it_is_good_again(shop: Shop) -> None:
    aims(shop)
    assert passes(shop, 40.0, 20.0, 40.0) == 0
    assert passes(shop, 41.0) == 1
    row = Shortfall.objects.get()
    assert (row.missed, row.of, row.value, row.closed_at) == (3, 4, 41.0, None)
    assert (row.first_date, row.last_date) == (TODAY, TODAY + timedelta(days=3))
    assert passes(shop, 45.0, 50.0) == 0
    row.refresh_from_db()
    assert (row.last_date, row.missed, row.value) == (TODAY + timedelta(days=5), 4, 50.0)
    assert passes(shop, 10.0) == 0  # four of the last five still miss
    assert passes(shop, 10.0, 10.0) == 1
    row.refresh_from_db()
    assert (row.why, row.closed_at) == ("good", shop.now)
    assert len(told(shop, "zhao")) == len(told(shop, "admin")) == 1
    assert told(shop, "wang") == told(shop, "zhou") == []
    assert "首次人工答复" in told(shop, "zhao")[0]
    types = list(Event.objects.filter(type__startswith="targets.").order_by("id").values_list("type", flat=True))
    assert types == ["targets.TargetSet", "targets.TargetMissed", "targets.TargetMetAgain"]
    assert passes(shop, 60.0, 60.0, 60.0) == 1
    assert len(told(shop, "zhao")) == 2


def test_looking_again_changes_nothing_and_of_two_who_look_one_opens_it(shop: Shop) -> None:
    target = aims(shop)
    for value in (40.0, 40.0, 40.0):
        shop.later(days=1)
        lived(CODE, [value], until=shop.now.date())
    answers = together(*(lambda: watch_target(target.id, at=shop.now) for _ in range(3)))
    assert sorted(answers) == [False, False, True]
    assert watch_targets(at=shop.now) == 0
    assert (Shortfall.objects.count(), len(told(shop, "zhao"))) == (1, 1)


def test_several_misses_of_one_count_are_one_notice(shop: Shop) -> None:
    for store_id in (None, shop.cast.stores["web"].id):
        aims(shop, store_id=store_id)
        lived(CODE, [40.0] * 3, store_id=store_id, until=TODAY + timedelta(days=3))
    shop.later(days=3)
    assert watch_targets(at=shop.now) == 2
    [words] = told(shop, "zhao")
    assert words.startswith("2 ")


def test_a_changed_target_ends_its_alarm_and_begins_anew(shop: Shop) -> None:
    aims(shop)
    passes(shop, 40.0, 40.0, 40.0)
    aims(shop, 50.0)
    assert Shortfall.objects.get().why == "changed"
    assert passes(shop, 45.0, 45.0, 45.0) == 0
    target = Target.objects.get(ended_at=None)
    end_target(code=CODE, store_id=None, seen=target.id, viewer=shop.viewer("admin"), at=shop.now)
    assert passes(shop, 99.0, 99.0, 99.0) == 0


def test_days_without_anything_to_measure_neither_open_nor_close(shop: Shop) -> None:
    aims(shop)
    assert passes(shop, 40.0, None, 40.0, None, 40.0) == 1
    assert passes(shop, None, None) == 0
    assert Shortfall.objects.get().closed_at is None


def test_a_store_is_seen_by_its_own_and_told_to_who_leads_it(shop: Shop) -> None:
    web, nanjing = shop.cast.stores["web"], shop.cast.stores["nanjing"]
    Grant.objects.filter(user=shop.cast.people["wang"]).update(role="team_lead", team=None, store=nanjing)
    Grant.objects.filter(user=shop.cast.people["li"]).update(role="team_lead", team=None, store=web)
    aims(shop, store_id=web.id)
    passes(shop, 40.0, 40.0, 40.0, store_id=web.id)
    row = Shortfall.objects.get()
    assert (len(told(shop, "li")), told(shop, "wang")) == (1, [])
    of_store, elsewhere = shop.viewer("li"), shop.viewer("wang")
    assert [one.id for one in open_shortfalls(of_store)] == [row.id]
    assert open_shortfalls(elsewhere) == []
    assert shortfall_of(row.id, elsewhere) is None
    with pytest.raises(refusals.ShortfallNotFound):
        improves(shop, row, viewer=elsewhere)
    passes(shop, 1.0, 1.0, 1.0, store_id=web.id)
    assert page_of_shortfalls(elsewhere) == ([], "")
    assert len(page_of_shortfalls(of_store)[0]) == 1


def improves(shop: Shop, row: Shortfall, **said: Any) -> Improvement:
    """周杰 is to do something within a week."""
    due = shop.now.date() + timedelta(days=7)
    owner = shop.cast.people["zhou"].pk
    given: dict[str, Any] = {"words": "晚班加一人", "owner_id": owner, "due_date": due, "viewer": shop.viewer("admin")}
    return give_improvement(shortfall_id=row.id, at=shop.now, **(given | said))


def test_an_improvement_is_told_ticked_and_asked_for_once_when_late(shop: Shop) -> None:
    aims(shop)
    passes(shop, 40.0, 40.0, 40.0)
    row = Shortfall.objects.get()
    one = improves(shop, row)
    zhou = Notice.objects.filter(user=shop.cast.people["zhou"], kind__startswith="improvement")
    assert list(zhou.values_list("kind", flat=True)) == ["improvement"]
    assert not remind_of_improvement(one.id, at=shop.now)
    shop.later(days=8)
    assert [remind_of_improvement(one.id, at=shop.now) for _ in range(2)] == [True, False]
    assert zhou.filter(kind="improvement_late").count() == 1
    which = {"shortfall_id": row.id, "improvement_id": one.id}
    Grant.objects.filter(user=shop.cast.people["li"]).update(team=None)  # sees it, and it is not theirs
    with pytest.raises(refusals.NotTheirsToDo):
        tick_improvement(**which, is_done=True, viewer=shop.viewer("li"), at=shop.now)
    for _ in range(2):
        tick_improvement(**which, is_done=True, viewer=shop.viewer("zhou"), at=shop.now)
    one.refresh_from_db()
    assert one.done_by is not None
    assert Event.objects.filter(type="targets.ImprovementDone").count() == 1
    assert "晚班" not in str(list(Event.objects.values_list("attributes", flat=True)))


def test_an_improvement_without_words_owner_or_day_is_refused(shop: Shop) -> None:
    aims(shop)
    passes(shop, 40.0, 40.0, 40.0)
    row = Shortfall.objects.get()
    person = shop.cast.people["sun"]
    person.grants.update(team=None, role="warehouse_worker")  # may not read figures
    of_a_team = shop.cast.people["wang"]  # reads figures, but not the company's
    wrong: list[dict[str, Any]] = [
        {"words": " "},
        {"owner_id": person.pk},
        {"owner_id": of_a_team.pk},
        {"due_date": TODAY - timedelta(days=9)},
    ]
    for said in wrong:
        with pytest.raises(refusals.ImprovementUnsound):
            improves(shop, row, **said)
    with pytest.raises(refusals.NotTheirsToDo):
        improves(shop, row, viewer=shop.viewer("zhou"))
    assert not Improvement.objects.exists()


def test_what_moved_a_figure_is_counted_from_its_cases_and_adds_up(shop: Shop) -> None:
    before, after_sales = [], shop.cast.teams["after_sales"]
    for number in range(4):
        before.append(shop.hears("桌子呢？", who=f"b{number}"))
    shop.later(days=1)
    aims(shop)
    now = [shop.hears("椅子呢？", who=f"n{number}") for number in range(4)]
    for place, case in enumerate([*before, *now]):
        waited = timedelta(minutes=10 if place in (0, 1, 2, 4) else 60)  # one slow before, three slow now
        Case.objects.filter(id=case.id).update(first_human_contact_at=case.opened_at + waited)
    Case.objects.filter(id__in=[case.id for case in now[1:3]]).update(team=after_sales)
    row = Shortfall.objects.create(
        target=Target.objects.get(),
        first_date=shop.now.date(),
        last_date=shop.now.date(),
        missed=1,
        of=1,
        value=60.0,
        opened_at=shop.now,
    )
    found = analysis_of(row, shop.viewer("admin"))
    assert found is not None
    assert [cause.split for cause in found.causes] == ["kind", "channel", "team", "store"]
    for cause in found.causes:
        assert cause.share is not None
        assert (cause.share.before, cause.share.now) == (0.25, 0.75)
        assert sum(part.change for part in cause.share.parts) == pytest.approx(0.5)
    teams = next(cause.share for cause in found.causes if cause.split == "team")
    assert teams is not None
    assert (teams.parts[0].key, teams.parts[0].cases, teams.parts[0].change) == (str(after_sales.id), 2, 0.375)
    Target.objects.update(metric="cases.waiting")
    assert analysis_of(Shortfall.objects.get(), shop.viewer("admin")) is None


@pytest.mark.parametrize(
    "code",
    [
        "cases.answered",
        "cases.resolution",
        "cases.first_contact_resolution",
        "cases.repeat_contacts",
        "cases.promises_kept",
        "cases.effort_contacts",
        "cases.effort_waiting",
    ],
)
def test_every_figure_that_has_parts_is_taken_apart(shop: Shop, code: str) -> None:
    case = shop.hears("桌子呢？")
    set_target(
        code=code,
        store_id=None,
        wanted=Wanted(0.5, reason="试"),
        seen=None,
        viewer=shop.viewer("admin"),
        at=shop.now,
    )
    days = {"first_date": case.opened_at.date(), "last_date": case.opened_at.date(), "missed": 1, "of": 1}
    row = Shortfall.objects.create(target=Target.objects.get(), value=1.0, opened_at=shop.now, **days)
    found = analysis_of(row, shop.viewer("admin"))
    assert found is not None
    assert all(cause.share is None for cause in found.causes)  # nothing before to compare with
