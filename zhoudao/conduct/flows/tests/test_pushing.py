"""Progress is pushed over the customer's own channel: together, by day, not too often, once, and not to who refuses."""

import threading
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from zhoudao.conduct.flows.commands import complete_task, deploy_flow
from zhoudao.conduct.flows.models import Push, Task
from zhoudao.conduct.flows.pushing import ACTOR, MOST_A_DAY, allow_progress, refuse_progress, tell_progress
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event, Subscription
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.voice.models import FollowUpRule

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ("look", "mend", "secret", "pack", "call", "send", "check", "end")
WORDS = {name: (f"{name}做好了" if name != "secret" else "") for name in STEPS}


def flow(silent: str = "") -> str:
    """One step after the other, each with words for customers but one."""
    tasks = "".join(
        f'<userTask id="{name}" name="{name}"{" zd:tells=" + chr(34) + "no" + chr(34) if name == silent else ""}>'
        f'<extensionElements><zd:text lang="zh-Hans">{WORDS[name]}</zd:text><zd:text lang="en">{name} is done'
        "</zd:text></extensionElements></userTask>"
        if WORDS[name]
        else f'<userTask id="{name}" name="{name}"/>'
        for name in STEPS
    )
    way = ("s", *STEPS, "e")
    arrows = "".join(
        f'<sequenceFlow id="f{place}" sourceRef="{way[place]}" targetRef="{way[place + 1]}"/>'
        for place in range(len(way) - 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zd="https://zhoudao.org/bpmn" id="d" targetNamespace="t"><process id="inquiry" isExecutable="true" '
        f'name="咨询"><startEvent id="s"/>{tasks}<endEvent id="e"/>{arrows}</process></definitions>'
    )


@pytest.fixture
def shop() -> Shop:
    opened = open_shop()
    deploy_flow(source=flow().encode(), by=By("user:manager"), at=opened.now)
    return opened


@pytest.fixture
def case(shop: Shop) -> Case:
    found = shop.hears("椅子腿断了")
    shop.later(minutes=10)
    return found


def does(shop: Shop, case: Case, *elements: str) -> None:
    """Colleagues do these steps, a minute each."""
    for element in elements:
        task = Task.objects.get(object_id=case.id, element=element, completed_at=None)
        complete_task(task_id=task.id, result={}, by=By(shop.viewer("admin").actor), at=shop.now)
        dispatch.drain()
        shop.later(seconds=20)


def ticks(shop: Shop, **passes: float) -> list[str]:
    """The clock looks; returns all that customers were told so far."""
    at = shop.later(**(passes or {"minutes": 3}))
    for case_id in Push.objects.filter(due_at__lte=at).values_list("case_id", flat=True):
        tell_progress(case_id, at=at, real_now=at)
    dispatch.drain()
    return list(Message.objects.filter(actor=ACTOR).order_by("created_at", "id").values_list("text", flat=True))


def test_steps_that_follow_each_other_are_told_in_one_message_with_what_comes_next(shop: Shop, case: Case) -> None:
    does(shop, case, "look", "mend", "secret")
    assert ticks(shop, seconds=10) == []
    [told] = ticks(shop)
    assert told.count("✓") == 2
    assert "look做好了" in told
    assert "mend做好了" in told
    assert "secret" not in told
    assert "→ 当前：pack做好了" in told
    assert f"/p/{case.progress_token}/" in told
    assert case.number in told
    assert Event.objects.filter(type="flows.ProgressTold", primary_id=case.id).count() == 1


def test_nothing_is_told_when_a_case_opens_or_nothing_has_changed(shop: Shop) -> None:
    shop.hears("在吗")
    assert ticks(shop, hours=1) == []
    assert not Push.objects.exists()


def test_what_was_told_is_told_once_however_often_the_clock_looks(shop: Shop, case: Case) -> None:
    does(shop, case, "look")
    assert len(ticks(shop)) == 1
    Push.objects.update(due_at=shop.now)
    assert len(ticks(shop, hours=2)) == 1


def test_two_clocks_at_once_tell_once(shop: Shop, case: Case) -> None:
    does(shop, case, "look")
    at = shop.later(minutes=3)
    start = threading.Barrier(2)

    def look() -> None:
        start.wait(5)
        tell_progress(case.id, at=at, real_now=at)
        connection.close()

    clocks = [threading.Thread(target=look) for _ in range(2)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join(10)
    assert Message.objects.filter(actor=ACTOR).count() == 1


def test_a_crash_between_writing_and_noting_tells_once(shop: Shop, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    does(shop, case, "look")

    def dies(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Push, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            tell_progress(case.id, at=shop.later(minutes=3), real_now=shop.now)
    assert Message.objects.filter(actor=ACTOR).count() == 0
    assert len(ticks(shop)) == 1


def test_between_two_messages_is_an_hour_and_a_day_has_few(shop: Shop, case: Case) -> None:
    told = []
    for element in STEPS[:2]:
        does(shop, case, element)
        told = ticks(shop)
    assert len(told) == 1
    assert "mend做好了" in ticks(shop, minutes=61)[-1]
    does(shop, case, "secret")
    for element in STEPS[3:7]:
        does(shop, case, element)
        told = ticks(shop, minutes=61)
    assert len(told) == MOST_A_DAY
    told = ticks(shop, hours=24)
    assert len(told) == MOST_A_DAY + 1
    assert "check做好了" in told[-1]


def test_at_night_nothing_rings_and_the_chat_which_rings_nowhere_is_told(shop: Shop, case: Case) -> None:
    post = Channel.objects.create(code="post", kind="email", store=case.store)
    shop.later(hours=13)  # eleven at night in Shanghai
    does(shop, case, "look")
    Conversation.objects.filter(case=case).update(channel=post)
    assert ticks(shop) == []
    assert [len(ticks(shop, hours=9)), len(ticks(shop, hours=2))] == [0, 1]


def test_in_the_customer_s_language(shop: Shop, case: Case) -> None:
    Conversation.objects.update(language="en")
    does(shop, case, "look")
    [told] = ticks(shop)
    assert "✓ Done: look is done" in told
    assert "→ Now: mend is done" in told


def test_a_step_that_tells_nobody_is_not_told_but_shown(shop: Shop) -> None:
    deploy_flow(source=flow(silent="look").encode(), by=By("user:manager"), at=shop.now)
    case = shop.hears("椅子腿断了", who="visitor-2")
    shop.later(minutes=10)
    does(shop, case, "look")
    assert ticks(shop) == []
    does(shop, case, "mend")
    [told] = ticks(shop)
    assert "look" not in told


def test_who_was_just_answered_by_a_person_is_not_told_by_a_machine(shop: Shop, case: Case) -> None:
    does(shop, case, "look")
    reply_to_case(case_id=case.id, text="看过了，在修", viewer=shop.viewer("wang"), at=shop.now, real_now=shop.now)
    dispatch.drain()
    assert ticks(shop) == []
    does(shop, case, "mend")
    shop.later(minutes=5)
    assert ["look" in one for one in ticks(shop)] == [False]


def test_a_missed_promise_is_told_with_its_reason_and_again_when_the_reason_changes(shop: Shop, case: Case) -> None:
    shop.later(days=2)
    for promise in Promise.objects.filter(case=case, ended_at=None):
        check_promise(promise.id, at=shop.now)
    dispatch.drain()
    [told] = ticks(shop)
    assert told.count("很抱歉") == 1
    assert "当时没有空闲的客服。" in told or "处理所需的时间比预计的长。" in told
    late = Promise.objects.filter(case=case, broken_at__isnull=False).exclude(ended_at__isnull=False).count()
    assert told.count("✗") == late > 0
    Promise.objects.filter(case=case, broken_at__isnull=False).update(broken_reason="our_mistake")
    Push.objects.update(due_at=shop.now)
    assert len(ticks(shop, hours=2)) == 2


def test_a_solved_case_tells_nothing_more(shop: Shop, case: Case) -> None:
    does(shop, case, "look")
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    assert ticks(shop) == []
    assert Push.objects.get().due_at is None


def test_who_refuses_is_told_nothing_in_any_case_until_they_want_it_again(shop: Shop, case: Case) -> None:
    refuse_progress(case_id=case.id, at=shop.now)
    refuse_progress(case_id=case.id, at=shop.now)
    does(shop, case, "look")
    assert ticks(shop) == []
    allow_progress(case_id=case.id, at=shop.now)
    does(shop, case, "mend")
    assert len(ticks(shop)) == 1
    said = (
        Event.objects.filter(type__startswith="flows.Progress").order_by("occurred_at").values_list("type", flat=True)
    )
    assert list(said) == ["flows.ProgressRefused", "flows.ProgressAllowed", "flows.ProgressTold"]


def test_the_company_may_switch_it_off(shop: Shop, case: Case) -> None:
    FollowUpRule.objects.create(id=1, tells_progress=False)
    does(shop, case, "look")
    assert ticks(shop) == []


def test_wechat_is_written_to_while_it_carries(shop: Shop, case: Case) -> None:
    account = Channel.objects.create(code="mp", kind="wechat", store=case.store)
    Conversation.objects.filter(case=case).update(channel=account)
    does(shop, case, "look")
    assert len(ticks(shop)) == 1
    shop.later(days=3)
    does(shop, case, "mend")
    assert len(ticks(shop, hours=2)) == 1


def test_the_caller_without_any_written_side_is_not_written_to(shop: Shop, case: Case) -> None:
    line = Channel.objects.create(code="line", kind="phone", store=case.store)
    Conversation.objects.filter(case=case).update(channel=line)
    does(shop, case, "look")
    assert ticks(shop) == []


def test_what_is_told_keeps_no_promise_and_waits_for_nobody(shop: Shop, case: Case) -> None:
    before = Case.objects.get(id=case.id).status, list(Promise.objects.values_list("id", "kept_at"))
    does(shop, case, "look")
    assert len(ticks(shop, minutes=3)) == 1
    assert (Case.objects.get(id=case.id).status, list(Promise.objects.values_list("id", "kept_at"))) == before


def test_an_installation_that_is_brought_to_this_version_tells_nothing_of_before(shop: Shop, case: Case) -> None:
    begin = import_module("zhoudao.conduct.flows.migrations.0004_push").BEGIN
    task = Task.objects.get(object_id=case.id, element="look", completed_at=None)
    complete_task(task_id=task.id, result={}, by=By("user:x"), at=shop.now)
    dispatch.drain()  # until no older transaction, be it of another database, keeps what was told from being of before
    Subscription.objects.filter(name="progress").delete()
    Push.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(begin)
    dispatch.drain()
    assert not Push.objects.exists()
    does(shop, case, "mend")
    assert Push.objects.exists()
