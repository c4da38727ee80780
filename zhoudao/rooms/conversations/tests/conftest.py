"""What every test of conversations begins with."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from zhoudao.kit.grams import needs, terms
from zhoudao.rooms.conversations.commands import Claim, Inbound, ensure_defaults
from zhoudao.rooms.conversations.indexing import asking
from zhoudao.rooms.conversations.models import Channel, Message

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)


@pytest.fixture
def api(db: None) -> Channel:
    return ensure_defaults()


@pytest.fixture
def said(api: Channel) -> Callable[..., Inbound]:
    """A message of 王小姐's, with whatever differs."""

    def make(**differs: Any) -> Inbound:
        usual: dict[str, Any] = {
            "channel": api.code,
            "external_id": "m-1",
            "claims": [Claim("external", "wang", scope=api.code)],
            "name": "王小姐",
            "text": "洗衣机漏水，一直没人管",
        }
        return Inbound(**(usual | differs))

    return make


def indexed(words: str) -> list[str]:
    """The texts whose index has all these words."""
    asked = needs(terms(words))
    rows = Message.objects.extra(where=["search @@ %s::tsquery"], params=[asking([], asked.grams, asked.beginnings)])
    return list(rows.order_by("created_at", "id").values_list("text", flat=True))
