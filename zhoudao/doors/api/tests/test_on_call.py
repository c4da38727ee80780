"""The on-call roster over the API: read, replaced as a whole, refused with a reason."""

from typing import Any

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.rooms.staff.commands import NewMember, put_to_work
from zhoudao.rooms.staff.models import OnCall

pytestmark = pytest.mark.django_db
PATH = "/api/v1/on-call/rapid_reaction"


@pytest.fixture
def cast() -> Cast:
    made = company()
    for name in ("wang", "li"):
        put_to_work(NewMember(made.people[name].id, [made.teams["rapid_reaction"]]))
        Grant.objects.create(user=made.people[name], role="agent", team=made.teams["rapid_reaction"])
    return made


def line(cast: Cast, name: str, **given: object) -> dict[str, object]:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return {"user_id": str(cast.people[name].id), "days": days} | given


def put(program: Program, *lines: dict[str, object], **more: object) -> Any:
    body = {"zone": "Asia/Shanghai", "lines": list(lines)} | more
    return program.client.put(PATH, body, content_type="application/json")


def test_it_is_empty_then_replaced_then_read_as_written(cast: Cast) -> None:
    program = Program(["team:read", "on_call:write"])
    before = program.client.get(PATH).json()
    assert (before["lines"], before["on_call_now"], len(before["holes"])) == ([], [], 1)
    day = line(cast, "wang", start="08:00", end="20:00", from_date="2026-01-01")
    written = put(program, day, line(cast, "li"), version=before["version"]).json()
    assert [one["start"] for one in written["lines"]] == ["08:00", "00:00"]
    assert written["holes"] == []
    assert str(cast.people["li"].id) in written["on_call_now"]
    assert program.client.get(PATH).json() | {"on_call_now": 0} == written | {"on_call_now": 0}
    assert len(program.client.get("/api/v1/on-call").json()["items"]) == 5


def test_what_is_wrong_is_said_and_nothing_changes(cast: Cast) -> None:
    program = Program(["team:read", "on_call:write"])
    put(program, line(cast, "wang"))
    for wrong in (
        line(cast, "sun"),
        line(cast, "li", start="08:00", end="08:00"),
        line(cast, "li", from_date="2026-02-02", until_date="2026-01-01"),
    ):
        answer = put(program, line(cast, "li"), wrong)
        assert code_of(answer) == (422, "roster_unsound")
        assert "Line 2" in answer.json()["detail"]
    assert code_of(put(program, line(cast, "li"), version="old")) == (409, "roster_moved")
    assert put(program, line(cast, "li", start="8")).status_code == 422
    assert program.client.get("/api/v1/on-call/nowhere").status_code == 404
    assert OnCall.objects.get().member.user == cast.people["wang"]
