"""Processes are killed while customers write: what was acknowledged stays, once, and the work goes on by itself."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from tests.stories.house import House, finished, real_dialogues, small_set, written
from tests.stories.invariants import check_dialogue, check_ledger, conversations_of
from tests.test_run import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stories")]
KILLED = ("web", "worker", "database")
SKIPPED = 25  # the replay's own dialogues
Record = Callable[[str, object], None]


def test_a_few_kills_lose_nothing(house: House, tmp_path: Path, record_property: Record) -> None:
    some = real_dialogues()[SKIPPED : SKIPPED + 36] or [
        one | {"id": f"{one['id']}-{round_}"} for round_ in range(3) for one in small_set()
    ]
    play_and_kill(house, tmp_path, some, kills_each=2, record=record_property)


@pytest.mark.soak
@pytest.mark.usefixtures("real_data")
def test_many_kills_over_all_real_dialogues_lose_nothing(house: House, tmp_path: Path, record_property: Record) -> None:
    play_and_kill(house, tmp_path, real_dialogues(), kills_each=10, record=record_property)


def play_and_kill(
    house: House, folder: Path, dialogues: list[dict[str, Any]], *, kills_each: int, record: Record
) -> None:
    file, ledger = written(folder, "played.jsonl", dialogues), folder / "ledger.jsonl"
    ledger.touch()
    promised, began = held_back_answers(house, 12), time.monotonic()
    playing = house.replay(file, "--speed", "0", "--ledger", str(ledger))
    kills = list(islice(cycle(KILLED), kills_each * len(KILLED)))
    done = kill_along(house, playing, ledger, kills, lines=sum(len(one["turns"]) for one in dialogues))
    played = finished(playing, 60 + 2 * len(dialogues))
    assert (played["done"], played["troubles"], done) == (len(dialogues), [], kills_each)
    wait_for(house.is_ready, 60)
    wait_for(lambda: house.one(_STUCK) == 0, 120)
    lines = ledger.read_text().splitlines()
    counted = check_ledger(house, lines)
    for dialogue_id, conversation_id in conversations_of(house, dialogues).items():
        check_dialogue(house, next(one for one in dialogues if one["id"] == dialogue_id), conversation_id)
    wait_for(lambda: house.one(_SENT, ids=promised) == len(promised), 120)
    assert house.one(_FACTS, ids=promised) == len(promised), "a held-back answer left twice, or never"
    for name, value in {"dialogues": len(dialogues), "kills of each": kills_each, **counted}.items():
        record(name, value)
    record("requests tried again", played["retried"])
    record("seconds", round(time.monotonic() - began))


def kill_along(house: House, playing: "subprocess.Popen[str]", ledger: Path, kills: list[str], lines: int) -> int:
    """Kills one part after the other, spread over the replay; returns how many of each."""
    for number, part in enumerate(kills):
        due = lines * (number + 1) // (len(kills) + 2)
        wait_for(partial(has_come, playing, ledger, due), 600)
        assert playing.poll() is None, "the replay was over before all kills"
        wait_for(partial(house.has_process, part), 30)
        house.kill(part)
    return len(kills) // len(KILLED)


def has_come(playing: "subprocess.Popen[str]", ledger: Path, due: int) -> bool:
    return playing.poll() is not None or ledger.read_bytes().count(b"\n") >= due


def held_back_answers(house: House, count: int) -> list[str]:
    """Answers that leave by a job in a few seconds: the kills come in between."""
    words = house.say("token", "create", "--role", "api", *_scopes("messages:write", "cases:read", "cases:write"))
    token = next(word for word in words.split() if word.startswith("zd_"))
    asked = [call(house, token, "/messages", _question(time.time_ns())) for _ in range(count)]
    return [call(house, token, f"/cases/{number}/replies", _LATER)["message_id"] for number in cases(house, asked)]


def cases(house: House, asked: list[dict[str, Any]]) -> Iterator[str]:
    for one in asked:
        wait_for(partial(has_case, house, one["conversation_id"]), 30)
        yield house.one(_NUMBER, id=one["conversation_id"])


def has_case(house: House, conversation_id: str) -> bool:
    return house.sql(_NUMBER, id=conversation_id) != []


def call(house: House, token: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{house.url}/api/v1{path}", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as refusal:
        raise AssertionError(refusal.read().decode()) from refusal


def _question(number: int) -> dict[str, Any]:
    return {"channel": "api", "external_id": f"held-{number}", "sender": {"external_id": f"{number}"}, "text": "在吗？"}


def _scopes(*names: str) -> list[str]:
    return [word for name in names for word in ("--scope", name)]


_NUMBER = "SELECT number FROM cases_case WHERE conversation_id = %(id)s"
_LATER = {"text": "马上回复您。", "undo_seconds": 20}
_STUCK = """
    SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
     WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '45 seconds')
"""
_SENT = "SELECT count(*) FROM conversations_message WHERE id = ANY(%(ids)s::uuid[]) AND status = 'sent'"
_FACTS = """
    SELECT count(*) FROM eventlog_event
     WHERE type = 'conversations.ReplySent' AND attributes ->> 'message_id' = ANY(%(ids)s::text[])
"""
