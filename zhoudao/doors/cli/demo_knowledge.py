"""The demo company's knowledge base: a help centre worth reading, what is to be written, and one release note."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.rooms.knowledge.commands.drafting import begin_article
from zhoudao.rooms.knowledge.commands.hearing import judge_article, note_miss
from zhoudao.rooms.knowledge.commands.reviewing import publish_version, submit_draft
from zhoudao.rooms.knowledge.drafts import Draft, Terms
from zhoudao.rooms.knowledge.texts import Text

_ARTICLES = Path(__file__).parent / "demo_data" / "articles.json"
_WAITS, _DRAFTED = "price-protection", "lamp-flickers"  # one waits for review, one is still written
_JUDGED = (("return-seven-days", 9, 1, ""), ("refund-time", 2, 5, "没有写退到礼品卡的要几天"))


def write_articles(*, at: datetime) -> None:
    """This will have a lead write them and a process manager approve them."""
    plan = json.loads(_ARTICLES.read_text(encoding="utf-8"))
    writer = _somebody("team_lead")
    approver = _somebody("process_manager")
    if writer is None or approver is None:
        return
    for row in plan["articles"]:
        _article(row, writer, approver, at)
    _release(plan["release"], writer, approver, at)
    for words, language, count in plan["misses"]:
        for _ in range(count):
            note_miss(words=words, language=language, at=at)
    for code, helpful, unhelpful, said in _JUDGED:
        for n in range(helpful + unhelpful):
            _judge(code, n, said, is_helpful=n < helpful, at=at)


def _article(row: dict[str, Any], writer: Viewer, approver: Viewer, at: datetime) -> None:
    terms = Terms(audience=row["audience"], topics=tuple(row["topics"]), skus=tuple(row["skus"]))
    begin_article(code=row["code"], draft=Draft(_texts(row), terms), viewer=writer, at=at)
    if row["code"] == _DRAFTED:
        return
    version = submit_draft(code=row["code"], viewer=writer, at=at)
    if row["code"] != _WAITS:
        publish_version(code=row["code"], number=version.number, viewer=approver, at=at)


def _release(row: dict[str, Any], writer: Viewer, approver: Viewer, at: datetime) -> None:
    draft = Draft(_texts(row), Terms(audience="staff", topics=("work", "returns")))
    begin_article(code=row["code"], draft=draft, is_release=True, viewer=writer, at=at)
    version = submit_draft(code=row["code"], viewer=writer, at=at)
    publish_version(code=row["code"], number=version.number, viewer=approver, at=at)


def _judge(code: str, n: int, said: str, *, is_helpful: bool, at: datetime) -> None:
    words = "" if is_helpful else said
    told: dict[str, Any] = {"language": "zh-hans", "actor": "customer:portal", "at": at}
    judge_article(code=code, visitor=n.to_bytes(2, "big"), is_helpful=is_helpful, words=words, **told)


def _texts(row: dict[str, Any]) -> dict[str, Text]:
    return {
        language: Text(one["title"], one["summary"], one["source"], tuple(one["phrasings"]))
        for language, one in row["texts"].items()
    }


def _somebody(role: str) -> Viewer | None:
    user = User.objects.filter(grants__role=role, is_active=True).order_by("id").first()
    return of_user(user) if user is not None else None
