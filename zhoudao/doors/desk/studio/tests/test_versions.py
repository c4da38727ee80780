"""The pages of flows and their versions: uploading, trying in stores, rolling out, going back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import FlowVersion, Followed, PilotStore
from zhoudao.conduct.flows.queries.measured import measured
from zhoudao.conduct.flows.tests.bench import ONE_TASK, Bench, a_bench
from zhoudao.conduct.flows.versions import version_of
from zhoudao.doors.desk.flows.tests.test_pages import page, signed_in
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.models import Grant, Store, User
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.orders.tests.bazaar import placed

pytestmark = pytest.mark.django_db
FORM = "start s\nuser ask form=finding\nuser more\nend e\ns -> ask -> more -> e"


@pytest.fixture
def bench(settings: Any) -> Bench:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return a_bench()


def send(client: Client, source: bytes, **more: Any) -> Any:
    return client.post(reverse("flow_upload"), {"file": SimpleUploadedFile("new.bpmn", source), **more})


def a_manager_of(bench: Bench, store: str) -> Client:
    """A process manager of one store."""
    user = User.objects.create_user(email="ma@example.com", name="马经理")
    Grant.objects.create(user=user, role="process_manager", store=bench.cast.stores[store])
    client = Client()
    client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def test_a_sound_file_becomes_the_live_version(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    answer = send(admin, bpmn(ONE_TASK), note="第一版")
    live = FlowVersion.objects.get(key="p", is_live=True)
    assert answer["Location"] == reverse("flow_version", args=[live.id])
    text = page(admin, "flow_version", live.id)
    assert reverse("flow_source", args=[live.id]) in text
    assert "第一版" in text
    assert "管理员" in text
    assert admin.get(reverse("flow_source", args=[live.id])).content == bytes(live.source)
    assert live.deployed_by == f"user:{bench.cast.people['admin'].pk}"


def test_every_problem_of_a_file_is_named_with_what_to_do(bench: Bench) -> None:
    answer = send(signed_in(bench, "admin"), bpmn("start s\nuser a team=nobody\nuser lonely\nend e\ns -> a -> e"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "nobody" in text
    assert "lonely" in text
    assert not FlowVersion.objects.exists()


DEADLOCK = "start s\nxor x default=x_a\nuser a\nuser b\nand j\nend e\ns -> x -> a -> j -> e\nx -> b : 1 > 2\nb -> j"
BAD = {
    "a DOCTYPE": (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
    "a script": (bpmn(ONE_TASK).replace(b"userTask", b"scriptTask"), "look"),
    "a deadlock": (bpmn(DEADLOCK), '<code class="soft small">j</code>'),
    "five megabytes": (bpmn(ONE_TASK) + b" " * 5_000_000, "4 MB"),
    "an unknown command": (bpmn("start s\nservice go command=bank.rob\nend e\ns -> go -> e"), "bank.rob"),
    "no XML": (b"GIF89a", "XML"),
    "an unknown team": (bpmn("start s\nuser go team=pirates\nend e\ns -> go -> e"), "pirates"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_is_refused_by_name_and_element_and_nothing_is_half_done(bench: Bench, name: str) -> None:
    source, told = BAD[name]
    answer = send(signed_in(bench, "admin"), source)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not FlowVersion.objects.exists()


def test_an_old_version_is_made_live_again_as_a_new_one(bench: Bench) -> None:
    first = bench.deploy(ONE_TASK)
    bench.deploy(FORM)
    signed_in(bench, "admin").post(reverse("flow_again", args=[first.id]))
    live = FlowVersion.objects.get(key="inquiry", is_live=True)
    assert (live.version, bytes(live.source)) == (3, bytes(first.source))


def test_a_file_is_tried_in_one_store_then_in_two_then_everywhere(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    admin, web, nanjing = signed_in(bench, "admin"), bench.cast.stores["web"], bench.cast.stores["nanjing"]
    source = bpmn(FORM).replace(b'<process id="p"', b'<process id="inquiry"')
    send(admin, source, where="stores", store=[nanjing.id])
    pilot = FlowVersion.objects.get(version=2)
    assert not pilot.is_live
    assert "南京店" in page(admin, "flow_version", pilot.id)
    assert reverse("flow_version", args=[pilot.id]) in page(admin, "flows")
    admin.post(reverse("flow_pilot", args=[pilot.id]), {"store": [web.id, nanjing.id]})
    assert PilotStore.objects.filter(version=pilot).count() == 2
    admin.post(reverse("flow_roll_out", args=[pilot.id]))
    pilot.refresh_from_db()
    assert (pilot.is_live, PilotStore.objects.count()) == (True, 0)


def test_a_pilot_without_stores_is_over_and_one_without_a_choice_is_not_for_all(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    admin = signed_in(bench, "admin")
    source = bpmn(FORM).replace(b'<process id="p"', b'<process id="inquiry"')
    assert send(admin, source, where="stores").status_code == 422
    assert send(admin, source, where="stores", store=["nonsense"]).status_code == 422
    assert FlowVersion.objects.count() == 1
    send(admin, source, where="stores", store=[bench.cast.stores["web"].id])
    admin.post(reverse("flow_pilot", args=[FlowVersion.objects.get(version=2).id]))
    assert not PilotStore.objects.exists()


def test_a_stores_manager_tries_there_and_decides_nothing_for_the_rest(bench: Bench) -> None:
    bench.deploy(ONE_TASK)
    manager, nanjing = a_manager_of(bench, "nanjing"), bench.cast.stores["nanjing"]
    source = bpmn(FORM).replace(b'<process id="p"', b'<process id="inquiry"')
    assert 'value="all"' not in page(manager, "flows")
    assert send(manager, source).status_code == 422
    assert send(manager, source, where="stores", store=[bench.cast.stores["web"].id]).status_code == 422
    assert send(manager, source, where="stores", store=[nanjing.id]).status_code == 302
    pilot = FlowVersion.objects.get(version=2)
    manager.post(reverse("flow_roll_out", args=[pilot.id]))
    pilot.refresh_from_db()
    assert not pilot.is_live


def test_an_analyst_looks_and_changes_nothing(bench: Bench) -> None:
    first = bench.deploy(ONE_TASK)
    analyst = signed_in(bench, "zhou")
    text = page(analyst, "flow_version", first.id) + page(analyst, "flows")
    assert "<form" not in "".join(part.split("</main>")[0] for part in text.split("<main")[1:])
    for name in ("flow_pilot", "flow_roll_out", "flow_again"):
        assert analyst.post(reverse(name, args=[first.id])).status_code == 403
    assert send(analyst, bpmn(ONE_TASK)).status_code == 403


@pytest.mark.parametrize("name", ["flows"])
def test_agents_have_no_business_with_flows(bench: Bench, name: str) -> None:
    assert signed_in(bench, "wang").get(reverse(name)).status_code == 403
    assert page(signed_in(bench, "admin"), name)


def test_a_step_tells_how_many_wait_and_how_long_it_took(bench: Bench) -> None:
    deployed = bench.deploy(FORM)
    bench.opens()
    bench.later(minutes=30)
    bench.does("ask", finding="x")
    bench.later(days=1)
    found = measured(version_of(deployed.id), bench.now)
    assert (found["ask"].waiting, found["ask"].done, found["ask"].mean) == (0, 1, timedelta(minutes=30))
    assert (found["more"].waiting, found["more"].mean) == (1, None)
    assert measured(version_of(deployed.id), bench.now + timedelta(days=91)).keys() == {"more"}


def test_many_versions_are_paged_at_a_fixed_price(bench: Bench) -> None:
    admin = signed_in(bench, "admin")
    for number in range(30):
        last = bench.deploy(ONE_TASK.replace("查看", f"查看{number}"))
        Store.objects.create(code=f"s{number}", names={"zh-Hans": f"店{number}"})
    page(admin, "flow_version", last.id)  # a version is read once a process
    with CaptureQueriesContext(connection) as asked:
        text = page(admin, "flow_version", last.id)
    assert len(asked) <= 12, "\n".join(query["sql"][:80] for query in asked)
    assert "?before=6" in text
    older = admin.get(reverse("flow_version", args=[last.id]), {"before": "6"}).content.decode()
    assert reverse("flow_version", args=[FlowVersion.objects.get(version=5).id]) in older
    assert admin.get(reverse("flow_version", args=[last.id]), {"before": "x"}).status_code == 400


def test_the_flow_of_orders_is_shown_with_those_who_follow_it_and_beside_what_was_before(bench: Bench) -> None:
    ensure_default_tables(bench.now)
    ensure_shipped_flows(bench.now)
    live = FlowVersion.objects.get(key="order_fulfilment", is_live=True)
    node = version_of(live.id).graph.node("pack").index
    for _ in range(3):
        given = {"version": live, "node": node, "since": bench.now, "started_at": bench.now}
        Followed.objects.create(order=placed(at=bench.now), **given)
    admin = signed_in(bench, "admin")
    answer = admin.get(reverse("flow_version", args=[live.id]))
    assert answer.context["figures"]["pack"]["waiting"] == 3
    assert answer.context["versions"][0][0].running == 3
    assert next(row.running for row in admin.get(reverse("flows")).context["flows"] if row.key == live.key) == 3
    before = FlowVersion.objects.get(key="fulfilment_before", is_live=True)
    sides = {"before": str(before.id), "after": str(live.id)}
    assert f"before={before.id}" in answer.content.decode()
    beside = admin.get(reverse("flow_compare", args=[live.key]), sides)
    people = [work["people"] for _title, work in beside.context["works"]]
    assert people == [8, 5]
    assert 'id="change-list"' not in beside.content.decode()
    assert beside.context["others"][0][0] == str(before.id)
    assert admin.get(reverse("flow_compare", args=["inquiry"]), sides).status_code == 404, "neither is of this flow"
