"""The queue at the desk: the next one by a press, each step with a tap, and the counter filled in."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries.history import history
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.customers.commands.erasing import erase_customer
from zhoudao.rooms.visits.models import Line, Need, State, Visit
from zhoudao.rooms.visits.tests.store import Counter, open_counter

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/counter/queue/"


@pytest.fixture
def counter(shop: Shop) -> Counter:
    return open_counter(shop)


@pytest.fixture
def luo(counter: Counter, sign_in: Callable[[str], Client]) -> Client:
    """Luo Dan, at counter 1."""
    client = sign_in("luo")
    client.post(PATH + "mine/", {"store": "nanjing", "counter": "1", "need": [n.id for n in counter.needs.values()]})
    return client


def act(client: Client, visit: Visit, do: str, **more: str) -> Any:
    answer = client.post(f"{PATH}numbers/{visit.id}/", {"do": do} | more, follow=True)
    visit.refresh_from_db()
    return answer


def test_from_call_to_done(luo: Client, counter: Counter) -> None:
    first, second = counter.takes("A", name="王小姐", phone="13812348000"), counter.takes("A")
    page = luo.get(PATH).content.decode()
    assert "2 人等候" in page
    assert "王**" in page, "store staff see names masked"
    assert "138" not in re.sub(r"<[^>]*>", "", page), "nor anything of a number; ids and tokens may hold the digits"
    assert "13812348000" not in page
    luo.post(PATH + "next/", {"store": "nanjing"})
    first.refresh_from_db()
    assert (first.state, first.counter) == (State.CALLED, "1")
    act(luo, first, "call")
    assert first.calls == 2
    act(luo, first, "begin")
    act(luo, first, "step", step=counter.needs["A"].steps[0]["code"])
    assert "is-running" in luo.get(PATH).content.decode()
    luo.post(PATH + "next/", {"store": "nanjing", "finish": first.id})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.DONE, State.CALLED)
    act(luo, second, "no_show")
    assert second.state == State.NO_SHOW
    answer = luo.post(PATH + "next/", {"store": "nanjing"}, follow=True).content.decode()
    assert "没有人在等您受理的业务" in answer


def test_a_counter_without_a_name_is_asked_for_it(counter: Counter, sign_in: Callable[[str], Client]) -> None:
    counter.takes()
    answer = sign_in("luo").post(PATH + "next/", {"store": "nanjing"}, follow=True)
    assert "请先填写您在几号柜台" in answer.content.decode()
    assert Visit.objects.get().state == State.WAITING


def test_only_what_this_counter_serves_is_called(luo: Client, counter: Counter) -> None:
    counter.takes("A")
    advice = counter.takes("B")
    luo.post(PATH + "mine/", {"store": "nanjing", "counter": "5", "need": [counter.needs["B"].id]})
    luo.post(PATH + "next/", {"store": "nanjing"})
    advice.refresh_from_db()
    assert (advice.state, advice.counter) == (State.CALLED, "5")


def test_a_number_opens_the_counter_with_who_it_is_and_joins_the_case(luo: Client, counter: Counter) -> None:
    known = [Claim("visitor", "v-1", scope="webchat"), Claim("phone", "13812348000", verified=True)]
    receive_message(inbound=Inbound("webchat", "m-1", known, name="王小姐", text="磨豆机声音很大"), at=counter.shop.now)
    dispatch.drain()
    visit = counter.takes("A", name="王小姐", phone="13812348000")
    luo.post(PATH + "next/", {"store": "nanjing"})
    page = act(luo, visit, "counter")
    text = page.content.decode()
    assert "磨豆机声音很大" in text
    assert "A001" in text
    asked = dict(part.split("=", 1) for part in page.redirect_chain[-1][0].partition("?")[2].split("&"))
    from urllib.parse import unquote

    body = {
        "visit_id": str(uuid4()), "visit": str(visit.id), "who": unquote(asked["who"]), "channel": "counter",
        "text": "机器带来了", "kind": "after_sales", "about": "",
    }  # fmt: skip
    assert luo.post("/desk/counter/", body).status_code == 302
    dispatch.drain()
    visit.refresh_from_db()
    case = Case.objects.get(conversation=visit.conversation_id)
    assert case.customer_id == visit.customer_id
    [linked] = Event.objects.filter(type="visits.VisitLinked")
    assert case.conversation_id in linked.object_ids
    assert case.number in luo.get(PATH).content.decode()
    act(luo, visit, "finish")
    assert "visits.VisitFinished" in [line.type for line in timeline([case.id])], "it stands in the case's history"
    told = history(counter.viewer("luo"), [case.customer_id]).entries
    assert {"visits.VisitLinked", "visits.VisitFinished"} <= {entry.type for entry in told}
    others = history(counter.viewer("hu"), [case.customer_id]).entries
    assert not any(entry.type.startswith("visits.") for entry in others), "another store's visit"


def test_whose_customer_was_erased_meanwhile_is_somebody_new(luo: Client, counter: Counter) -> None:
    known = [Claim("visitor", "v-1", scope="webchat"), Claim("phone", "13812348000", verified=True)]
    receive_message(inbound=Inbound("webchat", "m-1", known, name="王小姐", text="你好"), at=counter.shop.now)
    dispatch.drain()
    visit, case = counter.takes("A", name="王小姐"), Case.objects.get()
    visit.customer = case.customer
    visit.save(update_fields=["customer"])
    luo.post(PATH + "next/", {"store": "nanjing"})
    assert "who=" in act(luo, visit, "counter").redirect_chain[-1][0]
    Case.objects.update(status=Status.CLOSED, outcome="answered", cause="other")
    erase_customer(customer_id=case.customer_id, at=counter.shop.now, by=By("user:admin"))
    opened = act(luo, visit, "counter")
    assert opened.status_code == 200
    assert "who=" not in opened.redirect_chain[-1][0]
    act(luo, visit, "finish")
    assert visit.state == State.DONE


def test_somebody_new_needs_typing_nothing_twice(luo: Client, counter: Counter) -> None:
    visit = counter.takes("A", name="陈先生", phone="13912340000")
    luo.post(PATH + "next/", {"store": "nanjing"})
    page = act(luo, visit, "counter").content.decode()
    assert "139****0000" in page
    assert "13912340000" not in page
    body = {"visit_id": str(uuid4()), "visit": str(visit.id), "channel": "counter", "text": "想修一下"}
    luo.post("/desk/counter/", body)
    dispatch.drain()
    visit.refresh_from_db()
    assert visit.customer is not None
    assert visit.customer.name == "陈先生"
    assert Case.objects.get().kind == Case.objects.get(conversation=visit.conversation_id).kind


def test_other_stores_numbers_are_like_none(counter: Counter, sign_in: Callable[[str], Client]) -> None:
    visit, hu = counter.takes(name="王小姐"), sign_in("hu")
    for do in ("call", "begin", "finish", "counter", "nothing"):
        found = hu.post(f"{PATH}numbers/{visit.id}/", {"do": do})
        missing = hu.post(f"{PATH}numbers/{uuid4()}/", {"do": do})
        assert (found.status_code, missing.status_code) == (404, 404)
    assert hu.get(f"/desk/counter/?visit={visit.id}").status_code == 404
    assert "A001" not in hu.get(PATH, {"store": "nanjing"}).content.decode()
    hu.post(PATH + "next/", {"store": "nanjing"})
    visit.refresh_from_db()
    assert visit.state == State.WAITING


def test_a_stranger_to_the_press_is_refused_in_words(luo: Client, counter: Counter) -> None:
    visit = counter.takes()
    assert luo.post(f"{PATH}numbers/{visit.id}/", {"do": "juggle"}).status_code == 400
    assert "请先叫这个号" in act(luo, visit, "finish").content.decode()
    counter.calls("xu", counter="2")
    assert "其他柜台叫走" in act(luo, visit, "begin").content.decode()


def test_somebody_without_a_phone_gets_a_number_once(luo: Client, counter: Counter) -> None:
    asked = {"store": "nanjing", "need": counter.needs["B"].id, "name": "赵奶奶", "asked_id": str(uuid4())}
    for _ in range(2):
        assert "号码是 B001" in luo.post(PATH + "take/", asked, follow=True).content.decode()
    assert Visit.objects.get().source == "desk"


def test_the_poster_leads_to_the_stores_page(luo: Client, counter: Counter) -> None:
    page = luo.get(PATH + "poster/", {"store": "nanjing"}).content.decode()
    assert "/s/nanjing/" in page
    assert 'class="qr"' in page


def test_the_queue_is_set_up_by_who_may_and_wrong_needs_stay_out(
    counter: Counter, sign_in: Callable[[str], Client]
) -> None:
    path = PATH + "needs/"
    assert sign_in("luo").get(path).status_code == 403
    admin = sign_in("admin")
    need = {"store": "nanjing", "do": "save", "letter": "d", "kind": "inquiry", "name-zh-Hans": "礼品包装"}
    assert admin.post(path, need | {"steps": "选盒 / 選盒 / Choose a box\n包装"}).status_code == 302
    kept = Need.objects.get(letter="D")
    assert [step["names"] for step in kept.steps] == [
        {"zh-Hans": "选盒", "zh-Hant": "選盒", "en": "Choose a box"}, {"zh-Hans": "包装"},
    ]  # fmt: skip
    for wrong in ({"letter": "A"}, {"name-zh-Hans": ""}, {"priority": "x"}, {"steps": "a\n" * 9}):
        refused = admin.post(path, need | {"letter": "E"} | wrong)
        assert refused.status_code == 422
    assert admin.post(path, {"store": "nanjing", "do": "retire", "need": kept.id}).status_code == 302
    assert admin.post(path, {"store": "nanjing", "do": "line", "calendar": "", "is_paused": "on"}).status_code == 302
    assert Line.objects.get(store=counter.store).is_paused
    assert "暂停发号" in admin.get(PATH, {"store": "nanjing"}).content.decode()
    assert admin.post(path, {"store": "web", "do": "line"}).status_code == 302, "a new queue begins empty"
    assert "还没有业务" in admin.get(path, {"store": "web"}).content.decode()


def test_what_is_empty_says_what_to_do(counter: Counter, sign_in: Callable[[str], Client]) -> None:
    assert "扫海报上的二维码" in sign_in("luo").get(PATH).content.decode()
    Line.objects.all().delete()
    assert "组长或管理员设置" in sign_in("luo").get(PATH).content.decode()


def test_the_page_costs_at_most_twelve_statements_however_many_wait(
    luo: Client, counter: Counter, django_assert_max_num_queries: Any
) -> None:
    for n in range(40):
        counter.takes("A", name=f"顾客{n}")
    counter.calls("xu", counter="2")
    luo.post(PATH + "next/", {"store": "nanjing"})
    for path in (PATH, PATH + "strip/"):
        with django_assert_max_num_queries(12):
            assert luo.get(path).status_code == 200
