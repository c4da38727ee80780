"""The calls page."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.calls.forms import CallForm
from zhoudao.doors.desk.intake.listing import channels as visible_channels
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import may, visible
from zhoudao.rooms.cases.models import ACTIVE, Case, Status
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.conversations.commands.calls import log_call
from zhoudao.rooms.conversations.models import Call, Channel
from zhoudao.rooms.conversations.refusals import CallerUnknown, CallUnsound, Kept, StillInFlight
from zhoudao.rooms.customers.queries import find_by_phone

PAGE = 25
_CASES = 10


@frozen
class Row:
    """One call as it is shown; `is_open`: the viewer may open its case, `may_order`: and place an order in it."""

    call: Call
    case_number: str
    answered_by: str
    is_open: bool
    may_order: bool


@require_http_methods(["GET", "POST"])
@permit("messages:write")
def calls(request: HttpRequest) -> HttpResponse:
    """Note a call; with `?caller=` (a telephone system may open it) the cases of who rings; the last calls."""
    viewer, lines = viewer_of(request), _lines(viewer_of(request))
    caller = request.GET.get("caller", "")[:40]
    language = str(get_language())
    form = CallForm(lines, language, initial={"caller": caller, "call_id": uuid4(), "ended_by": "customer"})
    if request.method == "POST":
        form = CallForm(lines, language, request.POST, request.FILES)
        noted = _note(form, viewer) if form.is_valid() else None
        if noted is not None:
            return redirect(f"{reverse('calls')}?noted={noted}")
    try:
        rows, older = _page(lines, viewer, request.GET.get("cursor", ""))
    except ValueError as error:
        raise BadRequest("cursor") from error
    context = {
        "form": form,
        "lines": lines,
        "caller": caller,
        "cases": _cases_of(caller, viewer) if caller else [],
        "rows": rows,
        "older": older,
        "noted": _noted(request, lines, viewer),
    }
    return render(request, "desk/calls/calls.html", context, status=422 if form.errors else 200)


@require_GET
@permit("messages:write")
def opened(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The way to the case of a call that was just noted, once it is there."""
    found = _visible(_lines(viewer_of(request))).filter(message_id=message_id).first()
    if found is None:
        raise Http404
    return render(request, "desk/calls/_opened.html", {"noted": _row(found, {}, _Mine.of([found], viewer_of(request)))})


def _note(form: CallForm, viewer: Viewer) -> UUID | None:
    at = clock.now()
    try:
        received = log_call(
            form.rang(at),
            inbound=form.inbound(viewer.stores_worked_in),
            is_proof=False,
            by=By(viewer.actor),
            name=viewer.name,
            at=at,
            real_now=datetime.now(UTC),
        )
    except CallerUnknown:
        form.add_error("caller", _("This is no telephone number; leave it empty when the caller hid theirs."))
    except CallUnsound:
        form.add_error("started_at", _("A call begins in the last 31 days and has ended by now."))
    except (Kept, StillInFlight):
        form.add_error(None, _("It was not noted; see the intake page for the reason."))
    else:
        return received.message_id
    return None


def _lines(viewer: Viewer) -> list[Channel]:
    return list(visible_channels(viewer).filter(kind="phone", is_active=True))


def _visible(lines: list[Channel]) -> QuerySet[Call]:
    rows = Call.objects.filter(message__conversation__channel__in=lines)
    return rows.select_related("message__conversation__channel", "message__conversation__case")


def _page(lines: list[Channel], viewer: Viewer, cursor: str) -> tuple[list[Row], str]:
    rows = _visible(lines).defer("message__search", "message__html")
    if cursor:
        moment, _sep, last = cursor.partition("|")
        at, id_ = datetime.fromisoformat(moment), UUID(last)
        rows = rows.filter(beyond("-started_at", at, id_, key="message_id"))
    found = list(rows.order_by("-started_at", "-message_id")[: PAGE + 1])
    shown = found[:PAGE]
    ids = {call.answered_by.removeprefix("user:") for call in shown if call.answered_by.startswith("user:")}
    names = {f"user:{user.pk}": user.name for user in User.objects.filter(pk__in=ids)} if ids else {}
    older = f"{shown[-1].started_at.isoformat()}|{shown[-1].message_id}" if len(found) > PAGE else ""
    mine = _Mine.of(shown, viewer)
    return [_row(call, names, mine) for call in shown], older


def _row(call: Call, names: dict[str, str], mine: "_Mine") -> Row:
    number = _case_number(call)
    return Row(call, number, names.get(call.answered_by, ""), number in mine.seen, number in mine.ordering)


@frozen
class _Mine:
    """The numbers of the cases behind calls that the viewer may open, and place orders in; another team's keeps its
    number only.
    """

    seen: frozenset[str]
    ordering: frozenset[str]

    @staticmethod
    def of(shown: list[Call], viewer: Viewer) -> "_Mine":
        """One statement."""
        if not viewer.may("cases:read"):
            return _Mine(frozenset(), frozenset())
        threads = [call.message.conversation_id for call in shown]
        rows = Case.objects.filter(visible(viewer), conversation_id__in=threads)
        cases = list(rows.only("number", "status", "owner_id", "team_id", "store_id"))
        able = frozenset(one.number for one in cases if one.status in ACTIVE and may(viewer, WRITE, one))
        return _Mine(frozenset(one.number for one in cases), able)


def _cases_of(caller: str, viewer: Viewer) -> list[Case]:
    """The cases of everybody who rang from, gave or proved this number, that the viewer may see."""
    people = {*find_by_phone(caller), *find_by_phone(caller, proven=False)}
    rows = Case.objects.filter(visible(viewer), customer_id__in=people).exclude(status=Status.MERGED)
    return list(rows.order_by("-updated_at", "-id")[:_CASES]) if people else []


def _noted(request: HttpRequest, lines: list[Channel], viewer: Viewer) -> Row | None:
    try:
        call = _visible(lines).filter(message_id=UUID(request.GET.get("noted", ""))).first()
    except ValueError:
        return None
    return _row(call, {}, _Mine.of([call], viewer)) if call else None


def _case_number(call: Call) -> str:
    case = getattr(call.message.conversation, "case", None)
    return case.number if case else ""
