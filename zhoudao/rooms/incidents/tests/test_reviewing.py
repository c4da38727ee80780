"""Looking back: every figure equals an independent count, and what is to be done is told and reminded of."""

from datetime import timedelta

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands.sending import begin_sending, mark_sent
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.incidents.commands.joining import join_cases, leave_incident
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.reviewing import LookedBack, give_action, review_incident, tick_action
from zhoudao.rooms.incidents.commands.rounds import RESOLVE, SAY, Wanted, ask_round, begin_round, work_round
from zhoudao.rooms.incidents.commands.steering import contain_incident, reopen_incident, resolve_incident
from zhoudao.rooms.incidents.commands.treating import Moment
from zhoudao.rooms.incidents.figures import Figures, figures_of
from zhoudao.rooms.incidents.models import Affected, Incident, Stage
from zhoudao.rooms.incidents.refusals import ActionNotFound, ActionUnsound, NotInCharge, NotResolved, ReviewWordless

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def opened(shop: Shop, *cases: Case) -> Incident:
    row = open_incident(Description("支付页面打不开"), viewer=shop.viewer("zhao"), at=shop.now)
    if cases:
        join_cases(incident_id=row.id, case_ids=[c.id for c in cases], viewer=shop.viewer("zhao"), at=shop.now)
    return row


def round_of(shop: Shop, row: Incident, kind: str, wanted: Wanted) -> None:
    viewer = shop.viewer("zhao")
    asked = ask_round(wanted, kind=kind, incident_id=row.id, viewer=viewer, at=shop.now)
    begin_round(round_id=asked.id, viewer=viewer, at=shop.now, real_now=shop.now)
    work_round(asked.id, Moment(viewer, shop.now, shop.now))
    for message in Message.objects.filter(status="queued"):
        if begin_sending(message_id=message.id, real_now=shop.now + timedelta(minutes=1)) is not None:
            mark_sent(message_id=message.id, at=shop.now)
    dispatch.drain()


def recounted(row: Incident) -> Figures:
    """The same from the rows, as somebody who knows no event would count."""
    cases = list(Case.objects.filter(id__in=Affected.objects.filter(incident=row, left_at=None).values("case_id")))
    row.refresh_from_db()
    said = Message.objects.filter(direction="out", is_auto=False, status__in=["sent", "delivered"])
    first = min((case.opened_at for case in cases), default=None)
    return Figures(
        cases=len(cases),
        customers=len({case.customer_id for case in cases}),
        messages=said.filter(conversation__case__in=cases).count(),
        reopened=sum(case.reopened > 0 for case in cases),
        detected_after=row.opened_at - first if first else None,
        contained_after=row.contained_at - row.opened_at if row.contained_at else None,
        resolved_after=row.resolved_at - row.opened_at if row.resolved_at else None,
    )


def test_every_figure_is_what_an_independent_count_finds(shop: Shop) -> None:
    cases = [shop.hears("付不了款", who=f"v-{n % 4}") for n in range(5) if shop.later(minutes=3)]
    shop.later(minutes=10)
    row, lead = opened(shop, *cases), shop.viewer("zhao")
    assert figures_of(row) == recounted(row)
    stranger = shop.hears("想换颜色", who="v-9")
    join_cases(incident_id=row.id, case_ids=[stranger.id], viewer=lead, at=shop.now)
    leave_incident(case_id=stranger.id, viewer=lead, at=shop.now)
    round_of(shop, row, SAY, Wanted({"zh-Hans": "正在修复"}))
    contain_incident(incident_id=row.id, viewer=lead, at=shop.later(minutes=20))
    reopen_incident(incident_id=row.id, viewer=lead, at=shop.later(minutes=5))
    assert figures_of(row) == recounted(row)
    contain_incident(incident_id=row.id, viewer=lead, at=shop.later(minutes=30))
    resolve_incident(incident_id=row.id, viewer=lead, at=shop.later(minutes=30))
    round_of(shop, row, RESOLVE, Wanted({"zh-Hans": "已修复"}, "solved", "product"))
    shop.later(hours=1)
    shop.hears("还是不行", who="v-0", conversation_id=cases[0].conversation_id)
    figures = figures_of(row)
    assert figures == recounted(row)
    in_it = len({case.id for case in cases})
    assert (figures.cases, figures.messages, figures.reopened) == (in_it, 2 * in_it, 1)
    assert figures.detected_after is not None
    assert figures.detected_after >= timedelta(minutes=10)


def test_without_cases_there_is_nothing_to_count(shop: Shop) -> None:
    assert figures_of(opened(shop)) == Figures(0, 0, 0, 0, None, None, None)


def test_a_review_is_written_when_the_cause_is_gone_and_may_be_rewritten(shop: Shop) -> None:
    row, lead = opened(shop), shop.viewer("zhao")
    looked = LookedBack("证书过期，客户 13812348000 最先反映", root_cause="没有到期提醒")
    with pytest.raises(NotResolved):
        review_incident(incident_id=row.id, looked=looked, viewer=lead, at=shop.now)
    resolve_incident(incident_id=row.id, viewer=lead, at=shop.now)
    with pytest.raises(ReviewWordless):
        review_incident(incident_id=row.id, looked=LookedBack(" "), viewer=lead, at=shop.now)
    with pytest.raises(NotInCharge):
        review_incident(incident_id=row.id, looked=looked, viewer=shop.viewer("li"), at=shop.now)
    done = review_incident(incident_id=row.id, looked=looked, viewer=lead, at=shop.later(hours=1))
    assert (done.stage, done.reviewed_at) == (Stage.REVIEWED, shop.now)
    assert done.review.happened == "证书过期，客户 138****8000 最先反映"
    first = shop.now
    review_incident(incident_id=row.id, looked=LookedBack("重写"), viewer=lead, at=shop.later(hours=1))
    row.refresh_from_db()
    assert (row.reviewed_at, row.review.happened) == (first, "重写")
    assert "证书" not in str(list(Event.objects.values_list("attributes", flat=True)))
    assert reopen_incident(incident_id=row.id, viewer=lead, at=shop.now).stage == Stage.OPEN


def test_an_action_has_an_owner_who_is_told_and_ticks_it(shop: Shop) -> None:
    row, lead, wang = opened(shop), shop.viewer("zhao"), shop.cast.people["wang"]
    due = shop.now.date() + timedelta(days=3)
    given = {"incident_id": row.id, "viewer": lead, "at": shop.now}
    action = give_action(words="加到期提醒", owner_id=wang.pk, due_date=due, **given)  # type: ignore[arg-type]  # a test's own fields
    assert Notice.objects.get(kind="incident_action").user == wang
    for words, owner, day in (("", wang.pk, due), ("x", uuid7(), due), ("x", wang.pk, due - timedelta(days=9))):
        with pytest.raises(ActionUnsound):
            give_action(words=words, owner_id=owner, due_date=day, **given)  # type: ignore[arg-type]  # a test's own fields
    with pytest.raises(NotInCharge):
        tick_action(incident_id=row.id, action_id=action.id, is_done=True, viewer=shop.viewer("li"), at=shop.now)
    with pytest.raises(ActionNotFound):
        tick_action(incident_id=row.id, action_id=uuid7(), is_done=True, viewer=lead, at=shop.now)
    done = tick_action(incident_id=row.id, action_id=action.id, is_done=True, viewer=shop.viewer("wang"), at=shop.now)
    assert (done.done_by, done.done_at) == (wang, shop.now)
