"""The cases behind a figure of the board, as the list shows them."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import QuerySet
from django.http import QueryDict

from zhoudao.doors.desk.board.asking import chosen
from zhoudao.doors.desk.board.consistency import part_of, seen_by
from zhoudao.doors.desk.board.reasons import path_of
from zhoudao.doors.desk.board.transfers import PEOPLE, way_of
from zhoudao.doors.desk.complaints.pareto import chosen_of
from zhoudao.doors.desk.effort.asking import slice_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.metrics.definitions import Metric, metric
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries import board, effort, resolving, transfers
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.queries.desk import ViewFilter
from zhoudao.rooms.cases.queries.resolving import GRADES, NO_GRADE
from zhoudao.rooms.complaints.queries import CAUSES, cases_of
from zhoudao.rooms.likeness import queries as likeness
from zhoudao.rooms.tallies import errors, reasons
from zhoudao.rooms.voice.board import SATISFACTION, rated

MOST = 1000


@frozen
class Wanted:
    """What an address asks for, and who asks."""

    viewer: Viewer
    query: QueryDict
    asked: Asked
    code: str
    at: datetime


def figure_filter(viewer: Viewer, query: QueryDict, *, at: datetime) -> tuple[ViewFilter, Metric] | None:
    """What the list is to show for `?figure=…`, at most a thousand; None when no figure of ours is named."""
    code = query.get("figure", "")
    wanted = Wanted(viewer, query, chosen(query, at=at).asked, code, at)
    find = next((find for codes, find in _FINDERS if code in codes), _of_board)
    try:
        named, rows = metric(code), find(wanted)
    except KeyError:
        return None
    return ViewFilter(view="all", case_ids=list(rows.values_list("id", flat=True)[:MOST])), named


def _of_board(wanted: Wanted) -> QuerySet[Case]:
    return board.behind(wanted.viewer, wanted.asked, wanted.code, at=wanted.at)


def _of_causes(wanted: Wanted) -> QuerySet[Case]:
    return cases_of(wanted.viewer, chosen_of(wanted.query, wanted.asked))


def _of_ratings(wanted: Wanted) -> QuerySet[Case]:
    return rated(board.scope(wanted.viewer, wanted.asked), start=wanted.asked.start, end=wanted.asked.end)


def _of_transfers(wanted: Wanted) -> QuerySet[Case]:
    way = way_of(wanted.query)
    there = wanted.viewer.within(PEOPLE if way.names_people else "metrics:read")
    return transfers.cases_of(there, wanted.asked, wanted.code, way, at=wanted.at)


def _of_solved(wanted: Wanted) -> QuerySet[Case]:
    grade = wanted.query.get("grade", "")
    known = grade if grade in (*GRADES, NO_GRADE) else ""
    return resolving.cases_of(wanted.viewer, wanted.asked, wanted.code, known)


def _of_reasons(wanted: Wanted) -> QuerySet[Case]:
    return reasons.cases_of(wanted.viewer, wanted.asked, wanted.code, path_of(wanted.query))


def _of_effort(wanted: Wanted) -> QuerySet[Case]:
    return effort.cases_of(wanted.viewer, wanted.asked, wanted.code, slice_of(wanted.query))


def _of_errors(wanted: Wanted) -> QuerySet[Case]:
    return errors.cases_of(wanted.viewer, wanted.asked, wanted.code, at=wanted.at)


def _of_likeness(wanted: Wanted) -> QuerySet[Case]:
    part = part_of(wanted.query)
    if part is None:
        raise KeyError(wanted.code)
    return likeness.cases_of(seen_by(wanted.viewer, part.by), wanted.asked, part)


_FINDERS: tuple[tuple[Collection[str], Callable[[Wanted], QuerySet[Case]]], ...] = (
    ([CAUSES.code], _of_causes),
    ([SATISFACTION.code], _of_ratings),
    (transfers.FIGURES, _of_transfers),
    (resolving.FIGURES, _of_solved),
    (reasons.FIGURES, _of_reasons),
    (effort.FIGURES, _of_effort),
    (likeness.FIGURES, _of_likeness),
    (errors.FIGURES, _of_errors),
)
