"""Questions about some of a report's cases: asked by a page, answered by the analyst, the answer kept for a day."""

import hashlib
import json
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.conduct.insight.models import Question, Report
from zhoudao.conduct.insight.narrowing import Narrow
from zhoudao.ground.vault import box

JOB, QUEUE = "desk.answer_question", "analyst"
_KEPT, _PATIENCE = timedelta(days=1), timedelta(seconds=60)


@transaction.atomic
def ask_question(
    *, report: Report, narrows: Sequence[Narrow], of: str = "", language: str, at: datetime
) -> Question:  # fmt: skip
    """This will have the analyst answer, once however often it is asked; one that nobody answered for a minute, or
    that failed, is asked again. The order of filters is no other question.
    """
    filters = sorted(str(narrow) for narrow in narrows)
    told = json.dumps([filters, of, language, str(report.body_id)])
    found, is_new = Question.objects.get_or_create(
        report=report, key=hashlib.sha256(told.encode()).hexdigest(),
        defaults={"filters": filters, "of": of, "language": language, "asked_at": at},
    )  # fmt: skip
    is_lost = found.answer is None and not found.is_failed and at - found.asked_at > _PATIENCE
    if is_lost:
        Question.objects.filter(id=found.id).update(asked_at=at)
    if is_new:
        Question.objects.filter(asked_at__lt=at - _KEPT).delete()
    if is_new or is_lost:
        transaction.on_commit(lambda: app.configure_task(JOB, queue=QUEUE).defer(question_id=str(found.id)))
    return found


def begin_question(question_id: UUID) -> Question | None:
    """The question as the job finds it; nothing when it is forgotten or answered."""
    return Question.objects.select_related("report").filter(id=question_id, answer=None, is_failed=False).first()


def keep_answer(question: Question, answer: dict[str, Any]) -> None:
    """This will keep what the analyst says, sealed."""
    content = zlib.compress(json.dumps(answer, ensure_ascii=False).encode(), 3)
    sealed = box.seal(box.key_of(question.report_id), content, place=_place(question))
    Question.objects.filter(id=question.id).update(answer=sealed)


def fail_question(question: Question) -> None:
    """This will say that there is no answer."""
    Question.objects.filter(id=question.id).update(is_failed=True)


def answer_of(question: Question) -> dict[str, Any]:
    """What `keep_answer` kept. Raises: Unreadable"""
    assert question.answer is not None  # of a question that is answered
    found: dict[str, Any] = json.loads(zlib.decompress(box.open_bytes(question.answer, place=_place(question))))
    return found


def _place(question: Question) -> str:
    return f"insight.question.{question.id}"
