"""Who looks at or types in what, told to all open pages; nothing of it is stored."""

import json
from uuid import UUID

from django.db import connection

CHANNEL = "zhoudao_presence"


def tell_presence(*, case_id: UUID, user_id: UUID, name: str, state: str) -> None:
    """This will tell open desks that a colleague is `viewing`, `typing` or has `left` a case."""
    _notify({"about": "case", "id": str(case_id), "who": str(user_id), "name": name[:80], "state": state})


def tell_typing(*, conversation_id: UUID, who: str, name: str = "") -> None:
    """This will tell the other side of a conversation that `customer` or `colleague` is typing."""
    _notify({"about": "conversation", "id": str(conversation_id), "who": who, "name": name[:80], "state": "typing"})


def tell_notice(*, user_id: UUID) -> None:
    """This will have somebody's open desks look at their notices."""
    _notify({"about": "notice", "id": str(user_id)})


def _notify(payload: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(payload, ensure_ascii=False)])
