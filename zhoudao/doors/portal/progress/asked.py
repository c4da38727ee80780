"""What the customer is asked, as a form: shown, read, and handed in once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.conduct.flows.commands.answering import Answer
from zhoudao.conduct.flows.queries import FieldView
from zhoudao.conduct.flows.queries.asked import Ask, asked_of
from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Upload

MOST_FILES = 5
_SALT = "portal.asked"
_FAULTS = {
    "missing": gettext_lazy("This is still needed."),
    "not_number": gettext_lazy("This is no number."),
    "not_date": gettext_lazy("This is no date."),
    "not_an_option": gettext_lazy("Please choose one of these."),
}


@frozen
class Line:
    """One field as it is drawn. `choices` are (code, words, chosen)."""

    field: FieldView
    value: Any
    is_known: bool
    fault: str
    choices: list[tuple[str, str, bool]]


@frozen
class Form:
    """One thing that is asked; `token` makes what is sent one answer, however often it is sent."""

    task_id: UUID
    text: str
    due: Moment | None
    lines: list[Line]
    token: str
    refusal: str


@frozen
class Refused:
    """A form that came back: what was said in it, what is wrong field by field, and as a whole."""

    task_id: UUID
    given: Mapping[str, Any]
    faults: Mapping[str, str]
    words: str


def forms_of(case: Case, language: str, now: datetime, refused: Refused | None = None) -> list[Form]:
    """Everything that is asked of the customer now; what we know already is filled in."""
    return [_form(ask, case, now, refused) for ask in asked_of(case.id, language)]


def _form(ask: Ask, case: Case, now: datetime, refused: Refused | None) -> Form:
    back = refused if refused is not None and refused.task_id == ask.task_id else None
    return Form(
        task_id=ask.task_id,
        text=ask.text,
        due=moment(ask.due_at, now, case.store.zone) if ask.due_at else None,
        lines=[_line(field, ask, back) for field in ask.fields],
        token=signing.dumps(uuid4().hex, salt=_SALT),
        refusal=back.words if back else "",
    )


def _line(field: FieldView, ask: Ask, back: Refused | None) -> Line:
    value = back.given.get(field.name, "") if back else ask.known.get(field.name, "")
    chosen = value if isinstance(value, list) else [value]
    choices = [(option, field.words.get(option, option), option in chosen) for option in field.options]
    fault = back.faults.get(field.name, "") if back else ""
    words = str(_FAULTS.get(fault, _FAULTS["missing"])) if fault else ""
    return Line(field, value, field.name in ask.known and back is None, words, choices)


def form_id(token: str) -> UUID | None:
    """The id of a form that we gave out; links are good for as long as the case, and so is the form."""
    try:
        return UUID(signing.loads(token[:200], salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def answer_in(request: HttpRequest, form: UUID, fields: tuple[FieldView, ...]) -> tuple[Answer, str]:
    """What was sent, and why its files cannot be taken (nothing, when they can)."""
    given: dict[str, Any] = {}
    uploads: dict[str, list[Upload]] = {}
    wrong = ""
    for field in fields:
        if field.type == "file":
            files = request.FILES.getlist(field.name)
            wrong = wrong or _too_much(files)
            uploads[field.name] = [] if wrong else [Upload(str(file.name), file.read()) for file in files]
        elif field.type == "list":
            given[field.name] = request.POST.getlist(field.name)
        elif field.name in request.POST:
            given[field.name] = request.POST[field.name]
    return Answer(form, given, uploads), wrong


def _too_much(files: list[Any]) -> str:
    if len(files) > MOST_FILES:
        return _("At most 5 files fit in one message.")
    if any(file.size > settings.FILE_LIMIT_BYTES for file in files):
        return _("A file may have up to 20 MB, a message up to 25 MB.")
    return ""
