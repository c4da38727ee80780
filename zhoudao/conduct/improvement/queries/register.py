"""The board, the list and one initiative."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.improvement.models import OPEN, Initiative, InitiativeCase, Stage
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick

PAGE, COLUMN, LATELY_CLOSED = 25, 50, 8


@frozen
class Asked:
    """What of the register is asked for; `flow` is a flow's key, `stage` all, open or one of them."""

    owner_id: UUID | None = None
    is_late: bool = False
    flow: str = ""
    stage: str = "open"


def board(asked: Asked, *, today: date) -> dict[str, list[Initiative]]:
    """What goes on, by stage, earliest day first; no more than fifty a stage (one statement)."""
    rows = list(_asked(asked, today).filter(stage__in=OPEN).order_by("due_date", "id")[: COLUMN * len(OPEN)])
    return {stage: [one for one in rows if one.stage == stage][:COLUMN] for stage in OPEN}


def closed_lately(asked: Asked, *, today: date) -> list[Initiative]:
    """The last that were closed (one statement)."""
    rows = _asked(asked, today).filter(stage=Stage.CLOSED)
    return list(rows.order_by("-stage_at", "-id")[:LATELY_CLOSED])


def page(asked: Asked, *, today: date, after: UUID | None) -> tuple[list[Initiative], UUID | None]:
    """A page of the list, newest first, and where the next one goes on (two statements)."""
    rows = _asked(asked, today)
    if asked.stage in Stage.values:
        rows = rows.filter(stage=asked.stage)
    elif asked.stage != "all":
        rows = rows.filter(stage__in=OPEN)
    last = Initiative.objects.filter(id=after).first() if after else None
    if last is not None:
        rows = rows.filter(beyond("-made_at", last.made_at, last.id))
    found = list(rows.order_by("-made_at", "-id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def initiative_of(initiative_id: UUID) -> Initiative | None:
    """One, with its people (one statement)."""
    return Initiative.objects.select_related("owner", "made_by", "store", "programme").filter(id=initiative_id).first()


def of_report(report_id: UUID) -> list[Initiative]:
    """The initiatives made from a report's findings, by finding (one statement)."""
    rows = Initiative.objects.select_related("owner").filter(report_id=report_id)
    return list(rows.order_by("finding_place", "made_at", "id")[:100])


def of_pilot(pilot_id: UUID) -> list[Initiative]:
    """The initiatives a pilot tries something for (one statement)."""
    rows = Initiative.objects.select_related("owner").filter(pilot_id=pilot_id)
    return list(rows.order_by("-made_at", "-id")[:20])


def of_step(rows: Sequence[Initiative], step: str) -> list[Initiative]:
    """Those of them that name this step."""
    return [one for one in rows if step and step in one.steps]


def of_flow(flow: str) -> list[Initiative]:
    """What goes on about a flow, earliest day first (one statement)."""
    rows = Initiative.objects.select_related("owner").filter(flow_key=flow, stage__in=OPEN)
    return list(rows.order_by("due_date", "id")[:100])


def of_case(case_ids: Sequence[UUID]) -> list[Initiative]:
    """The initiatives a case, with what was merged into it, is shown in (one statement)."""
    ties = InitiativeCase.objects.filter(case_id__in=case_ids).values("initiative")
    return list(Initiative.objects.select_related("owner").filter(id__in=ties).order_by("-made_at", "-id")[:20])


def cases_of(one: Initiative) -> list[InitiativeCase]:
    """The cases tied to it (one statement)."""
    return list(one.ties.select_related("case").order_by("case__number"))


def flow_names(language: str) -> dict[str, str]:
    """The flows in force by key, in the reader's language (one statement)."""
    rows = FlowVersion.objects.filter(is_live=True).order_by("key").values_list("key", "names")
    return {key: pick(names, language) or key for key, names in rows}


def open_ones() -> list[Initiative]:
    """All that go on, by title, to choose from (one statement)."""
    return list(Initiative.objects.filter(stage__in=OPEN).order_by("title", "id")[:200])


def _asked(asked: Asked, today: date) -> QuerySet[Initiative]:
    rows = Initiative.objects.select_related("owner", "store")
    rows = rows.annotate(
        measures_done=Count("measures", filter=Q(measures__done_at__isnull=False)), measures_all=Count("measures")
    )
    if asked.owner_id:
        rows = rows.filter(owner=asked.owner_id)
    if asked.is_late:
        rows = rows.filter(stage__in=OPEN, due_date__lt=today)
    if asked.flow:
        rows = rows.filter(flow_key=asked.flow)
    return rows
