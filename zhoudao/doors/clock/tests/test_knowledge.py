"""The clock tells once of articles that end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.doors.clock import knowledge_knocks
from zhoudao.doors.clock.rounds import ROUNDS
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.knowledge.telling import register_kinds
from zhoudao.rooms.knowledge.tests.library import draft, published, somebody


@pytest.mark.django_db
def test_an_article_that_ends_is_told_once_by_the_clock() -> None:
    register_kinds()
    now = datetime(2026, 3, 10, 2, tzinfo=UTC)
    who: dict[str, Any] = {"by": somebody("writer", "agent"), "approver": somebody("manager", "process_manager")}
    published("sale", draft(valid_until=now.date() + timedelta(days=30)), at=now, **who)
    published("always", draft(), at=now, **who)
    (find,) = [one.find for one in ROUNDS if one.find.__module__ == knowledge_knocks.__name__]
    assert [*find(now, now)] == []
    near = now + timedelta(days=20)
    for _what, call in find(near, near):
        call()
    assert Notice.objects.filter(kind="article_ending").count() == 1
    assert [*find(near, near)] == []
