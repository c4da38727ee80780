"""An order taken down on the telephone: read out of what was said, put right by a person, placed when they say so."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.calls import drawing
from zhoudao.doors.desk.calls.order_form import PhoneOrderForm
from zhoudao.doors.desk.counter.order_lines import Row, added, look_up, named, rows_of, total_of
from zhoudao.doors.desk.counter.taking import changed, placed_by
from zhoudao.doors.desk.inbox.opening import opened_or_404
from zhoudao.engines.drafting import LONGEST
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.commands.ordering import take_order
from zhoudao.rooms.cases.queries.desk import CaseView
from zhoudao.rooms.cases.queries.orders import PHONE, WRITE
from zhoudao.rooms.conversations.commands import unmask_message
from zhoudao.rooms.conversations.queries import MessageView, thread
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.queries.drafts import Drafted, draft_from
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.stock.models import Item as StockItem

_LAST = 20  # messages of the customer's that are read
_KEPT = 20_000  # characters of a text that the page gives back
_REASON = "order by telephone"
_UNMASK = "customers:unmask"


@frozen
class _Asked:
    """What a press of a button wants of a case's page."""

    do: str
    text: str
    rows: list[Row]
    found: list[StockItem] | None = None
    words: str = ""


@require_http_methods(["GET", "POST"])
@permit("orders:write")
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The text with what was read in it, and the form; each change sends it, and so does placing."""
    viewer = viewer_of(request)
    opened = opened_or_404(viewer.within(WRITE), number)
    said = _said(opened)
    do = request.POST.get("do", "read") if request.method == "POST" else "read"
    text = _text(request, said, viewer, opened, do)
    drafted = draft_from(text)
    rows, found, words = _rows(request, drafted, do)
    form = _form(request, drafted, do)
    if do == "place" and (placed := _place(form, rows, opened, viewer)) is not None:
        return redirect("order", placed.number)
    look_up(rows, opened.row.store_id)
    drawing.hinted(rows, drafted.draft, text)
    hints = drawing.hints_of(drafted.draft, text)
    context = _context(opened, drafted, text, rows) | {
        "form": form,
        "who_fields": [(form[name], hints.get(name)) for name in ("name", "phone")],
        "where_fields": [(form[name], hints.get(name)) for name in ("province", "city", "district", "address")],
        "remark_hint": hints.get("remark"),
        "found": named(found or [], opened.row.store_id),
        "words": words,
        "is_lost": found == [],
        "may_unmask": "*" in text and any(one.is_masked for one in said) and may(viewer, _UNMASK, opened.row),
    }
    return render(request, "desk/calls/order.html", context, status=422 if do == "place" else 200)


def _said(opened: CaseView) -> list[MessageView]:
    """What the customer said last, oldest first."""
    messages = thread(opened.conversation_ids, limit=_LAST * 3) if opened.conversation_ids else []
    return [one for one in messages if one.direction == "in"][-_LAST:]


def _text(request: HttpRequest, said: list[MessageView], viewer: Viewer, opened: CaseView, do: str) -> str:
    """As it was sent, or as the customer said it; with `unmask` in clear, and it is written down who looked."""
    if do == "unmask" and may(viewer, _UNMASK, opened.row):
        at = clock.now()
        clear = [
            unmask_message(message_id=one.id, viewer=viewer, reason=_REASON, at=at) if one.is_masked else one.text
            for one in said
        ]
        return _plain("\n".join(clear))
    if request.method == "POST":
        return _plain(request.POST.get("text", ""))
    return _plain("\n".join(one.text for one in said))


def _plain(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:_KEPT]


def _rows(request: HttpRequest, drafted: Drafted, do: str) -> tuple[list[Row], list[StockItem] | None, str]:
    """The lines: read anew, or as they were sent and then changed; what may be meant by words that were looked for."""
    if do in ("read", "unmask"):
        return drawing.rows_from(drafted), None, ""
    rows, words = rows_of(request.POST), request.POST.get("words", "").strip()[:120]
    kind, _colon, what = do.partition(":")
    if kind == "take":
        quantity, _colon, sku = what.partition(":")
        added(rows, sku)
        rows[-1:] = [Row(row.sku, row.name, quantity, row.price) if row.sku == sku else row for row in rows[-1:]]
        return rows, None, ""
    found = changed(rows, do, words) if do != "place" else None
    return rows, found, words if found is not None else ""


def _form(request: HttpRequest, drafted: Drafted, do: str) -> PhoneOrderForm:
    if do == "place":
        return PhoneOrderForm(data=request.POST)
    initial: dict[str, Any] = {"submission_id": uuid4()}
    initial |= {name: request.POST[name] for name in PhoneOrderForm.base_fields if name in request.POST}
    if do in ("read", "unmask"):
        initial |= drawing.values_of(drafted.draft)
    return PhoneOrderForm(initial=initial)


def _place(form: PhoneOrderForm, rows: list[Row], opened: CaseView, viewer: Viewer) -> Order | None:
    def put(items: list[Item]) -> Order:
        wanted = form.taken(items, PHONE, is_delivered=True)
        return take_order(case_id=opened.row.id, wanted=wanted, viewer=viewer, at=clock.now()).order

    return placed_by(form, rows, put)


def _context(opened: CaseView, drafted: Drafted, text: str, rows: list[Row]) -> dict[str, Any]:
    return {
        "row_of_case": opened.row,
        "text": text,
        "pieces": drawing.pieces_of(drafted.draft, text),
        "choices": drawing.choices_of(drafted, rows, text),
        "unknown": drafted.draft.unknown,
        "is_cut": drafted.draft.is_cut,
        "longest": LONGEST,
        "rows": rows,
        "total": total_of(rows).format(str(get_language())),
    }
