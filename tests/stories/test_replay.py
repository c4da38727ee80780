"""Dialogues are played through the running product, and everything they promised is in the database."""

import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stories import recount
from tests.stories.house import SMALL_SET, House, real_dialogues, small_set, written
from tests.stories.invariants import check_dialogue, check_ledger, conversations_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stories")]
FEW, SPEED = 25, "600"


def check_all(house: House, dialogues: list[dict[str, Any]]) -> None:
    for dialogue_id, conversation_id in conversations_of(house, dialogues).items():
        check_dialogue(house, next(one for one in dialogues if one["id"] == dialogue_id), conversation_id)


def test_the_first_day_played_itself(house: House) -> None:
    dialogues = small_set()
    waiting = {one["id"] for one in dialogues if house.one(_IS_UNOWNED, key=f"%replay-{one['id']}-00")}
    check_all(house, [one for one in dialogues if one["id"] not in waiting])
    assert len(waiting) < len(dialogues) / 2


def test_playing_again_doubles_nothing(house: House) -> None:
    assert house.replayed(SMALL_SET, "--speed", "0")["done"] == len(small_set())
    again = house.replayed(SMALL_SET, "--speed", "0")
    assert {what: count for what, count in again["counts"].items() if what != "rated"} == {}
    check_all(house, small_set())


@pytest.mark.usefixtures("real_data")
def test_real_dialogues_are_played_at_their_own_pace(house: House, tmp_path: Path) -> None:
    dialogues = real_dialogues()[:FEW]
    file, ledger = written(tmp_path, "few.jsonl", dialogues), tmp_path / "ledger.jsonl"
    played = house.replayed(file, "--speed", SPEED, "--ledger", str(ledger))
    assert (played["done"], played["troubles"]) == (FEW, [])
    check_all(house, dialogues)
    counted = check_ledger(house, ledger.read_text().splitlines())
    assert counted["message"] + counted["reply"] == sum(bool(t["text"].strip()) for d in dialogues for t in d["turns"])
    mine = [f"replay-{one['id']}-00" for one in dialogues]  # others are played at other speeds beside these
    assert house.one(_MEDIAN_MINUTES, keys=mine) > 2, "people answer in minutes of dialogue time, not in milliseconds"


def test_the_board_says_what_the_events_say(house: House) -> None:
    board = house.figures()
    (period,) = house.sql(recount.PERIOD)
    assert {name: pytest.approx(value) for name, value in period.items()} == board["period"]
    assert board["standing"]["waiting"] == house.one(recount.STANDS)
    assert board["promises"] == {row["kind"]: [row["kept"], row["missed"]] for row in house.sql(recount.PROMISES)}
    (said,) = house.sql(recount.SAID)
    assert (board["said"]["ratings"], board["said"]["happy"]) == (said["ratings"], said["happy"])
    assert said["ratings"] == 0 or math.isclose(board["said"]["mean"], said["mean"])
    at = datetime.fromisoformat(board["at"])
    soon = {"after": at, "until": at + timedelta(minutes=30)}
    assert board["standing"]["at_risk"] == house.one(recount.AT_RISK, **soon)
    over = {"after": at - timedelta(days=3650), "until": at}
    assert board["standing"]["overdue"] == house.one(recount.AT_RISK, **over)


_IS_UNOWNED = """
    SELECT count(*) FROM conversations_message m JOIN cases_case c ON c.conversation_id = m.conversation_id
     WHERE m.external_id LIKE %(key)s AND c.owner_id IS NULL
"""
_MEDIAN_MINUTES = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.first_human_contact_at - c.opened_at) / 60)
      FROM cases_case c JOIN conversations_message m ON m.conversation_id = c.conversation_id
     WHERE split_part(m.external_id, '/', 2) = ANY(%(keys)s)
"""
