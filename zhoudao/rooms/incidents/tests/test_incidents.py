"""Many cases with one cause: who may steer, what joins and leaves, and a merged case's survivor."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseNotFound
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.incidents.commands.joining import join_case, join_cases, leave_incident, undo_join
from zhoudao.rooms.incidents.commands.opening import Description, change_incident, open_incident
from zhoudao.rooms.incidents.commands.planning import add_step, tick_step
from zhoudao.rooms.incidents.commands.steering import contain_incident, give_part, reopen_incident, resolve_incident
from zhoudao.rooms.incidents.models import Affected, Incident, Part, Stage
from zhoudao.rooms.incidents.queries import counts_of, incident_page, lines_of
from zhoudao.rooms.incidents.refusals import (
    AlreadyInIncident,
    IncidentOver,
    IncidentUnsound,
    IncidentUntitled,
    NotInCharge,
    NotInIncident,
    PlanTooLong,
    StageOutOfOrder,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def opened(shop: Shop, who: str = "zhao", **given: object) -> Incident:
    described = Description(**({"title": "支付页面打不开"} | given))  # type: ignore[arg-type]  # a test's own fields
    return open_incident(described, viewer=shop.viewer(who), at=shop.now)


def joined(shop: Shop, incident: Incident, *cases: Case, who: str = "zhao") -> None:
    join_cases(incident_id=incident.id, case_ids=[case.id for case in cases], viewer=shop.viewer(who), at=shop.now)


def test_it_has_a_number_a_lead_a_plan_and_team_leads_are_told(shop: Shop) -> None:
    described = Description("支付页面打不开 13812348000", severity="critical", told={"zh-Hans": "热线 4008001234"})
    incident = open_incident(described, plan=["通知支付商", " ", "公告"], viewer=shop.viewer("wang"), at=shop.now)
    assert incident.number.startswith("I2026-")
    assert incident.title == "支付页面打不开 138****8000"  # colleagues' words are masked, words for customers are not
    assert incident.told == {"zh-Hans": "热线 4008001234"}
    assert [(held.part, held.user.name) for held in incident.holdings.all()] == [("lead", "王芳")]
    assert [step.words for step in incident.steps.order_by("place")] == ["通知支付商", "公告"]
    told = Notice.objects.filter(kind="incident_opened")
    assert [notice.user.name for notice in told] == ["赵敏"]
    assert Event.objects.get(type="incidents.IncidentOpened").attributes["severity"] == "critical"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({"title": "  "}, IncidentUntitled), ({"severity": "huge"}, IncidentUnsound)],
)
def test_nonsense_is_refused_and_nothing_is_opened(shop: Shop, given: dict[str, str], refusal: type) -> None:
    with pytest.raises(refusal):
        opened(shop, **given)
    with pytest.raises(PlanTooLong):
        open_incident(Description("x"), plan=["step"] * 41, viewer=shop.viewer("zhao"), at=shop.now)
    assert not Incident.objects.exists()


def test_it_goes_from_open_to_contained_to_resolved_and_back(shop: Shop) -> None:
    incident, lead = opened(shop), shop.viewer("zhao")
    contain_incident(incident_id=incident.id, viewer=lead, at=shop.later(minutes=5))
    with pytest.raises(StageOutOfOrder):
        contain_incident(incident_id=incident.id, viewer=lead, at=shop.now)
    done = resolve_incident(incident_id=incident.id, viewer=lead, at=shop.later(minutes=5))
    assert (done.stage, done.contained_at) == (Stage.RESOLVED, shop.now - timedelta(minutes=5))
    with pytest.raises(IncidentOver):
        joined(shop, incident, shop.hears("付不了款"))
    again = reopen_incident(incident_id=incident.id, viewer=lead, at=shop.later(minutes=5))
    assert (again.stage, again.resolved_at) == (Stage.OPEN, None)
    assert [line.who for line in lines_of(incident)] == ["赵敏"] * 4


def test_only_who_leads_it_or_steers_all_may_steer_and_parts_give_rights(shop: Shop) -> None:
    incident = opened(shop)
    agent = shop.viewer("wang")
    with pytest.raises(NotInCharge):
        resolve_incident(incident_id=incident.id, viewer=agent, at=shop.now)
    step = add_step(incident_id=incident.id, words="打电话给供应商", viewer=shop.viewer("zhao"), at=shop.now)
    with pytest.raises(NotInCharge):
        tick_step(incident_id=incident.id, step_id=step.id, is_done=True, viewer=agent, at=shop.now)
    give = partial(give_part, incident_id=incident.id, viewer=shop.viewer("zhao"), at=shop.now)
    give(part=Part.INVESTIGATION, user_id=agent.user_id)
    done = tick_step(incident_id=incident.id, step_id=step.id, is_done=True, viewer=agent, at=shop.now)
    assert (done.done_by_id, done.done_at) == (agent.user_id, shop.now)
    change_incident(incident_id=incident.id, described=Description("支付商故障"), viewer=agent, at=shop.now)
    with pytest.raises(NotInCharge):
        resolve_incident(incident_id=incident.id, viewer=agent, at=shop.now)
    give(part=Part.LEAD, user_id=agent.user_id)
    assert resolve_incident(incident_id=incident.id, viewer=agent, at=shop.now).stage == Stage.RESOLVED
    assert Notice.objects.filter(kind="incident_part", user=agent.user_id).count() == 2


def test_a_part_goes_only_to_somebody_who_may_read_it_and_nobody_frees_it(shop: Shop) -> None:
    incident = opened(shop)
    give = partial(give_part, incident_id=incident.id, viewer=shop.viewer("zhao"), at=shop.now)
    for part, user in (("captain", shop.cast.people["li"].pk), (Part.LEAD, incident.id)):
        with pytest.raises(IncidentUnsound):
            give(part=part, user_id=user)
    give(part=Part.LEAD, user_id=None)
    assert not incident.holdings.exists()


def test_cases_join_leave_and_come_back_with_one_click_undone(shop: Shop) -> None:
    incident, viewer = opened(shop), shop.viewer("zhao")
    cases = [shop.hears("付不了款", who=f"v-{n}") for n in range(3)]
    first = join_cases(incident_id=incident.id, case_ids=[c.id for c in cases[:2]], viewer=viewer, at=shop.now)
    join_case(incident_id=incident.id, case_id=cases[2].id, viewer=viewer, at=shop.now)
    join_case(incident_id=incident.id, case_id=cases[2].id, viewer=viewer, at=shop.now)  # again changes nothing
    assert counts_of(incident, viewer).all == 3
    assert incident_page(is_under_way=True).rows[0].cases == 3
    assert undo_join(incident_id=incident.id, join=first.join, viewer=viewer, at=shop.now) == 2
    assert undo_join(incident_id=incident.id, join=first.join, viewer=viewer, at=shop.now) == 0
    leave_incident(case_id=cases[2].id, viewer=viewer, at=shop.now)
    with pytest.raises(NotInIncident):
        leave_incident(case_id=cases[2].id, viewer=viewer, at=shop.now)
    assert not Case.objects.exclude(incident_id=None).exists()
    joined(shop, incident, *cases)
    assert Affected.objects.filter(incident=incident, left_at=None).count() == 3


def test_a_case_is_part_of_one_incident_under_way_at_most(shop: Shop) -> None:
    case, other = shop.hears("付不了款"), shop.hears("付不了款", who="v-2")
    first, second = opened(shop), opened(shop, title="仓库停电")
    joined(shop, first, case)
    with pytest.raises(AlreadyInIncident) as refusal:
        join_case(incident_id=second.id, case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now)
    assert refusal.value.detail == first.number
    both = [case.id, other.id]
    came = join_cases(incident_id=second.id, case_ids=both, viewer=shop.viewer("zhao"), at=shop.now)
    assert (came.count, came.refused) == (1, [(case.number, "AlreadyInIncident", first.number)])
    resolve_incident(incident_id=first.id, viewer=shop.viewer("zhao"), at=shop.now)
    joined(shop, second, case)  # the first is over
    assert Case.objects.get(id=case.id).incident_id == second.id


def test_two_who_put_one_case_into_two_incidents_at_once_do_not_both_succeed(shop: Shop) -> None:
    case, viewer = shop.hears("付不了款"), shop.viewer("zhao")
    incidents, came = [opened(shop), opened(shop, title="仓库停电")], []

    def put(incident: Incident) -> None:
        try:
            join_case(incident_id=incident.id, case_id=case.id, viewer=viewer, at=shop.now)
            came.append(incident.number)
        except AlreadyInIncident:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=[incident]) for incident in incidents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 1
    assert Affected.objects.filter(case=case, left_at=None).count() == 1


def test_others_cases_do_not_exist(shop: Shop) -> None:
    incident, case = opened(shop), shop.hears("付不了款")
    stranger = shop.viewer("sun")
    with pytest.raises(CaseNotFound):
        join_case(incident_id=incident.id, case_id=case.id, viewer=stranger, at=shop.now)
    joined(shop, incident, case)
    with pytest.raises(CaseNotFound):
        leave_incident(case_id=case.id, viewer=stranger, at=shop.now)
    counts = counts_of(incident, stranger)
    assert (counts.all, counts.mine) == (1, 0)


def test_the_survivor_of_a_merge_takes_its_place_until_the_merge_is_undone(shop: Shop) -> None:
    incident, viewer = opened(shop), shop.viewer("zhao")
    loser, kept = shop.hears("付不了款"), shop.hears("付款失败", who="v-2")
    joined(shop, incident, loser)
    with transaction.atomic():
        merge_cases(case_id=loser.id, into_id=kept.id, viewer=viewer, at=shop.now)
    dispatch.drain()
    assert Case.objects.get(id=kept.id).incident_id == incident.id
    undo_merge(case_id=loser.id, viewer=viewer, at=shop.now)
    dispatch.drain()
    assert Case.objects.get(id=kept.id).incident_id is None
    assert Case.objects.get(id=loser.id).incident_id == incident.id


def test_a_survivor_with_an_incident_of_its_own_keeps_it(shop: Shop) -> None:
    first, second, viewer = opened(shop), opened(shop, title="仓库停电"), shop.viewer("zhao")
    loser, kept = shop.hears("付不了款"), shop.hears("没发货", who="v-2")
    joined(shop, first, loser)
    joined(shop, second, kept)
    merge_cases(case_id=loser.id, into_id=kept.id, viewer=viewer, at=shop.now)
    dispatch.drain()
    assert Case.objects.get(id=kept.id).incident_id == second.id
    joined(shop, first, loser)  # a merged case's place is its survivor's, and that one has another
    assert Case.objects.get(id=kept.id).incident_id == second.id


def test_events_say_what_happened_to_each_case_and_hold_no_words(shop: Shop) -> None:
    incident, case = opened(shop, cause="支付商机房起火"), shop.hears("付不了款")
    joined(shop, incident, case)
    fact = Event.objects.get(type="incidents.CaseJoinedIncident")
    assert fact.primary_id == case.id
    assert incident.id in fact.object_ids
    assert "起火" not in str(list(Event.objects.values_list("attributes", flat=True)))
