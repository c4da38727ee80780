"""Messages are judged in the analyst's process, the only one that loads what judges."""

from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app

from zhoudao.conduct.triage.proposing import JOB, QUEUE, keep_proposals, waiting_with
from zhoudao.ground.installation.clock import now
from zhoudao.ground.live.changes import tell_cases_changed
from zhoudao.rooms.cases.commands.feeling import cases_of
from zhoudao.rooms.conversations.models import Message

if TYPE_CHECKING:
    from zhoudao.engines.language.triage import Triager


@app.task(name=JOB, queue=QUEUE)
def judge_messages(message_id: str) -> None:
    """Judges a message and the next that wait with it; judged already, nothing happens."""
    waiting = waiting_with(UUID(message_id))
    if not waiting:
        return
    triager, version = _triager()
    found = dict(zip(waiting, triager.judge(list(waiting.values())), strict=True))
    if keep_proposals(found, version=version, at=now()):
        threads = Message.objects.filter(id__in=list(found)).values_list("conversation_id", flat=True)
        tell_cases_changed(sorted(cases_of(set(threads), also=(), numbers=())))


@cache
def _triager() -> "tuple[Triager, str]":
    """What judges, learned at the first message or read from where it was kept, and its name."""
    from zhoudao.engines.language.shipped import shipped, version

    triager, _figures = shipped(settings.HOME / "models", say=lambda line: None)
    return triager, version()
