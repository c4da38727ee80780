"""Programmes, audits and sheets on the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.flows import gates
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.improvement.models import Audit, Initiative, Observation, Programme, Training, UnreadyGo
from zhoudao.conduct.improvement.tests.test_initiatives import begun
from zhoudao.conduct.improvement.tests.test_programmes import FLOW, deployed
from zhoudao.conduct.improvement.training import guard
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.rooms.cases.tests.shop import Shop

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _gate() -> None:
    gates.guard("readiness", guard)


def a_programme(shop: Shop, client: Client, key: str = "") -> Programme:
    lead = str(shop.cast.people["admin"].pk)
    given = {"title": "投诉再造", "lead": lead, "goals": "更快", "flow": key, "threshold": "60"}
    assert client.post(reverse("programmes"), given).status_code == 302
    return Programme.objects.get()


def act(client: Client, one: Programme, do: str, **given: str) -> Any:
    return client.post(reverse("programme_act", args=[one.id]), {"do": do, **given})


def test_a_programme_is_planned_and_its_closing_report_sets_predicted_beside_achieved(
    shop: Shop, sign_in: SignIn
) -> None:
    admin, lead = sign_in("admin"), str(shop.cast.people["admin"].pk)
    one, today = a_programme(shop, admin), shop.now.date()
    days = {"start": today.isoformat(), "due": (today + timedelta(days=9)).isoformat()}
    act(admin, one, "milestone", phase="pilot", words="两店试点", owner=lead, **days)
    act(admin, one, "member", user=str(shop.cast.people["wang"].pk), part="客服代表")
    act(admin, one, "line", words="培训", planned="5000")
    act(admin, one, "spent", row=str(one.budget.get().id), actual="6200.50")
    risk = {"kind": "risk", "words": "没人来", "likelihood": "3", "impact": "4", "counter": "排班", "owner": lead}
    act(admin, one, "concern", **risk)
    initiative = begun(shop)
    act(admin, one, "take", initiative=str(initiative.id))
    Initiative.objects.filter(id=initiative.id).update(result=58.5)
    act(admin, one, "tick", row=str(one.milestones.get().id), done="1")
    page = admin.get(reverse("programme", args=[one.id])).content.decode()
    for words in (
        "两店试点",
        "王芳",
        "客服代表",
        "超支",
        "= <strong>12</strong>",
        initiative.title,
        "gantt-bar is-done",
    ):
        assert words in page, words
    assert act(admin, one, "close", closing="").status_code == 422
    act(admin, one, "close", closing="两店见效")
    report = admin.get(reverse("programme_report", args=[one.id])).content.decode()
    for words in ("两店见效", ">60<", ">58.5 ", "已达到", "6,200.50"):
        assert words in report, words
    assert act(admin, one, "line", words="更多", planned="1").status_code == 422


@pytest.mark.parametrize(
    ("do", "given"),
    [
        ("milestone", {"phase": "pilot", "words": "x", "start": "2026-03-10", "due": "soon"}),
        ("line", {"words": "x", "planned": "many"}),
        ("spent", {"row": "x", "actual": "1"}),
        ("concern", {"words": "x", "likelihood": "9", "impact": "1"}),
        ("member", {"user": "x"}),
        ("change", {"title": "x", "threshold": "all"}),
        ("tick", {"row": "x"}),
        ("settle", {"row": "x"}),
        ("take", {"initiative": "x"}),
        ("drop", {"kind": "house", "row": "x"}),
    ],
)
def test_what_cannot_be_planned_is_said(shop: Shop, sign_in: SignIn, do: str, given: dict[str, str]) -> None:
    admin = sign_in("admin")
    answer = act(admin, a_programme(shop, admin), do, **given)
    assert answer.status_code == 422
    assert "请填全各项" in answer.content.decode()


def test_who_is_trained_is_seen_ticked_and_lets_a_version_go_live(shop: Shop, sign_in: SignIn) -> None:
    admin, first = sign_in("admin"), deployed(shop)
    one = a_programme(shop, admin, first.key)
    there = reverse("readiness", args=[one.id])
    assert "0 / 3" in admin.get(there).content.decode()
    changed = bpmn(FLOW.replace("name=上门", "name=远程"))
    given = {"where": "all", "file": _file(changed)}
    refused = admin.post(reverse("flow_upload"), given)
    assert "受训人数不足" in refused.content.decode()
    assert FlowVersion.objects.count() == 1
    people = [str(shop.cast.people[name].pk) for name in ("wang", "li")]
    noted = {"step": "look", "user": people, "day": shop.now.date().isoformat()}
    assert admin.post(there, noted).status_code == 302
    assert Training.objects.count() == 2
    page = admin.get(there, {"step": "look"}).content.decode()
    assert "2 / 3" in page
    assert page.count("checked disabled") == 2
    assert admin.post(there, noted | {"step": "nothing"}).status_code == 422
    given = {"where": "all", "file": _file(changed), "reason": "节前必须上线"}
    assert admin.post(reverse("flow_upload"), given).status_code == 302
    assert UnreadyGo.objects.get().reason == "节前必须上线"
    assert "节前必须上线" in admin.get(reverse("programme_report", args=[one.id])).content.decode()


def test_an_audit_is_set_held_and_what_was_found_is_improved(shop: Shop, sign_in: SignIn) -> None:
    admin, today = sign_in("admin"), shop.now.date()
    plan = {"title": "投诉巡检", "questions": "先问订单号？\n当天答复？", "weeks": "4", "next": today.isoformat()}
    assert admin.post(reverse("audits"), plan | {"weeks": "x"}).status_code == 422
    admin.post(reverse("audits"), plan | {"owner": str(shop.cast.people["wang"].pk)})
    one = Audit.objects.get()
    there = reverse("audit", args=[one.id])
    assert admin.post(there, {"good-0": "yes"}).status_code == 422
    admin.post(there, {"good-0": "yes", "good-1": "no", "note-1": "隔了三天"})
    result = one.results.get()
    asked = {"audit": str(result.id), "question": "1"}
    assert f"audit={result.id}&amp;question=1" in admin.get(there).content.decode()
    page = admin.get(reverse("initiative_new"), asked)
    assert admin.post(reverse("initiative_new"), {**page.context["given"], **asked}).status_code == 302
    made = Initiative.objects.get()
    assert made.title in admin.get(there).content.decode()
    assert "投诉巡检" in admin.get(reverse("initiative", args=[made.id])).content.decode()
    assert admin.get(reverse("initiative_new"), asked | {"question": "2"}).status_code == 404
    assert admin.post(reverse("audit_end", args=[one.id])).status_code == 302
    assert "尚未设定巡检" in admin.get(reverse("audits")).content.decode()


def test_a_sheet_is_written_and_its_sums_stand_on_the_initiative(shop: Shop, sign_in: SignIn) -> None:
    one, wang = begun(shop, owner="wang"), sign_in("wang")
    there = reverse("initiative_sheet", args=[one.id])
    rows = {"start": ["09:00", "09:20", ""], "end": ["09:20", "10:05", ""], "what": ["找订单", "等仓库", ""]}
    given = {"how": "watched", "day": shop.now.date().isoformat(), "step": "受理", "note": "每次都问", **rows}
    assert wang.post(there, given | {"waits": ["0", "1", "0"], "end": ["09:20", "later", ""]}).status_code == 422
    assert wang.post(there, given | {"waits": ["0", "1", "0"]}).status_code == 302
    page = wang.get(reverse("initiative", args=[one.id])).content.decode()
    for words in ("工作 20 分钟，等待 45 分钟", "等仓库", "每次都问"):
        assert words in page, words
    assert sign_in("li").get(there).status_code == 404
    wang.post(there, {"do": "forget", "row": str(Observation.objects.get().id)})
    assert not Observation.objects.exists()


def test_pages_cost_as_many_statements_however_much_is_on_them(shop: Shop, sign_in: SignIn) -> None:
    admin, first, lead = sign_in("admin"), deployed(shop), str(shop.cast.people["admin"].pk)
    one, day = a_programme(shop, admin, first.key), shop.now.date().isoformat()
    pages = [
        (reverse("programmes"), 12),
        (reverse("programme", args=[one.id]), 18),
        (reverse("programme_report", args=[one.id]), 18),
        (reverse("audits"), 12),
    ]
    counts = []
    for _ in range(2):
        for address, _most in pages:
            admin.get(address)
        found = []
        for address, most in pages:
            with CaptureQueriesContext(connection) as asked:
                assert admin.get(address).status_code == 200
            assert len(asked) <= most, (address, [each["sql"][:90] for each in asked])
            found.append(len(asked))
        counts.append(found)
        for _ in range(4):
            act(admin, one, "milestone", phase="pilot", words="x", owner=lead, start=day, due=day)
            act(admin, one, "line", words="x", planned="1")
            act(admin, one, "take", initiative=str(begun(shop).id))
            plan = {"title": "x", "questions": "y", "weeks": "4", "next": day, "owner": lead}
            admin.post(reverse("audits"), plan)
    assert counts[0] == counts[1]


def test_who_only_reads_plans_nothing(shop: Shop, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    one = a_programme(shop, admin)
    assert act(sign_in("zhou"), one, "line", words="x", planned="1").status_code == 403
    assert sign_in("wang").get(reverse("programmes")).status_code == 403


def _file(source: bytes) -> Any:
    return SimpleUploadedFile("x.bpmn", source)
