"""Decision tables as managers edit them: plain words, test cases that must pass, versions, nothing lost."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhoudao.conduct.flows.tests.bench import Bench, a_bench
from zhoudao.doors.desk.flows.tests.test_pages import page, signed_in
from zhoudao.doors.desk.studio.table_form import TableFormWrong, state_of, stored
from zhoudao.doors.desk.studio.tests.test_versions import a_manager_of
from zhoudao.ground.decisions.commands import publish
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.decisions.queries import decide
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.tables import ensure_default_tables

pytestmark = pytest.mark.django_db
ROUTING = "cases.routing"


@pytest.fixture
def bench(settings: Any) -> Bench:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    bench = a_bench()
    ensure_default_tables(bench.now)
    return bench


def shown(client: Client, key: str, query: str = "") -> dict[str, Any]:
    """What the page hands to the editor."""
    answer = client.get(reverse("decision_table", args=[key]) + query)
    text = answer.content.decode().split('id="table-page" type="application/json">')[1].split("</script>")[0]
    found: dict[str, Any] = json.loads(text)
    return found


def sends(client: Client, name: str, key: str, state: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(reverse(name, args=[key]), {"table": json.dumps(state), **more})
    return answer.status_code, json.loads(answer.content)


def row(state: dict[str, Any], **cells: str) -> dict[str, Any]:
    """A row by the fields of its columns."""
    ids = {each["field"]: each["id"] for each in state["columns"] + state["outputs"]}
    return {"id": f"new{len(state['rows'])}", "note": "", "cells": {ids[name]: text for name, text in cells.items()}}


@pytest.mark.parametrize("key", ["cases.routing", "cases.tier"])
def test_what_is_shown_unchanged_is_stored_unchanged(bench: Bench, key: str) -> None:
    live = DecisionVersion.objects.get(key=key)
    content, inputs, tests = stored(state_of(live.content, live.inputs, live.tests))
    assert (content, inputs, tests) == (live.content, live.inputs, live.tests)


def test_words_need_no_quotes_and_a_changed_row_answers_once_published(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    state = shown(admin, ROUTING)["state"]
    assert state["rows"][3]["cells"]["kind"] == "complaint, care, value_added, feedback"
    state["rows"].insert(0, row(state, kind="complaint", tier="regular", team="reception"))
    case = {"name": "常规投诉归接待", "inputs": dict(state["tests"][3]["inputs"]), "expect": {"team": "reception"}}
    state["tests"][3] = case
    status, told = sends(admin, "decision_table_publish", ROUTING, state, seen=1, note="接待先接")
    assert (status, told) == (200, {"address": reverse("decision_table", args=[ROUTING])})
    asked = DecisionVersion.objects.get(key=ROUTING, version=1).tests[3]["inputs"]
    assert decide(ROUTING, asked).values == {"team": "reception"}
    text = page(admin, "decision_table", ROUTING)
    assert "接待先接" in text
    assert "is-added" in text
    assert Event.objects.filter(type="decisions.TablePublished", attributes__version=2).count() == 1


def test_a_table_of_the_house_is_published_only_with_what_it_is_asked_with(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    state = shown(admin, ROUTING)["state"]
    state["inputs"].append({"name": "weather", "type": "string"})
    status, told = sends(admin, "decision_table_publish", ROUTING, state, seen=1)
    assert status == 422
    assert "weather (string)" in told["refusal"]
    assert "in_hours (boolean)" in told["refusal"]
    assert "in_hours" in page(admin, "decision_table", ROUTING)
    assert DecisionVersion.objects.filter(key=ROUTING).count() == 1


def test_trying_tells_of_each_test_case_and_stores_nothing(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    state = shown(admin, ROUTING)["state"]
    state["rows"][0]["cells"]["team"] = "reception"
    status, told = sends(admin, "decision_table_try", ROUTING, state)
    assert status == 200
    assert [each["passed"] for each in told["tests"]] == [False, True, True, True, True]
    assert "reception" in told["tests"][0]["found"]
    assert DecisionVersion.objects.filter(key=ROUTING).count() == 1


def test_a_table_whose_test_cases_fail_or_are_missing_is_not_published(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    state = shown(admin, ROUTING)["state"]
    state["rows"][0]["cells"]["team"] = "reception"
    status, told = sends(admin, "decision_table_publish", ROUTING, state, seen=1)
    assert status == 422
    assert "an emergency goes to rapid reaction" in told["refusal"]
    status, told = sends(admin, "decision_table_publish", ROUTING, state | {"tests": []}, seen=1)
    assert status == 422
    assert DecisionVersion.objects.filter(key=ROUTING).count() == 1


def test_the_second_of_two_managers_sees_what_changed_and_may_publish_all_the_same(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    mine, theirs = (shown(admin, ROUTING)["state"] for _ in range(2))
    theirs["rows"][4]["note"] = "anything else"
    sends(admin, "decision_table_publish", ROUTING, theirs, seen=1)
    mine["rows"][0]["note"] = "danger"
    status, told = sends(admin, "decision_table_publish", ROUTING, mine, seen=1)
    assert (status, told["seen"]) == (422, 2)
    assert "anything else" in json.dumps(told["changes"])
    assert sends(admin, "decision_table_publish", ROUTING, mine, seen=2)[0] == 200
    assert DecisionVersion.objects.get(key=ROUTING, is_live=True).version == 3


def test_a_table_nobody_has_is_begun_with_an_input_a_column_and_an_answer(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    address = admin.get(reverse("decision_table_new"), {"key": "refunds.approver"})["Location"]
    state = shown(admin, "refunds.approver", "?" + address.split("?")[1])["state"]
    state["inputs"] = [{"name": "amount", "type": "number"}]
    state["columns"] = [{"id": "c1", "field": "amount"}]
    state["outputs"] = [{"id": "o1", "field": "who"}]
    state["rows"] = [row(state, amount="> 500", who="lead"), row(state, who="agent")]
    state["tests"] = [{"name": "large", "inputs": {"amount": "501"}, "expect": {"who": "lead"}}]
    assert sends(admin, "decision_table_publish", "refunds.approver", state, seen=0)[0] == 200
    assert decide("refunds.approver", {"amount": 10}).values == {"who": "agent"}
    assert admin.get(reverse("decision_table_new"), {"key": "Bad Key"})["Location"] == reverse("decision_tables")
    assert admin.get(reverse("decision_table", args=["nobody.has"])).status_code == 404


def test_a_table_that_collects_expects_a_list(bench: Bench) -> None:
    state = {
        "policy": "collect",
        "inputs": [{"name": "n", "type": "number"}],
        "columns": [{"id": "c", "field": "n"}],
        "outputs": [{"id": "o", "field": "x"}],
        "rows": [{"id": "1", "cells": {"c": "> 1", "o": "a"}}, {"id": "2", "cells": {"c": "> 2", "o": "b"}}],
        "tests": [{"name": "both", "inputs": {"n": "3"}, "expect": {"rows": '[{"x": "a"}, {"x": "b"}]'}}],
    }
    content, inputs, tests = stored(state)
    publish(key="all", content=content, inputs=inputs, tests=tests, by=By("user:x"), at=bench.now)
    assert state_of(content, inputs, tests)["tests"][0]["expect"] == {"rows": '[{"x": "a"}, {"x": "b"}]'}


BROKEN: list[Any] = [
    None,
    [],
    {},
    {"inputs": "x"},
    {"inputs": [{"name": "a b", "type": "string"}], "columns": [], "outputs": [], "rows": [], "tests": []},
    {"inputs": [{"name": "a", "type": "text"}], "columns": [], "outputs": [], "rows": [], "tests": []},
    {"inputs": [], "columns": [], "outputs": [], "rows": [], "tests": []},
    {"inputs": [], "columns": [], "outputs": [{"id": "o", "field": ""}], "rows": [], "tests": []},
    {"inputs": [], "columns": [], "outputs": [{"id": "o", "field": "x"}], "rows": [[]], "tests": []},
    {
        "inputs": [{"name": "n", "type": "number"}],
        "columns": [],
        "outputs": [{"id": "o", "field": "x"}],
        "rows": [],
        "tests": [{"name": "t", "inputs": {"n": "many"}, "expect": {}}],
    },
]


@pytest.mark.parametrize("state", BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_read_is_refused_and_says_where(bench: Bench, state: Any) -> None:
    with pytest.raises(TableFormWrong):
        stored(state)
    assert sends(signed_in(bench, "admin"), "decision_table_publish", ROUTING, state)[0] == 422


@pytest.mark.parametrize("cell", ["'open", "((", "rand() > 1", "d() > 2"])
def test_a_cell_the_engine_cannot_read_is_named(bench: Bench, cell: str) -> None:
    admin = signed_in(bench, "admin")
    state = shown(admin, ROUTING)["state"]
    state["rows"][0]["cells"]["tier"] = cell
    status, told = sends(admin, "decision_table_try", ROUTING, state)
    assert status == 422
    assert told["refusal"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("紧急", "'紧急'"),
        ("urgent，regular", "'urgent', 'regular'"),
        ("'a', 'b'", "'a', 'b'"),
        ("not 'a'", "not 'a'"),
        ("len($) > 3", "len($) > 3"),
        ("true", "true"),
        ("", ""),
    ],
)
def test_plain_words_become_texts_and_expressions_stay(typed: str, kept: str) -> None:
    state = {
        "inputs": [{"name": "a", "type": "string"}],
        "columns": [{"id": "c", "field": "a"}],
        "outputs": [{"id": "o", "field": "x"}],
        "rows": [{"id": "1", "cells": {"c": typed, "o": "done"}}],
        "tests": [],
    }
    assert stored(state)[0]["rules"][0]["c"] == kept


def test_only_who_may_change_flows_everywhere_publishes_and_readers_read(bench: Bench) -> None:
    analyst, agent, manager = signed_in(bench, "zhou"), signed_in(bench, "wang"), a_manager_of(bench, "nanjing")
    state = shown(analyst, ROUTING)["state"]
    assert ROUTING in page(analyst, "decision_tables")
    assert agent.get(reverse("decision_tables")).status_code == 403
    assert analyst.get(reverse("decision_table_file", args=[ROUTING, 1])).json()["inputs"]["tier"] == "string"
    for name in ("decision_table_try", "decision_table_publish"):
        assert analyst.post(reverse(name, args=[ROUTING])).status_code == 403
    assert sends(manager, "decision_table_publish", ROUTING, state, seen=1)[0] == 422
    assert DecisionVersion.objects.filter(key=ROUTING).count() == 1
