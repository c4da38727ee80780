"""What must hold after any replay, asked of the database without the product's own queries."""

import json
from typing import Any

from tests.stories.house import House
from zhoudao.kit.text import mask_personal

_MESSAGES = """
    SELECT split_part(m.external_id, '/', 2) AS key, m.id, m.conversation_id, m.text, m.created_at
      FROM conversations_message m WHERE m.external_id LIKE 'replay-%%/replay-%%'
"""
_THREAD = """
    SELECT direction, text, actor FROM conversations_message
     WHERE conversation_id = %(id)s AND direction IN ('in', 'out') AND NOT is_auto ORDER BY created_at, id
"""
_CASE = """
    SELECT c.id, c.number, c.status, c.progress_token, c.owner_id, c.last_responder_id, r.score, r.member_id,
           (SELECT count(*) FROM cases_promise p WHERE p.case_id = c.id) AS promises,
           (SELECT count(*) FROM voice_rating v WHERE v.case_id = c.id) AS ratings
      FROM cases_case c LEFT JOIN voice_rating r ON r.case_id = c.id WHERE c.conversation_id = %(id)s
"""
_SCORE = "SELECT r.score FROM voice_rating r JOIN cases_case c ON c.id = r.case_id WHERE c.number = %(number)s"


def conversations_of(house: House, dialogues: list[dict[str, Any]]) -> dict[str, Any]:
    """Dialogue id → its one conversation; every customer turn is there exactly once."""
    found: dict[str, set[Any]] = {}
    keys: list[str] = []
    for row in house.sql(_MESSAGES):
        found.setdefault(row["key"].removeprefix("replay-").rpartition("-")[0], set()).add(row["conversation_id"])
        keys.append(row["key"])
    assert len(keys) == len(set(keys)), "a message was doubled"
    meant = {
        f"replay-{one['id']}-{number:02d}"
        for one in dialogues
        for number, turn in enumerate(one["turns"])
        if turn["sender"] == "customer" and turn["text"].strip()
    }
    assert meant <= set(keys), f"lost: {sorted(meant - set(keys))[:5]}"
    assert all(len(found[one["id"]]) == 1 for one in dialogues), "a dialogue was spread over conversations"
    return {one["id"]: next(iter(found[one["id"]])) for one in dialogues}


def check_dialogue(house: House, dialogue: dict[str, Any], conversation_id: Any) -> None:
    """Every message once and in order, one case with promises, the progress page works, the rating is right."""
    turns = [turn for turn in dialogue["turns"] if turn["text"].strip()]
    thread = house.sql(_THREAD, id=conversation_id)
    directions = {"customer": "in", "helpdesk": "out"}
    assert [row["direction"] for row in thread] == [directions[turn["sender"]] for turn in turns], dialogue["id"]
    assert [_plain(row["text"]) for row in thread] == [_plain(mask_personal(turn["text"])[0]) for turn in turns]
    (case,) = house.sql(_CASE, id=conversation_id)
    assert case["promises"] > 0
    status, page = house.page(f"/p/{case['progress_token']}/")
    assert (status, case["number"] in page) == (200, True)
    answers = [row["actor"] for row in thread if row["direction"] == "out"]
    assert all(actor.startswith("user:") for actor in answers), "an answer is not its colleague's"
    if dialogue.get("open"):
        assert (case["status"] in ("new", "open", "waiting"), case["ratings"]) == (True, 0)
        return
    meant = round(3 + dialogue["satisfaction"])
    assert (case["status"] in ("resolved", "closed"), case["ratings"], case["score"]) == (True, 1, meant)
    if answers:
        assert answers[-1] == f"user:{case['member_id']}", "the rating is credited to somebody else"


def check_ledger(house: House, lines: list[str]) -> dict[str, int]:
    """What was acknowledged is there, once; returns how much of each kind."""
    rows = [json.loads(line) for line in lines]
    counted: dict[str, int] = {}
    for row in rows:
        counted[row["what"]] = counted.get(row["what"], 0) + 1
    promised = [row["id"] for row in rows if row["what"] in ("message", "reply")]
    there = house.one("SELECT count(*) FROM conversations_message WHERE id = ANY(%(ids)s::uuid[])", ids=promised)
    assert there == len(set(promised)) == len(promised), "an acknowledged message is lost, or was acknowledged twice"
    for row in rows:
        if row["what"] == "rated":
            query = (
                "SELECT r.score FROM voice_rating r JOIN cases_case c ON c.id = r.case_id WHERE c.number = %(number)s"
            )
            assert house.one(query, number=row["case"]) == row["score"]
    return counted


def _plain(text: str) -> str:
    return " ".join(text.split())
