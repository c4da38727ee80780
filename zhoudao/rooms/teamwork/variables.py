"""Variables of canned texts: `{{customer.name}}` and the like, filled in from the case at hand."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick, tag
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case

VARIABLES: dict[str, LazyText] = {
    "customer.name": _("The customer's name"),
    "case.number": _("The case's number"),
    "case.subject": _("What the case is about"),
    "case.kind": _("The kind of the case"),
    "case.due": _("When the next promise is due"),
    "agent.name": _("Your name"),
    "team.name": _("The case's team"),
    "store.name": _("The case's store"),
    "progress_url": _("The customer's progress page"),
    "today": _("Today's date"),
}
_SHAPE = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*\}\}")


@frozen
class Filled:
    """A text with its variables filled in; `missing` are those left standing, unknown or empty."""

    text: str
    missing: list[str]


def variables_in(text: str) -> list[str]:
    """The variables a text still has, each once."""
    return list(dict.fromkeys(_SHAPE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """This will fill in what is known.

    >>> fill("{{ agent.name }}：{{order}}", {"agent.name": "王芳"})
    Filled(text='王芳：{{order}}', missing=['order'])
    """
    missing: dict[str, None] = {}

    def one(found: re.Match[str]) -> str:
        name = found.group(1)
        value = values.get(name, "")
        if not value:
            missing[name] = None
        return value or f"{{{{{name}}}}}"

    return Filled(_SHAPE.sub(one, text), list(missing))


def language_of(case: Case) -> str:
    """The tag of the language this case's customer is written to."""
    return tag(case.conversation.language) if case.conversation else tag(None)


def values_for(case: Case, viewer: Viewer, *, at: datetime) -> dict[str, str]:
    """What every variable stands for in this case, in the customer's language.

    A name the viewer may not see stays empty.
    """
    language = language_of(case)
    there, due = at.astimezone(ZoneInfo(case.store.zone)), case.next_due_at
    with translation.override(language.lower()):
        kind = str(case.get_kind_display())
    return {
        "customer.name": case.customer.name if may(viewer, "customers:unmask", case) else "",
        "case.number": case.number,
        "case.subject": case.subject,
        "case.kind": kind,
        "case.due": f"{due.astimezone(there.tzinfo):%Y-%m-%d %H:%M}" if due else "",
        "agent.name": viewer.name,
        "team.name": (pick(case.team.names, language) or case.team.code) if case.team else "",
        "store.name": pick(case.store.names, language) or case.store.code,
        "progress_url": progress_url(case),
        "today": f"{there:%Y-%m-%d}",
    }
