"""The demo's replay works through the API as whoever routing chose, from this machine and nowhere else."""

from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
ENDING = {"outcome": "solved", "cause": "information"}


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("请问桌子什么时候到？")


@pytest.fixture
def replay(case: Case) -> Program:
    return Program([*EVERYTHING, "demo:replay"])


def answered(replay: Program, case: Case) -> Message:
    answer = replay.post(f"/cases/{case.number}/replies", {"text": "明天到"})
    assert answer.status_code == 202
    dispatch.drain()
    return Message.objects.get(id=answer.data["message_id"])


def test_an_answer_is_the_owners_own(replay: Program, case: Case) -> None:
    assert case.owner
    message = answered(replay, case)
    assert (message.actor, message.author_name) == (f"user:{case.owner_id}", case.owner.name)
    assert replay.post(f"/cases/{case.number}/resolve", ENDING).status_code == 200
    case.refresh_from_db()
    assert case.last_responder_id == case.owner_id


def test_from_elsewhere_the_token_is_a_program_like_any(replay: Program, case: Case) -> None:
    replay.client = Client(headers={"Authorization": f"Bearer {replay.token}"}, REMOTE_ADDR="203.0.113.7")
    assert answered(replay, case).actor.startswith("token:")


def test_a_case_nobody_has_waits(replay: Program, case: Case) -> None:
    Case.objects.filter(id=case.id).update(owner=None)
    assert code_of(replay.post(f"/cases/{case.number}/replies", {"text": "明天到"})) == (409, "nobody_has_it")


def test_the_replay_comes_back_as_the_same_visitor_and_only_the_replay(replay: Program) -> None:
    def tokens(**headers: Any) -> list[str]:
        client = Client(headers=headers)
        return [client.post("/widget/webchat/start").json()["token"].rpartition(":")[0] for _ in range(2)]

    mine = {"X-Zhoudao-Demo": replay.token, "X-Zhoudao-Dialogue": "d-1"}
    first, second = (token.split(":")[0] for token in tokens(**mine))
    assert first == second
    first, second = (token.split(":")[0] for token in tokens(**mine | {"X-Zhoudao-Demo": "zd_guessed"}))
    assert first != second
