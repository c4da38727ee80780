"""The cases behind a figure of the board, as the list shows them."""

from datetime import datetime

from django.http import QueryDict

from zhoudao.doors.desk.board.asking import chosen
from zhoudao.doors.desk.board.reasons import path_of
from zhoudao.doors.desk.board.transfers import PEOPLE, way_of
from zhoudao.doors.desk.complaints.pareto import chosen_of
from zhoudao.doors.desk.effort.asking import slice_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.metrics.definitions import Metric, metric
from zhoudao.rooms.cases.queries import board, effort, resolving, transfers
from zhoudao.rooms.cases.queries.desk import ViewFilter
from zhoudao.rooms.cases.queries.resolving import GRADES, NO_GRADE
from zhoudao.rooms.complaints.queries import CAUSES, cases_of
from zhoudao.rooms.tallies import reasons
from zhoudao.rooms.voice.board import SATISFACTION, rated

MOST = 1000


def figure_filter(viewer: Viewer, query: QueryDict, *, at: datetime) -> tuple[ViewFilter, Metric] | None:
    """What the list is to show for `?figure=…`, at most a thousand; None when no figure of ours is named."""
    code, asked = query.get("figure", ""), chosen(query, at=at).asked
    try:
        named = metric(code)
        if named is CAUSES:
            rows = cases_of(viewer, chosen_of(query, asked))
        elif named is SATISFACTION:
            rows = rated(board.scope(viewer, asked), start=asked.start, end=asked.end)
        elif code in transfers.FIGURES:
            way = way_of(query)
            there = viewer.within(PEOPLE if way.names_people else "metrics:read")
            rows = transfers.cases_of(there, asked, code, way, at=at)
        elif code in resolving.FIGURES:
            grade = query.get("grade", "")
            rows = resolving.cases_of(viewer, asked, code, grade if grade in (*GRADES, NO_GRADE) else "")
        elif code in reasons.FIGURES:
            rows = reasons.cases_of(viewer, asked, code, path_of(query))
        elif code in effort.FIGURES:
            rows = effort.cases_of(viewer, asked, code, slice_of(query))
        else:
            rows = board.behind(viewer, asked, code, at=at)
    except KeyError:
        return None
    return ViewFilter(view="all", case_ids=list(rows.values_list("id", flat=True)[:MOST])), named
