"""Articles for tests: written, sent to review and published by somebody else."""

from datetime import datetime
from typing import Any

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.rooms.knowledge.commands.drafting import begin_article
from zhoudao.rooms.knowledge.commands.reviewing import publish_version, submit_draft
from zhoudao.rooms.knowledge.drafts import Draft, Terms
from zhoudao.rooms.knowledge.models import Version
from zhoudao.rooms.knowledge.texts import Text

RETURN = Text(
    "七天无理由退货",
    "收到货七天内可以退",
    "## 条件\n\n- 商品完好\n- 包装齐全\n\n退款在**三个工作日**内到账。",
    ("怎么退货？", "买错了能退吗？"),
)
RETURN_EN = Text(
    "Returns within seven days", "You may return it", "Goods must be **complete**.", ("How do I return it?",)
)


def somebody(name: str, role: str) -> Viewer:
    """A colleague with this role everywhere."""
    user = User.objects.create_user(email=f"{name}@library.example", password="x" * 12, name=name)
    Grant.objects.create(user=user, role=role)
    return of_user(user)


def draft(text: Text = RETURN, *, en: Text | None = None, note: str = "", **terms: Any) -> Draft:
    """A draft in simplified Chinese, and in English if wanted."""
    texts = {"zh-Hans": text} | ({"en": en} if en else {})
    return Draft(texts, Terms(**terms), note)


def published(
    code: str, wanted: Draft, *, by: Viewer, approver: Viewer, at: datetime, is_release: bool = False
) -> Version:
    """An article that is read."""
    begin_article(code=code, draft=wanted, is_release=is_release, viewer=by, at=at)
    version = submit_draft(code=code, viewer=by, at=at)
    return publish_version(code=code, number=version.number, viewer=approver, at=at)
