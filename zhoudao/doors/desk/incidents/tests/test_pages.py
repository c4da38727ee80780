"""Incidents at the desk: what each page shows, does, refuses and costs."""

import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.incidents.commands.joining import join_cases
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.models import Holding, Incident, Round

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def cases(shop: Shop, many: int) -> list[Case]:
    return [shop.hears("付不了款", who=f"v-{n}") for n in range(many)]


def incident(shop: Shop, *touched: Case, **given: object) -> Incident:
    described = Description(**({"title": "支付页面打不开", "guidance": "请客户稍后再试"} | given))  # type: ignore[arg-type]  # a test's own fields
    row = open_incident(described, plan=["通知支付商"], viewer=shop.viewer("zhao"), at=shop.now)
    if touched:
        ids = [case.id for case in touched]
        join_cases(incident_id=row.id, case_ids=ids, viewer=shop.viewer("zhao"), at=shop.now)
    return row


def toast_of(response: object) -> dict[str, object]:
    return dict(json.loads(response.headers["HX-Trigger"])["desk:notice"])  # type: ignore[attr-defined]  # Django's answer


def test_anybody_on_cases_opens_one_with_the_cases_it_was_seen_in(shop: Shop, sign_in: SignIn) -> None:
    seen, client = cases(shop, 2), sign_in("wang")
    numbers = ",".join(case.number for case in seen)
    fields = {"title": "支付页面打不开", "severity": "critical", "plan": "打电话\n公告", "cases": numbers}
    answer = client.post("/desk/incidents/new/", fields | {"text_en": "A known problem.", "is_public": "on"})
    row = Incident.objects.get()
    assert answer.headers["Location"] == f"/desk/incidents/{row.number}/"
    assert (row.told, row.is_public, row.steps.count()) == ({"en": "A known problem."}, True, 2)
    assert Case.objects.filter(incident_id=row.id).count() == 2
    page = client.get(f"/desk/incidents/{row.number}/").content.decode()
    for words in ("支付页面打不开", "打电话", "A known problem.", seen[0].number):
        assert words in page


def test_wrong_fields_are_named_and_nothing_is_opened(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in("wang")
    for wrong in ({"title": ""}, {"severity": "huge"}, {"store": "moon"}, {"cases": "C2026-999999"}):
        answer = client.post("/desk/incidents/new/", {"title": "x", "severity": "major"} | wrong)
        assert answer.status_code == 422, wrong
        assert re.search(r'class="(errorlist|refused)', answer.content.decode()), wrong
    assert not Incident.objects.exists()


@pytest.mark.parametrize("many", [2, 12])
def test_pages_cost_the_same_however_many_incidents_and_cases(shop: Shop, sign_in: SignIn, many: int) -> None:
    touched = cases(shop, many)
    row = incident(shop, *touched)
    for n in range(many):
        incident(shop, title=f"第 {n} 个")
    client = sign_in("zhao")
    for address, most in (("/desk/incidents/?show=all", 7), (f"/desk/incidents/{row.number}/", 14)):
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= most, "\n".join(one["sql"][:120] for one in statements)


def test_the_list_goes_on_where_the_page_ended(shop: Shop, sign_in: SignIn) -> None:
    rows = [incident(shop, title=f"第 {n} 个") for n in range(27) if shop.later(minutes=1)]
    client = sign_in("wang")
    first = client.get("/desk/incidents/")
    rest = client.get("/desk/incidents/", {"cursor": first.context["page"].next})
    shown = [*first.context["page"].rows, *rest.context["page"].rows]
    assert [one.incident.number for one in shown] == [row.number for row in rows][::-1]
    assert client.get("/desk/incidents/?cursor=nonsense").status_code == 400


def test_a_case_joins_from_its_own_menu_shows_the_banner_and_undoes_it(shop: Shop, sign_in: SignIn) -> None:
    (case,), client = cases(shop, 1), sign_in("zhao")
    row = incident(shop)
    act = f"/desk/cases/{case.number}/do/"
    assert row.title in client.get(f"{act}incident/").content.decode()
    done = client.post(f"{act}incident/", {"incident": str(row.id)})
    head = done.content.decode()
    assert "请客户稍后再试" in head
    assert f'data-incident="{row.id}"' in head
    assert "incident" not in [action.code for action in done.context["actions"]]
    client.post(f"{act}outside/")
    assert Case.objects.get(id=case.id).incident_id is None
    assert client.post(f"{act}incident/", {"incident": "new", "title": ""}).status_code == 422
    client.post(f"{act}incident/", {"incident": "new", "title": "仓库停电"})
    assert Case.objects.get(id=case.id).incident_id == Incident.objects.get(title="仓库停电").id


def test_a_banner_costs_one_statement_and_nothing_without_an_incident(shop: Shop, sign_in: SignIn) -> None:
    plain, touched = cases(shop, 2)
    incident(shop, touched)
    client, costs = sign_in("zhao"), []
    for case in (plain, touched):
        client.get(f"/desk/cases/{case.number}/", headers=HTMX)
        with CaptureQueriesContext(connection) as statements:
            client.get(f"/desk/cases/{case.number}/", headers=HTMX)
        costs.append(len(statements))
    assert costs == [7, 8]


def test_chosen_cases_go_in_together_and_come_out_together(shop: Shop, sign_in: SignIn) -> None:
    chosen, client = cases(shop, 3), sign_in("zhao")
    other = incident(shop, chosen[2], title="仓库停电")
    row = incident(shop)
    numbers = ",".join(case.number for case in chosen)
    sheet = client.post("/desk/incidents/choose/", {"numbers": numbers}).content.decode()
    assert row.title in sheet
    done = client.post("/desk/incidents/put/", {"numbers": numbers, "incident": str(row.id)})
    assert other.number in done.content.decode()
    assert Case.objects.filter(incident_id=row.id).count() == 2
    shown = client.get(f"/desk/?view=all&incident={row.id}")
    assert {one.number for one in shown.context["rows"]} == {case.number for case in chosen[:2]}
    assert row.title in shown.content.decode()
    client.post(str(toast_of(done)["undo"]))
    assert not Case.objects.filter(incident_id=row.id).exists()
    for wrong in ({"incident": "moon"}, {"incident": "new", "title": " "}, {"incident": str(row.id), "numbers": ""}):
        assert client.post("/desk/incidents/put/", {"numbers": numbers} | wrong).status_code == 422, wrong


def test_the_page_moves_it_on_gives_parts_and_ticks_the_plan(shop: Shop, sign_in: SignIn) -> None:
    row, client = incident(shop), sign_in("zhao")
    base, wang = f"/desk/incidents/{row.number}/", shop.cast.people["wang"]
    assert "已控制" in client.post(f"{base}stage/", {"move": "contain"}).content.decode()
    assert toast_of(client.post(f"{base}stage/", {"move": "contain"}))["bad"]
    assert toast_of(client.post(f"{base}stage/", {"move": "fly"}))["bad"]
    client.post(f"{base}part/", {"part": "communication", "user": str(wang.pk)})
    assert Holding.objects.get(incident=row, part="communication").user == wang
    for nonsense in ({"part": "captain", "user": ""}, {"part": "lead", "user": "x"}):
        assert toast_of(client.post(f"{base}part/", nonsense))["bad"], nonsense
    step = row.steps.get()
    client.post(f"{base}steps/{step.id}/", {"done": "1"})
    client.post(f"{base}steps/", {"words": "公告"})
    step.refresh_from_db()
    assert (step.done_by, row.steps.count()) == (shop.cast.people["zhao"], 2)
    assert toast_of(sign_in("li").post(f"{base}stage/", {"move": "resolve"}))["bad"]
    assert sign_in("li").get(f"{base}edit/").status_code == 200
    assert sign_in("li").post(f"{base}edit/", {"title": "x", "severity": "minor"}).status_code == 422


def test_a_message_is_looked_at_before_it_leaves_and_what_misses_is_said(shop: Shop, sign_in: SignIn) -> None:
    touched, client = cases(shop, 3), sign_in("zhao")
    row = incident(shop, *touched)
    Conversation.objects.filter(case=touched[0]).update(language="en")
    base = f"/desk/incidents/{row.number}/"
    assert client.post(f"{base}message/", {"text_en": " "}).status_code == 422
    asked = client.post(f"{base}message/", {"text_zh_hans": "正在修复"})
    ahead = client.get(asked.headers["Location"])
    assert (ahead.context["possible"], ahead.context["channels"]) == (3, [("webchat", 3)])
    assert ahead.context["missing"] == [("English", 1)]
    assert not Message.objects.filter(direction="out", is_auto=False).exists()
    done = client.post(f"{asked.headers['Location']}run/", headers=HTMX)
    assert (done.context["through"], done.context["done"]) == (3, 3)
    assert Message.objects.filter(direction="out", text="正在修复").count() == 3
    assert "3 / 3" in client.get(base).content.decode()
    undone = client.post(f"{asked.headers['Location']}undo/", headers=HTMX)
    assert undone.context["undone"] == 3
    assert client.get(f"{base}rounds/{row.id}/").status_code == 404


def test_many_are_left_to_a_worker_and_the_page_watches(shop: Shop, sign_in: SignIn) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from zhoudao.doors.desk.incidents.tasks import work

    row, client = incident(shop, *cases(shop, 21)), sign_in("zhao")
    asked = client.post(f"/desk/incidents/{row.number}/message/", {"text_zh_hans": "正在修复"})
    running = client.post(f"{asked.headers['Location']}run/", headers=HTMX)
    assert running.context["is_running"]
    assert "load delay:1s" in running.content.decode()
    job = ProcrastinateJob.objects.get(task_name="incidents.work_round")
    work(**job.args)
    assert client.get(asked.headers["Location"], headers=HTMX).context["through"] == 21


def test_closing_names_whom_it_leaves(shop: Shop, sign_in: SignIn) -> None:
    touched, client = cases(shop, 2), sign_in("zhao")
    row = incident(shop, *touched)
    client.post(f"/desk/cases/{touched[0].number}/do/resolve/", {"outcome": "answered", "cause": "other"})
    base = f"/desk/incidents/{row.number}/"
    assert client.post(f"{base}close/", {"outcome": "moon", "cause": "product"}).status_code == 422
    asked = client.post(f"{base}close/", {"outcome": "solved", "cause": "product"})
    ahead = client.get(asked.headers["Location"])
    assert ahead.context["refused"] == [(touched[0].number, "已经解决了。")]
    client.post(f"{asked.headers['Location']}run/")
    assert Case.objects.get(id=touched[1].id).outcome == "solved"
    assert Round.objects.get().state == "done"
    assert Event.objects.filter(type="incidents.RoundBegan").count() == 1


def test_who_sees_no_case_of_it_reads_it_and_finds_none(shop: Shop, sign_in: SignIn) -> None:
    (case,) = cases(shop, 1)
    row = incident(shop, case)
    page = sign_in("sun").get(f"/desk/incidents/{row.number}/")
    assert page.context["counts"].all == 1
    assert case.number not in page.content.decode()
    assert sign_in("sun").post(f"/desk/incidents/{row.number}/message/", {"text_en": "x"}).status_code == 422
    assert sign_in("sun").get("/desk/incidents/I2026-999999/").status_code == 404
