"""What a change looks like: the case's row as the list shows it, once for each kind of reader."""

import json
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.conduct.flows.models import Run
from zhoudao.doors.live.hub import Stream
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import Case, Page
from zhoudao.rooms.cases.queries.desk import rows_of
from zhoudao.rooms.conversations.queries import with_mains
from zhoudao.rooms.visits.models import Line, Visit

Reader = tuple[str, bool, str]  # language, whether they see names, zone
ROW = "desk/inbox/_row.html"


@frozen
class Change:
    """A case that changed, and what its row looks like to each of the readers who may see it."""

    case_id: UUID
    conversation_id: UUID | None
    rows: dict[Reader, str]


def look_up(ids: list[UUID], readers: set[Reader]) -> list[tuple[Case, Change]]:
    """The cases with these ids or conversations, rendered for every kind of reader."""
    rows = Case.objects.filter(Q(id__in=ids) | Q(conversation_id__in=with_mains(ids)))
    cases = list(rows.select_related("customer", "owner", "team", "conversation__channel"))
    return [(case, Change(case.id, case.conversation_id, _render(case, readers))) for case in cases]


def readers_of(stream: Stream) -> set[Reader]:
    """All ways in which a row may look to somebody: both where their roles differ by place."""
    viewer = stream.viewer
    assert viewer is not None
    ways = {viewer.may("customers:unmask"), viewer.may_wherever("customers:unmask")}
    return {(viewer.language, sees_names, viewer.zone) for sees_names in ways}


def reader_of(stream: Stream, case: Case) -> Reader:
    """How this case's row looks to somebody."""
    assert stream.viewer is not None
    return stream.viewer.language, may(stream.viewer, "customers:unmask", case), stream.viewer.zone


def cases_of_runs(run_ids: list[UUID]) -> list[UUID]:
    """The cases these flow runs walk for."""
    return list(Run.objects.filter(id__in=run_ids, object_type="case").values_list("object_id", flat=True).distinct())


def stores_of(ids: list[UUID]) -> set[UUID]:
    """The stores of these visits, and those whose own line has changed."""
    found = set(Visit.objects.filter(id__in=ids).values_list("store_id", flat=True))
    return found | set(Line.objects.filter(store_id__in=ids).values_list("store_id", flat=True))


def calls(case_ids: list[UUID]) -> list[tuple[UUID, dict[str, str]]]:
    """Whom the newest page of each urgent case calls, and what they are told, by language."""
    told = []
    for page in _newest_pages(case_ids):
        words = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                text = _("You are on call: %(number)s needs somebody now. %(subject)s") % {
                    "number": page.case.number,
                    "subject": page.case.subject,
                }
                words[language] = json.dumps({"text": text, "address": f"/desk/cases/{page.case.number}/"})
        told.append((page.member_id, words))
    return told


def _newest_pages(case_ids: list[UUID]) -> list[Page]:
    rows = Page.objects.filter(case_id__in=case_ids, case__alarm__ended_at=None).select_related("case")
    return list(rows.order_by("case_id", "-paged_at").distinct("case_id"))


def thread_note(change: Change) -> str:
    """What tells a desk that a thread has news."""
    return json.dumps({"case": str(change.case_id), "conversation": str(change.conversation_id or "")})


def _render(case: Case, readers: set[Reader]) -> dict[Reader, str]:
    rendered: dict[Reader, str] = {}
    for language, sees_names, zone in readers:
        permissions = frozenset(["customers:unmask"]) if sees_names else frozenset[str]()
        viewer = Viewer(actor="system:live", permissions=permissions)
        clock.read_in(zone)
        with translation.override(language):
            row = rows_of([case.id], viewer, at=clock.now())[0]
            rendered[language, sees_names, zone] = render_to_string(ROW, {"row": row, "now": clock.now()})
    return rendered
