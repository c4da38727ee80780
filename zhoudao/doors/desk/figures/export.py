"""Figures, the board and the cases behind a figure as a file, for a spreadsheet. Each export is noted in the log."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import chosen
from zhoudao.doors.desk.board.behind import MOST, figure_filter
from zhoudao.doors.desk.board.tiles import tiles_of
from zhoudao.doors.desk.figures.asking import place_of
from zhoudao.doors.desk.tags import channel_word
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.sheets import TYPES, Cell, written
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.tallies.queries import read_board
from zhoudao.rooms.targets.exporting import HEADER, note_export, rows_of_days
from zhoudao.rooms.targets.history import whole_days

DAYS, MOST_DAYS = 90, 366


@require_GET
@permit("metrics:read")
def history(request: HttpRequest) -> HttpResponse:
    """Every figure of a place, day by day; ninety days unless more are asked for."""
    viewer, at = viewer_of(request), clock.now()
    place = place_of(viewer, request.GET)
    if not place.is_any:
        raise Http404
    days = _days(request.GET.get("days", ""))
    today = whole_days(place.store_id, at)
    rows = list(rows_of_days(place.store, since=today - timedelta(days=days), until=today))
    return _file(request, "figures", _("Figures and targets"), [str(name) for name in HEADER], rows)


@require_GET
@permit("metrics:read")
def board(request: HttpRequest) -> HttpResponse:
    """The board's figures as they stand, with what they mean."""
    viewer, at = viewer_of(request), clock.now()
    asked = chosen(request.GET, at=at)
    found = read_board(viewer, asked.asked, at=at, zone=clock.zone(), by_day=asked.by == "day")
    header = [_("Figure"), _("Counted value"), _("Detail"), _("Definition"), _("From"), _("Until before")]
    span = (_there(asked.asked.start), _there(asked.asked.end))
    rows = [
        (str(tile.metric.title), tile.figure, tile.under, str(tile.metric.definition), *span)
        for tile in tiles_of(found, asked)
    ]
    return _file(request, "board", _("Board"), header, rows)


@require_GET
@permit("cases:read")
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind a figure, as its list shows them: what the viewer may see, without customers' names."""
    viewer = viewer_of(request)
    found = figure_filter(viewer, request.GET, at=clock.now())
    if found is None:
        raise Http404
    asked, metric = found
    ids = asked.case_ids or []
    rows = Case.objects.filter(visible(viewer), id__in=ids).select_related(
        "store", "team", "owner", "conversation__channel"
    )
    header = [
        *(_("Number"), _("Kind"), _("Tier"), _("Status"), _("Subject"), _("Store"), _("Team"), _("Owner")),
        *(_("Channel"), _("Opened"), _("First reply by a person"), _("Resolved"), _("Outcome"), _("Cause")),
    ]
    lines: list[Sequence[Cell]] = list(_lines(rows.order_by("-updated_at", "-id")))
    if len(ids) == MOST:
        lines.append([_("Only the {n} cases that changed last: choose fewer days or a part.").format(n=MOST)])
    return _file(request, metric.code, str(metric.title), header, lines)


def _lines(rows: QuerySet[Case]) -> Iterator[Sequence[Cell]]:
    names = causes(offered=False)
    for case in rows:
        channel = case.conversation.channel.kind if case.conversation else ""
        yield (
            *(case.number, case.get_kind_display(), case.get_tier_display(), case.get_status_display()),
            *(
                case.subject or case.preview,
                str(case.store),
                str(case.team or ""),
                case.owner.name if case.owner else "",
            ),
            *(channel_word(channel), _there(case.opened_at), _there(case.first_human_contact_at)),
            *(
                _there(case.resolved_at),
                str(OUTCOMES.get(case.outcome, case.outcome)),
                names.get(case.cause, case.cause),
            ),
        )


def _there(at: datetime | None) -> datetime | None:
    return at.astimezone(clock.reader_zone()) if at else None


def _days(text: str) -> int:
    if not text:
        return DAYS
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_DAYS):
        raise BadRequest("days")
    return int(text)


def _file(
    request: HttpRequest, what: str, title: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> HttpResponse:
    form, viewer, at = request.GET.get("format", "csv"), viewer_of(request), clock.now()
    if form not in TYPES:
        raise BadRequest("format")
    note_export(what, form, len(rows), viewer=viewer, at=at)
    response = HttpResponse(written(form, title, header, rows), content_type=TYPES[form])
    name = f"{what.replace('.', '-')}-{_name_day(at)}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _name_day(at: datetime) -> date:
    return at.astimezone(clock.reader_zone()).date()
