"""What the modeller's page sends and gets: saves with a check, refusals that lose nothing, deployments."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion, PilotStore
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench, a_bench
from zhoudao.doors.desk.flows.tests.test_pages import page, signed_in
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.models import Grant

pytestmark = pytest.mark.django_db
TWO_TASKS = "start s\nuser look\nuser more\nend e\ns -> look -> more -> e"


@pytest.fixture
def bench(settings: Any) -> Bench:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    bench = a_bench()
    bench.deploy(ONE_TASK)
    Grant.objects.create(user=bench.cast.people["zhao"], role="process_manager")
    return bench


def flow(lines: str) -> str:
    return bpmn(lines).decode().replace('<process id="p"', '<process id="inquiry"')


def saves(client: Client, lines: str, revision: int, **more: Any) -> tuple[int, dict[str, Any]]:
    sent = {"source": flow(lines), "revision": revision, **more}
    answer = client.post(reverse("flow_draft_save", args=["inquiry"]), sent)
    return answer.status_code, json.loads(answer.content)


def deploys(client: Client, revision: int, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(reverse("flow_draft_deploy", args=["inquiry"]), {"revision": revision, "where": "all", **more})
    return answer.status_code, json.loads(answer.content)


def test_a_save_answers_with_its_revision_and_everything_that_is_wrong_by_element(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    status, told = saves(
        admin, "start s\nuser a team=pirates\nservice go command=bank.rob\nend e\ns -> a -> go -> e", 0
    )
    assert (status, told["revision"]) == (200, 1)
    assert {(each["element"], each["blocks"]) for each in told["problems"]} == {("a", True), ("go", True)}
    assert "pirates" in told["problems"][0]["what"]
    assert saves(admin, TWO_TASKS, 1)[1] == {"revision": 2, "problems": []}


def test_the_second_of_two_managers_is_told_who_changed_what_and_finds_theirs_again(bench: Bench) -> None:
    admin, zhao = signed_in(bench, "admin"), signed_in(bench, "zhao")
    saves(admin, TWO_TASKS, 0)
    status, told = saves(zhao, ONE_TASK.replace("查看", "我的"), 0, was=flow(ONE_TASK))
    assert status == 409
    assert "管理员" in told["refusal"]
    assert {(each["element"], each["what"]) for each in told["changes"]} >= {("more", "added"), ("look_e", "removed")}
    assert "?mine=1" in page(zhao, "flow_edit", "inquiry")
    mine = zhao.get(reverse("flow_edit", args=["inquiry"]), {"mine": "1"}).content.decode()
    shown = json.loads(mine.split('id="studio-page" type="application/json">')[1].split("</script>")[0])
    assert (shown["source"], shown["revision"]) == (flow(ONE_TASK.replace("查看", "我的")), 1)
    sides = {"before": "draft", "after": "mine"}
    assert zhao.get(reverse("flow_compare", args=["inquiry"]), sides).status_code == 200
    status, told = saves(zhao, ONE_TASK.replace("查看", "我的"), 1, replaces="1")
    assert (status, told["revision"]) == (200, 2)
    assert FlowDraft.objects.get(owner=bench.cast.people["admin"]).saved_by.startswith("user:")


def test_what_is_kept_for_one_manager_is_nobody_elses(bench: Bench) -> None:
    admin, zhao = signed_in(bench, "admin"), signed_in(bench, "zhao")
    saves(admin, TWO_TASKS, 0)
    saves(zhao, ONE_TASK, 0)
    address = reverse("flow_draft_source", args=["inquiry"])
    assert zhao.get(address, {"mine": "1"}).status_code == 200
    assert admin.get(address, {"mine": "1"}).status_code == 404
    assert admin.get(reverse("flow_compare", args=["inquiry"]), {"before": "draft", "after": "mine"}).status_code == 404


def test_a_drawing_is_deployed_for_all_or_for_chosen_stores_with_its_note(bench: Bench) -> None:
    admin, web = signed_in(bench, "admin"), bench.cast.stores["web"]
    saves(admin, TWO_TASKS, 0)
    status, told = deploys(admin, 1, where="stores", store=[web.id], note="试试")
    made = FlowVersion.objects.get(version=2)
    assert (status, told["address"]) == (200, reverse("flow_version", args=[made.id]))
    assert (made.note, PilotStore.objects.get().store) == ("试试", web)


def test_an_unsound_drawing_is_refused_with_its_elements_and_stays(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    saves(admin, "start s\nuser lonely\nend e\ns -> e", 0)
    status, told = deploys(admin, 1)
    assert (status, {each["element"] for each in told["problems"]}) == (422, {"lonely"})
    assert FlowDraft.objects.count() == 1


def test_a_version_deployed_meanwhile_is_shown_before_it_is_overtaken(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    saves(admin, TWO_TASKS, 0, version=FlowVersion.objects.get().id)
    bench.deploy(ONE_TASK.replace("PT4H", "PT5H"))
    status, told = deploys(admin, 1)
    assert (status, told["seen"]) == (409, 2)
    assert [each["element"] for each in told["changes"]] == ["look"]
    assert deploys(admin, 1, seen=2)[0] == 200


@pytest.mark.parametrize("source", ["", "GIF89a", "<!DOCTYPE a><a/>", "<a/>", "<a>" + " " * 4_100_000 + "</a>"])
def test_what_is_no_flow_is_refused_in_words(bench: Bench, source: str) -> None:
    answer = signed_in(bench, "admin").post(
        reverse("flow_draft_save", args=["inquiry"]), {"source": source, "revision": "0"}
    )
    assert answer.status_code == 422
    assert json.loads(answer.content)["refusal"]
    assert not FlowDraft.objects.exists()


@pytest.mark.parametrize("revision", ["", "-1", "x", "99999999999999999999"])
def test_a_nonsense_revision_is_a_late_save_and_nothing_breaks(bench: Bench, revision: str) -> None:
    admin = signed_in(bench, "admin")
    saves(admin, TWO_TASKS, 0)
    answer = admin.post(reverse("flow_draft_save", args=["inquiry"]), {"source": flow(ONE_TASK), "revision": revision})
    assert answer.status_code == 409


def test_a_flow_nobody_has_is_begun_drawn_thrown_away(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    answer = admin.post(reverse("flow_new"), {"key": "loan_device", "name": "借机"})
    assert answer["Location"] == reverse("flow_edit", args=["loan_device"])
    assert "借机" in page(admin, "flow_edit", "loan_device")
    assert reverse("flow_edit", args=["loan_device"]) in page(admin, "flows")
    admin.post(reverse("flow_new"), {"key": "Loan!", "name": "借机"})
    admin.post(reverse("flow_draft_drop", args=["loan_device"]), {"revision": "1"})
    assert not FlowDraft.objects.exists()
    assert admin.get(reverse("flow_edit", args=["loan_device"])).status_code == 404


def test_the_page_may_style_inline_and_run_no_script_inline(bench: Bench) -> None:
    answer = signed_in(bench, "admin").get(reverse("flow_edit", args=["inquiry"]))
    policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split("; ")}
    assert policy["script-src"] == ["'self'"]
    assert "'unsafe-inline'" in policy["style-src"]
    other = signed_in(bench, "admin").get(reverse("flows"))
    assert "unsafe-inline" not in other["Content-Security-Policy"]


def test_only_who_may_change_flows_draws_and_who_may_read_compares(bench: Bench) -> None:
    analyst, agent = signed_in(bench, "zhou"), signed_in(bench, "wang")
    second = bench.deploy(TWO_TASKS)
    first = FlowVersion.objects.get(version=1)
    sides = {"before": str(first.id), "after": str(second.id)}
    assert analyst.get(reverse("flow_compare", args=["inquiry"]), sides).status_code == 200
    assert agent.get(reverse("flow_compare", args=["inquiry"]), sides).status_code == 403
    for client in (analyst, agent):
        assert client.get(reverse("flow_edit", args=["inquiry"])).status_code == 403
        for name in ("flow_draft_save", "flow_draft_deploy", "flow_draft_drop"):
            assert client.post(reverse(name, args=["inquiry"])).status_code == 403
    assert analyst.get(reverse("flow_compare", args=["other"]), sides).status_code == 404
    assert analyst.get(reverse("flow_compare", args=["inquiry"]), {"before": "x", "after": "y"}).status_code == 404
