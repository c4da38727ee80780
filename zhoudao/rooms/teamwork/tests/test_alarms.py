"""Alarms reach somebody: who is told of a promise, an escalation, a silent channel; once, together, at their hours."""

from datetime import time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.commands import HURRY, PATIENCE, claim_mail, mail_went, people_to_mail, set_wish
from zhoudao.ground.notices.models import Notice
from zhoudao.ground.notices.queries import notices_of
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.commands.paging import escalate_case
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.events import PromiseWarned
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.events import ChannelFellSilent
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.staff.models import Member
from zhoudao.rooms.teamwork import telling
from zhoudao.rooms.teamwork.leads import leads_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def told(shop: Shop, name: str) -> list[str]:
    return list(Notice.objects.filter(user=shop.cast.people[name]).order_by("at", "id").values_list("kind", flat=True))


def clock_looks(shop: Shop, **later: float) -> None:
    at = shop.later(**later)
    for _ in range(9):
        due = Promise.objects.filter(next_check_at__lte=at).order_by("next_check_at")
        for promise_id in due.values_list("id", flat=True):
            check_promise(promise_id, at=at)
    dispatch.drain()


def test_a_warning_tells_the_owner_and_of_a_case_nobody_has_the_lead(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    owner = Case.objects.get(id=case.id).owner
    clock_looks(shop, hours=2, minutes=30)
    assert owner is not None
    assert set(Notice.objects.values_list("kind", "user")) == {("promise_warned", owner.id)}
    assert Notice.objects.get().address == f"/desk/cases/{case.number}/"
    Notice.objects.all().delete()
    Member.objects.update(is_available=False)
    shop.hears("椅子什么时候到？", who="visitor-2")
    Case.objects.filter(owner=None).update(team=shop.cast.teams["reception"])
    clock_looks(shop, hours=2, minutes=40)
    assert "promise_warned" in told(shop, "zhao")


def test_a_broken_promise_tells_owner_and_lead_by_mail_too_and_nobody_else(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    owner = Case.objects.get(id=case.id).owner
    Notice.objects.all().delete()
    clock_looks(shop, hours=9)
    broken = Notice.objects.filter(kind="promise_broken")
    lead = shop.cast.people["zhao"]
    assert set(broken.values_list("user", flat=True)) == {owner.pk if owner else None, lead.id}
    assert all(notice.mail_at for notice in broken)
    with translation.override("en"):
        assert case.number in notices_of(lead.id)[0].text


def test_ten_broken_promises_are_one_notice_and_one_mail(shop: Shop) -> None:
    Member.objects.update(capacity=40)
    cases = [shop.hears("桌子什么时候到？", who=f"visitor-{n}") for n in range(10)]
    clock_looks(shop, hours=4, minutes=1)
    notice = Notice.objects.get(user=shop.cast.people["zhao"], kind="promise_broken")
    assert notice.attributes["count"] == 10
    assert set(notice.attributes["items"]) == {case.number for case in cases}
    assert notice.address == "/desk/?figure=cases.promises_overdue"
    later = shop.now + timedelta(minutes=20)
    assert claim_mail(notice.user_id, at=later, real_now=later).count(notice) == 1
    with translation.override("en"):
        assert sum(line.text.startswith("10 cases missed") for line in notices_of(notice.user_id)) == 1


def test_what_breaks_while_the_mail_is_on_its_way_is_mailed_next(shop: Shop) -> None:
    Member.objects.update(capacity=40)
    shop.hears("桌子什么时候到？", who="visitor-1")
    shop.later(minutes=1)
    shop.hears("椅子什么时候到？", who="visitor-2")
    lead = shop.cast.people["zhao"]
    clock_looks(shop, hours=3, minutes=59)
    first = Notice.objects.get(user=lead, kind="promise_broken")
    after = shop.now + timedelta(hours=1)
    claimed = claim_mail(lead.id, at=after, real_now=after)
    clock_looks(shop, minutes=2)
    mail_went(claimed, at=shop.now)
    first.refresh_from_db()
    assert first.attributes["count"] == 2
    assert first.mailed_at is None
    assert first.claimed_at is None
    claimed = claim_mail(lead.id, at=after, real_now=after)
    mail_went(claimed, at=after)
    first.refresh_from_db()
    assert first.mailed_at == after


def test_the_same_event_heard_twice_tells_once(shop: Shop) -> None:
    shop.hears("桌子什么时候到？")
    clock_looks(shop, hours=9)
    before = list(Notice.objects.order_by("id").values())
    for event in Event.objects.filter(type__in=telling.TYPES):
        telling.on_event(event)
    assert list(Notice.objects.order_by("id").values()) == before


def test_quiet_hours_hold_a_regular_mail_but_not_an_urgent_one(shop: Shop) -> None:
    zhao, admin = shop.cast.people["zhao"], shop.cast.people["admin"]
    for user in (zhao, admin):
        set_wish(user_id=user.id, ways={}, quiet_from=time(0), quiet_until=time(23, 59), zone="Asia/Shanghai")
    shop.hears("桌子什么时候到？")
    clock_looks(shop, hours=4, minutes=1)
    regular = Notice.objects.get(user=zhao, kind="promise_broken")
    assert regular.mail_at is not None
    assert regular.mail_at > shop.now + PATIENCE
    Member.objects.all().update(is_available=False)
    shop.hears("油烟机冒烟了，很危险！", who="visitor-2")
    urgent = Notice.objects.get(user=admin, kind="unreached")
    assert urgent.mail_at == urgent.at + HURRY
    soon = shop.now + timedelta(minutes=1)
    assert people_to_mail(at=soon, real_now=soon) == [admin.id]


def test_whoever_chose_not_to_hear_of_it_does_not_but_duty_cannot_be_refused(shop: Shop) -> None:
    admin = shop.cast.people["admin"]
    ways = {"promise_broken": "none", "unreached": "none"}
    for name in ("zhao", "admin"):
        set_wish(user_id=shop.cast.people[name].id, ways=ways, quiet_from=None, quiet_until=None, zone="")
    shop.hears("桌子什么时候到？")
    clock_looks(shop, hours=9)
    assert "promise_broken" not in told(shop, "zhao")
    shop.hears("油烟机冒烟了，很危险！", who="visitor-2")
    assert Notice.objects.get(user=admin, kind="unreached").is_shown


def test_a_step_that_reminds_the_lead_does(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    escalate_case(case_id=case.id, why="promise_at_risk", at=shop.now, actor="flow:inquiry/1")
    dispatch.drain()
    notice = Notice.objects.get(kind="escalated")
    assert notice.user == shop.cast.people["zhao"]
    assert notice.is_shown
    assert notice.mail_at is not None


def test_with_nobody_on_call_the_leads_of_rapid_reaction_and_the_administrators_hear_it(shop: Shop) -> None:
    Grant.objects.create(user=shop.cast.people["sun"], role="team_lead", team=shop.cast.teams["rapid_reaction"])
    case = shop.hears("油烟机冒烟了，很危险！")
    assert case.team == shop.cast.teams["rapid_reaction"]
    told_of = Notice.objects.filter(kind="unreached")
    assert {notice.user.name for notice in told_of} == {"孙丽", "管理员"}
    with translation.override("en"):
        assert notices_of(shop.cast.people["admin"].id)[0].text == (
            f"Urgent {case.number}: nobody is on call. Please act"
        )


def test_a_silent_channel_tells_the_administrators_and_leads_of_its_store_once(shop: Shop) -> None:
    from zhoudao.ground.eventlog.recording import About, By, record

    everywhere = shop.cast.people["li"]
    Grant.objects.create(user=everywhere, role="team_lead", team=None)
    Grant.objects.create(user=shop.cast.people["sun"], role="team_lead", store=shop.cast.stores["nanjing"])
    channel = Channel.objects.get(code="webchat")
    channel.state = {"silent": {"since": shop.now.isoformat(), "expected": 12}}
    channel.names = {"zh-Hans": "网页客服", "en": "Web chat"}
    channel.save()
    for _ in range(2):
        by = By("system:channels", store_id=channel.store_id, channel=channel.code)
        record(ChannelFellSilent("webchat", 12), at=shop.now, by=by, about=[About("channel", channel.id)])
    dispatch.drain()
    assert {notice.user.name for notice in Notice.objects.all()} == {"李强", "管理员"}
    assert Notice.objects.count() == 2
    with translation.override("en"):
        assert notices_of(everywhere.id)[0].text == "Nothing comes in on Web chat any more"


def test_a_teams_lead_comes_before_one_who_works_there_and_that_one_before_others(shop: Shop) -> None:
    li, wang, zhao = (shop.cast.people[name] for name in ("li", "wang", "zhao"))
    reception, web = shop.cast.teams["reception"], shop.cast.stores["web"]
    for user in (li, wang):
        Grant.objects.create(user=user, role="team_lead", team=None)
    Member.objects.get(user=wang).teams.set([shop.cast.teams["after_sales"]])
    assert leads_of(reception.id, web.id) == {zhao.id}
    Grant.objects.filter(user=zhao).delete()
    assert leads_of(reception.id, web.id) == {li.id}
    assert leads_of(shop.cast.teams["rapid_reaction"].id, web.id) == {li.id, wang.id}
    Grant.objects.filter(role="team_lead").delete()
    assert leads_of(reception.id, web.id) == {shop.cast.people["admin"].id}


def test_a_promise_made_good_meanwhile_warns_nobody(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    promise = Promise.objects.filter(case=case, kind="answer").get()
    Promise.objects.filter(id=promise.id).update(ended_at=shop.now, kept_at=shop.now)
    with transaction.atomic():
        tell(hold(case.id), PromiseWarned("answer", str(promise.id), 80), actor="system:clock", at=shop.now)
    dispatch.drain()
    assert not Notice.objects.filter(kind="promise_warned").exists()


def test_a_case_without_trouble_costs_not_one_statement_more(shop: Shop) -> None:
    shop.hears("你好，订单还没有发货", who="visitor-0")
    with CaptureQueriesContext(connection) as asked:
        shop.hears("你好，订单还没有发货", who="visitor-2")
    assert not [one for one in asked.captured_queries if "notices_notice" in one["sql"]]
    assert not [one for one in asked.captured_queries if "accounts_grant" in one["sql"]]
