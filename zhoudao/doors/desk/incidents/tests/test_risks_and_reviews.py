"""Proposals, the register of risks and looking back, at the desk; and what the customer and the board see."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.ground.accounts.models import Grant
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.incidents.commands.joining import join_case
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.risks import NewRisk, save_risk
from zhoudao.rooms.incidents.commands.steering import resolve_incident
from zhoudao.rooms.incidents.models import Action, Incident, Risk, Surge

SignIn = Callable[[str], Client]
FIELDS = {
    "title": "支付商故障",
    "flow": "inquiry",
    "signal": "多位客户说付不了款",
    "threshold": "5",
    "window_minutes": "60",
    "words": "付款",
    "plan": "打电话\n公告",
    "review_months": "6",
}


@pytest.fixture
def manager(shop: Shop, sign_in: SignIn) -> Client:
    """Somebody who keeps the register."""
    ensure_shipped_flows(shop.now)
    Grant.objects.create(user=shop.cast.people["zhou"], role="process_manager")
    return sign_in("zhou")


def surge(shop: Shop, *cases: Case, risk: Risk | None = None) -> Surge:
    found = {"pieces": ["付款", "款页", "页面"], "risk": risk, "window_minutes": 60, "count": 8, "expected": 0.4}
    return Surge.objects.create(**found, case_ids=[str(case.id) for case in cases], found_at=shop.now, seen_at=shop.now)


def noted(shop: Shop) -> Risk:
    wanted = NewRisk(
        "支付商故障", "inquiry", "付不了款", shop.cast.people["wang"].pk, ["打电话"], words="付款", threshold=5
    )
    return save_risk(wanted, viewer=shop.viewer("admin"), at=shop.now)


def test_a_proposal_shows_what_is_in_common_and_is_confirmed(shop: Shop, sign_in: SignIn) -> None:
    case = shop.hears("付款页面打不开")
    one, client = surge(shop, case), sign_in("zhao")
    page = client.get("/desk/incidents/").content.decode()
    for words in ("付款页面", case.number, "平时约 0.4"):
        assert words in page
    assert "surges/" not in sign_in("wang").get("/desk/incidents/").content.decode()
    assert sign_in("wang").post(f"/desk/incidents/surges/{one.id}/confirm/", {"title": "x"}).status_code == 403
    answer = client.post(f"/desk/incidents/surges/{one.id}/confirm/", {"title": "支付页面打不开"})
    row = Incident.objects.get()
    assert answer.headers["Location"] == f"/desk/incidents/{row.number}/"
    assert Case.objects.get(id=case.id).incident_id == row.id
    other = shop.hears("付款页面还是打不开", who="v-2")
    Surge.objects.filter(id=one.id).update(case_ids=[str(case.id), str(other.id)])
    assert "再加入 1 张" in client.get(f"/desk/incidents/{row.number}/").content.decode()
    client.post(f"/desk/incidents/{row.number}/alike/")
    assert Case.objects.filter(incident_id=row.id).count() == 2


def test_it_is_dismissed_with_a_reason_only(shop: Shop, sign_in: SignIn) -> None:
    one, client = surge(shop, shop.hears("付款页面打不开")), sign_in("zhao")
    path = f"/desk/incidents/surges/{one.id}/dismiss/"
    page = client.post(path, {"reason": " "}, follow=True).content.decode()
    assert "请简单说明为什么不是突发事件" in page
    client.post(path, {"reason": "促销"})
    one.refresh_from_db()
    assert (one.state, one.reason, one.decided_by) == ("dismissed", "促销", shop.cast.people["zhao"])
    assert "surges/" not in client.get("/desk/incidents/").content.decode()
    assert client.post(f"/desk/incidents/surges/{shop.cast.teams['reception'].id}/dismiss/").status_code == 404


def test_a_manager_keeps_the_register_and_others_read_it(shop: Shop, sign_in: SignIn, manager: Client) -> None:
    owner = str(shop.cast.people["wang"].pk)
    assert manager.post("/desk/risks/new/", FIELDS | {"owner": owner}).status_code == 302
    row = Risk.objects.get()
    assert (row.plan, row.threshold, row.owner.name) == (["打电话", "公告"], 5, "王芳")
    wang = sign_in("wang")
    assert "支付商故障" in wang.get("/desk/risks/").content.decode()
    assert wang.get(f"/desk/risks/{row.id}/").status_code == 200
    assert wang.post(f"/desk/risks/{row.id}/", FIELDS | {"owner": owner}).status_code == 422
    assert wang.post("/desk/risks/new/", FIELDS).status_code == 403
    shop.later(days=200)
    assert "已逾期" in manager.get("/desk/risks/").content.decode()
    wang.post(f"/desk/risks/{row.id}/review/")
    assert "已逾期" not in manager.get("/desk/risks/").content.decode()
    manager.post(f"/desk/risks/{row.id}/retire/")
    assert "支付商故障" not in manager.get("/desk/risks/").content.decode()
    manager.post(f"/desk/risks/{row.id}/retire/", {"back": "1"})
    assert "支付商故障" in manager.get("/desk/risks/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"flow": "moon"},
        {"owner": "x"},
        {"threshold": "1"},
        {"words": ""},
        {"window_minutes": "2"},
        {"plan": "\n".join("x" * 41)},
    ],
)
def test_an_unsound_risk_is_named_and_not_kept(shop: Shop, manager: Client, wrong: dict[str, str]) -> None:
    owner = str(shop.cast.people["wang"].pk)
    page = manager.post("/desk/risks/new/", FIELDS | {"owner": owner} | wrong)
    assert page.status_code == 422
    assert re.search(r'class="(errorlist|refused)', page.content.decode())
    assert not Risk.objects.exists()


def test_an_incident_opened_for_a_risk_begins_with_its_plan(shop: Shop, sign_in: SignIn) -> None:
    row, client = noted(shop), sign_in("wang")
    fields = {"title": "支付页面打不开", "severity": "major", "risk": str(row.id)}
    client.post("/desk/incidents/new/", fields)
    assert [step.words for step in Incident.objects.get().steps.all()] == ["打电话"]
    assert client.post("/desk/incidents/new/", fields | {"risk": "moon"}).status_code == 422


def test_a_review_is_written_and_what_is_to_be_done_has_an_owner(shop: Shop, sign_in: SignIn) -> None:
    row = open_incident(Description("支付页面打不开"), viewer=shop.viewer("zhao"), at=shop.now)
    join_case(incident_id=row.id, case_id=shop.hears("付不了款").id, viewer=shop.viewer("zhao"), at=shop.now)
    client, base = sign_in("zhao"), f"/desk/incidents/{row.number}/"
    assert client.post(f"{base}review/", {"happened": "证书过期"}).status_code == 422
    resolve_incident(incident_id=row.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=40))
    assert client.post(f"{base}review/", {"happened": ""}).status_code == 422
    assert sign_in("li").post(f"{base}review/", {"happened": "x"}).status_code == 422
    assert client.post(f"{base}review/", {"happened": "证书过期"}).status_code == 302
    due = f"{shop.now.date() + timedelta(days=7):%Y-%m-%d}"
    asked = {"words": "加到期提醒", "owner": str(shop.cast.people["wang"].pk), "due": due}
    for wrong in ({"words": ""}, {"owner": "x"}, {"due": "soon"}, {"due": "2020-01-01"}):
        page = client.post(f"{base}actions/", asked | wrong)
        assert page.status_code == 422, wrong
    assert client.post(f"{base}actions/", asked).status_code == 302
    action = Action.objects.get()
    shown = client.get(f"{base}review/").content.decode()
    for words in ("证书过期", "加到期提醒", "40 分钟"):
        assert words in shown
    sign_in("wang").post(f"{base}actions/{action.id}/", {"done": "1"})
    action.refresh_from_db()
    assert action.done_by == shop.cast.people["wang"]
    assert client.post(f"{base}actions/{row.id}/", {"done": "1"}).status_code == 404


def test_the_customer_reads_that_it_is_known_while_it_is(shop: Shop, sign_in: SignIn) -> None:
    case, anybody = shop.hears("付不了款"), Client()
    told = {"zh-Hans": "支付故障，正在修复。", "en": "Payments fail."}
    described = Description("内部名称", told=told, is_public=True, guidance="内部说法")
    row = open_incident(described, viewer=shop.viewer("zhao"), at=shop.now)
    path = f"/p/{case.progress_token}/"
    assert "支付故障" not in anybody.get(path).content.decode()
    join_case(incident_id=row.id, case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now)
    page = anybody.get(path).content.decode()
    assert "支付故障，正在修复。" in page
    for inside in ("内部名称", "内部说法", "赵敏"):
        assert inside not in page
    assert "Payments fail." in anybody.get(f"{path}?language=en").content.decode()
    Incident.objects.update(is_public=False)
    assert "支付故障" not in anybody.get(path).content.decode()
    Incident.objects.update(is_public=True)
    resolve_incident(incident_id=row.id, viewer=shop.viewer("zhao"), at=shop.now)
    assert "支付故障" not in anybody.get(path).content.decode()


def test_the_board_names_what_is_under_way(shop: Shop, sign_in: SignIn) -> None:
    row = open_incident(Description("支付页面打不开"), viewer=shop.viewer("zhao"), at=shop.now)
    assert row.title in sign_in("zhao").get("/desk/board/").content.decode()
    resolve_incident(incident_id=row.id, viewer=shop.viewer("zhao"), at=shop.now)
    assert row.title not in sign_in("zhao").get("/desk/board/").content.decode()


@pytest.mark.parametrize("many", [1, 20])
def test_the_register_costs_the_same_however_many_risks(shop: Shop, manager: Client, many: int) -> None:
    for _ in range(many):
        noted(shop)
    manager.get("/desk/risks/")
    with CaptureQueriesContext(connection) as statements:
        manager.get("/desk/risks/")
    assert len(statements) <= 6, "\n".join(one["sql"][:120] for one in statements)
