"""Programmes: planned, followed, closed; and versions that go live only with trained people."""

from datetime import date, timedelta
from typing import Any

import pytest

from zhoudao.conduct.flows import gates
from zhoudao.conduct.flows.commands import deploy_flow, pilot_flow, roll_out_flow
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.refusals import NotReady
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.improvement.commands import programmes as commands
from zhoudao.conduct.improvement.commands.programmes import Charter
from zhoudao.conduct.improvement.gantt import Bar, gantt
from zhoudao.conduct.improvement.models import Concern, Milestone, Programme, Training, UnreadyGo
from zhoudao.conduct.improvement.queries.programmes import adoption, days_late, money_of, subject_of
from zhoudao.conduct.improvement.refusals import ProgrammeNotFound, ProgrammeOver, RowUnsound
from zhoudao.conduct.improvement.tests.test_initiatives import begun
from zhoudao.conduct.improvement.training import guard, note_training, readiness
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)
FLOW = """
    start s
    user look team=reception name=受理
    user repair team=after_sales name=上门
    user anyone name=都行
    end e
    s -> look -> repair -> anyone -> e
"""


@pytest.fixture
def shop() -> Shop:
    gates.guard("readiness", guard)
    return open_shop()


def a_programme(shop: Shop, key: str = "", threshold: float = 0.6) -> Programme:
    charter = Charter("投诉再造", shop.cast.people["admin"].pk, "更快", key, threshold)
    return commands.begin_programme(charter=charter, viewer=shop.viewer("admin"), at=shop.now)


def deployed(shop: Shop, lines: str = FLOW, **more: Any) -> FlowVersion:
    return deploy_flow(source=bpmn(lines), by=By("user:manager"), at=shop.now, **more)


def trained(shop: Shop, version: FlowVersion, element: str, *names: str, number: int = 0) -> int:
    users = [shop.cast.people[name].pk for name in names]
    noted: dict[str, Any] = {
        "key": version.key,
        "element": element,
        "version": number or version.version,
        "user_ids": users,
    }
    return note_training(**noted, day=shop.now.date(), viewer=shop.viewer("admin"), at=shop.now)


def shares(version: FlowVersion) -> dict[tuple[str, str], tuple[int, int]]:
    found = readiness(version.key, version.version, version_of(version.id).graph, list(Store.objects.order_by("code")))
    return {(one.store.code, one.element): (len(one.trained), len(one.people)) for one in found}


def test_a_plan_is_made_followed_and_closed(shop: Shop) -> None:
    one, viewer, today = a_programme(shop), shop.viewer("admin"), shop.now.date()
    who: dict[str, Any] = {"programme_id": one.id, "viewer": viewer}
    lead = shop.cast.people["admin"].pk
    row = commands.add_milestone(
        phase="pilot", words="两店试点", owner_id=lead, days=(today, today + timedelta(days=7)), **who
    )
    assert days_late(row, today + timedelta(days=10)) == 3
    commands.tick_milestone(row_id=row.id, day=today + timedelta(days=9), at=shop.now, **who)
    assert days_late(Milestone.objects.get(), today + timedelta(days=30)) == 2
    line = commands.add_budget_line(words="培训", planned_minor=500_000, **who)
    commands.note_spent(row_id=line.id, actual_minor=620_050, **who)
    assert money_of(one) == (500_000, 620_050)
    risk = {"words": "没人来", "has_happened": False, "likelihood": 3, "impact": 4, "counter": "", "owner_id": lead}
    commands.add_concern(given=risk, **who)
    assert Concern.objects.get().weight == 12
    initiative = begun(shop)
    commands.take_initiative(initiative_id=initiative.id, is_in=True, **who)
    assert list(one.initiatives.all()) == [initiative]
    with pytest.raises(RowUnsound):
        commands.close_programme(closing=" ", at=shop.now, **who)
    commands.close_programme(closing="两店见效", at=shop.now, **who)
    with pytest.raises(ProgrammeOver):
        commands.add_budget_line(words="更多", planned_minor=1, **who)


def test_what_cannot_be_is_refused_and_nobody_without_the_right_plans(shop: Shop) -> None:
    one, today, lead = a_programme(shop), shop.now.date(), shop.cast.people["admin"].pk
    who: dict[str, Any] = {"programme_id": one.id, "viewer": shop.viewer("admin")}
    backwards = (today, today - timedelta(days=1))
    with pytest.raises(RowUnsound):
        commands.add_milestone(phase="pilot", words="x", owner_id=lead, days=backwards, **who)
    with pytest.raises(RowUnsound):
        commands.add_milestone(phase="holiday", words="x", owner_id=lead, days=(today, today), **who)
    with pytest.raises(RowUnsound):
        commands.add_budget_line(words="x", planned_minor=-1, **who)
    mark = {"words": "x", "has_happened": True, "likelihood": 6, "impact": 1, "counter": "", "owner_id": lead}
    with pytest.raises(RowUnsound):
        commands.add_concern(given=mark, **who)
    with pytest.raises(ProgrammeNotFound):
        commands.add_budget_line(programme_id=one.id, words="x", planned_minor=1, viewer=shop.viewer("zhou"))
    with pytest.raises(ProgrammeNotFound):
        commands.begin_programme(charter=Charter("x", lead), viewer=shop.viewer("zhao"), at=shop.now)


def test_people_of_a_step_are_counted_by_store_and_trained_once(shop: Shop) -> None:
    version = deployed(shop)
    people = {
        ("nanjing", "look"): (0, 3),
        ("nanjing", "repair"): (0, 1),
        ("web", "look"): (0, 3),
        ("web", "repair"): (0, 1),
    }
    assert shares(version) == people, "a step without a team is anybody's"
    assert [trained(shop, version, "look", "wang", "li") for _ in range(2)] == [2, 0]
    assert shares(version)[("web", "look")] == (2, 3)
    shop.cast.people["li"].grants.update(store=shop.cast.stores["nanjing"])
    assert (shares(version)[("web", "look")], shares(version)[("nanjing", "look")]) == ((1, 2), (2, 3))
    with pytest.raises(RowUnsound):
        trained(shop, version, "look", "wang", number=3)


def test_a_training_counts_for_every_version_in_which_the_step_is_the_same(shop: Shop) -> None:
    first = deployed(shop)
    trained(shop, first, "look", "wang")
    trained(shop, first, "repair", "sun")
    second = deployed(shop, FLOW.replace("name=上门", "name=远程"))
    assert shares(second)[("web", "look")] == (1, 3)
    assert shares(second)[("web", "repair")] == (0, 1)
    assert Training.objects.count() == 2


def test_a_version_goes_live_only_with_trained_people_or_a_reason_that_is_kept(shop: Shop) -> None:
    first = deployed(shop)
    one = a_programme(shop, first.key)
    changed = FLOW.replace("name=上门", "name=远程")
    with pytest.raises(NotReady) as refused:
        deployed(shop, changed)
    assert any("远程: 0 / 1" in line for line in refused.value.lacking)
    assert FlowVersion.objects.count() == 1
    with pytest.raises(NotReady):
        deployed(shop, changed, stores=[shop.cast.stores["web"].id])
    for element, names in (("look", ("wang", "li")), ("repair", ("sun",))):
        trained(shop, first, element, *names, number=2)
    second = deployed(shop, changed, stores=[shop.cast.stores["web"].id])
    roll_out_flow(version_id=second.id, by=By("user:manager"), at=shop.now)
    third = FLOW.replace("name=上门", "name=视频")
    deployed(shop, third, reason="节前必须上线")
    kept = UnreadyGo.objects.get()
    assert (kept.programme_id, kept.version, kept.reason) == (one.id, 3, "节前必须上线")
    commands.close_programme(programme_id=one.id, closing="好", viewer=shop.viewer("admin"), at=shop.now)
    deployed(shop, FLOW.replace("name=上门", "name=寄修"))


def test_a_pilot_is_asked_for_its_new_stores_and_may_always_end(shop: Shop) -> None:
    first = deployed(shop)
    web, nanjing = (shop.cast.stores[code] for code in ("web", "nanjing"))
    shop.cast.people["sun"].grants.update(store=web)
    trained(shop, first, "look", "wang", "li", "zhao")
    trained(shop, first, "repair", "sun")
    second = deployed(shop, FLOW + "\n", stores=[web.id])
    shop.cast.people["sun"].grants.update(store=nanjing)
    Training.objects.filter(element="repair").delete()
    a_programme(shop, first.key)
    who: dict[str, Any] = {"version_id": second.id, "by": By("user:manager"), "at": shop.now}
    with pytest.raises(NotReady):
        pilot_flow(stores=[web.id, nanjing.id], **who)
    pilot_flow(stores=[], **who)


def test_what_comes_with_the_product_goes_live(shop: Shop) -> None:
    first = deployed(shop)
    a_programme(shop, first.key, threshold=1.0)
    deploy_flow(source=bpmn(FLOW.replace("上门", "远程")), by=By("system:setup"), at=shop.now)
    assert FlowVersion.objects.count() == 2


def test_readiness_is_asked_of_what_is_drawn_next_and_use_is_counted(shop: Shop) -> None:
    assert subject_of("nothing") is None
    assert adoption("nothing") == (None, [])
    version = deployed(shop)
    subject = subject_of(version.key)
    assert subject is not None
    assert (subject.number, subject.is_drawn) == (1, False)
    assert adoption(version.key) == (version, [])


def test_the_plan_is_a_picture_with_a_bar_a_milestone() -> None:
    bars = [
        Bar("试点<b>", date(2026, 3, 1), date(2026, 3, 9), "open", "试点"),
        Bar("推广", date(2026, 3, 10), date(2026, 4, 1), "ahead", ""),
    ]
    drawn = str(gantt(bars, date(2026, 3, 5), "计划"))
    assert (drawn.count("<rect"), drawn.count('class="mark"')) == (2, 1)
    assert "<b>" not in drawn
    assert 'class="mark"' not in str(gantt(bars, date(2027, 1, 1), "计划"))
    assert str(gantt([], date(2026, 3, 5), "计划")) == ""
