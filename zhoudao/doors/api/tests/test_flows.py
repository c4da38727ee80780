"""Programs list flows, read their files, check and deploy, with the scopes they have and for the stores they have."""

import pytest

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.tests.bench import ONE_TASK
from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = pytest.mark.django_db
SOUND = bpmn(ONE_TASK).decode()
OTHER = bpmn("start s\nuser other\nend e\ns -> other -> e").decode()


def test_a_sound_file_is_deployed_listed_and_read_back(shop: Shop, program: Program) -> None:
    made = program.post("/flows", {"source": SOUND, "note": "first"})
    assert (made.status_code, made.data["version"], made.data["is_live"]) == (201, 1, True)
    (flow,) = (each for each in program.get("/flows").data["items"] if each["key"] == "p")
    assert flow["versions"][0]["note"] == "first"
    assert program.get(f"/flows/versions/{made.data['id']}").data["source"] == SOUND
    assert [each["version"] for each in program.get("/flows/p/versions").data["items"]] == [1]


def test_a_version_is_tried_in_stores_by_their_codes(shop: Shop, program: Program) -> None:
    program.post("/flows", {"source": SOUND})
    pilot = program.post("/flows", {"source": OTHER, "stores": ["web"]})
    assert (pilot.data["is_live"], pilot.data["stores"]) == (False, ["web"])
    assert code_of(program.post("/flows", {"source": OTHER, "stores": ["moon"]})) == (422, "store_unknown")


def test_checking_names_every_element_and_stores_nothing(shop: Shop, program: Program) -> None:
    wrong = bpmn("start s\nservice go command=bank.rob\nuser a team=pirates\nend e\ns -> go -> a -> e").decode()
    found = program.post("/flows/check", {"source": wrong})
    assert found.data["can_be_deployed"] is False
    assert {(each["element"], each["code"]) for each in found.data["items"]} == {
        ("go", "unknown-command"),
        ("a", "unknown-team"),
    }
    refused = program.post("/flows", {"source": wrong})
    assert code_of(refused) == (422, "flow_not_sound")
    assert {each["field"] for each in refused.data["errors"]} == {"go", "a"}
    assert not FlowVersion.objects.filter(key="p").exists()


@pytest.mark.parametrize("source", ["", "GIF89a", "<!DOCTYPE a><a/>", SOUND.replace("userTask", "scriptTask")])
def test_what_is_no_flow_of_ours_is_refused(shop: Shop, program: Program, source: str) -> None:
    assert program.post("/flows/check", {"source": source}).data["can_be_deployed"] is False
    assert code_of(program.post("/flows", {"source": source})) == (422, "flow_not_sound")


def test_a_version_the_caller_has_not_seen_is_not_overtaken(shop: Shop, program: Program) -> None:
    program.post("/flows", {"source": SOUND})
    assert code_of(program.post("/flows", {"source": OTHER, "seen": 0})) == (409, "flow_changed_meanwhile")
    assert program.post("/flows", {"source": OTHER, "seen": 1}).status_code == 201


def test_scopes_and_stores_of_the_token_hold(shop: Shop, program: Program) -> None:
    reader = Program(["flows:read"])
    assert code_of(reader.post("/flows", {"source": SOUND})) == (403, "scope_missing")
    assert code_of(Program(["cases:read"]).get("/flows")) == (403, "scope_missing")
    program.post("/flows", {"source": SOUND})
    local = Program(["flows:read", "flows:write"], store=shop.cast.stores["nanjing"])
    assert code_of(local.post("/flows", {"source": OTHER})) == (403, "beyond_your_stores")
    assert code_of(local.post("/flows", {"source": OTHER, "stores": ["web"]})) == (403, "beyond_your_stores")
    assert local.post("/flows", {"source": OTHER, "stores": ["nanjing"]}).status_code == 201
    assert program.get("/flows/versions/00000000-0000-0000-0000-000000000007").status_code == 404
