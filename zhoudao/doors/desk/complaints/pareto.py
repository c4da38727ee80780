"""What cases come from again and again: the Pareto picture, the table, and the way to the cases."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS, chosen
from zhoudao.doors.desk.tags import channel_word
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.complaints.queries import CAUSES, SPLITS, Chosen, by_cause, products, split
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS

_DEFAULT = "month"
_SPLITS = {
    "store": gettext_lazy("Store"),
    "channel": gettext_lazy("Channel"),
    "team": gettext_lazy("Team"),
    "product": gettext_lazy("Product"),
}


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """Complaints of four weeks, unless something else is asked for."""
    viewer, at = viewer_of(request), clock.now()
    query = request.GET.copy()
    query.setdefault("period", _DEFAULT)
    asked = chosen(query, at=at)
    wanted = chosen_of(query, asked.asked)
    rows = by_cause(viewer, wanted)
    by = query.get("by", "") if query.get("by") in SPLITS else "store"
    kept = asked.query + _kept(wanted)
    context = {
        "chosen": asked,
        "wanted": wanted,
        "rows": [(row, _address(kept, row.code)) for row in rows],
        "chart": _chart(kept, rows),
        "metric": CAUSES,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "kinds": Kind.choices,
        "channels": CHANNEL_KINDS,
        "teams": Team.objects.order_by("code"),
        "stores": Store.objects.order_by("code"),
        "products": products(viewer, asked.asked),
        "by": by,
        "splits": _SPLITS.items(),
        "parts": _parts(by, split(viewer, wanted, by), kept) if rows else [],
    }
    return render(request, "desk/complaints/pareto.html", context)


def chosen_of(query: QueryDict, asked: Any) -> Chosen:
    """What the address asks for; a kind nobody knows is complaints."""
    kind = query.get("kind", "") if query.get("kind") in Kind.values else Kind.COMPLAINT.value
    cause = query.get("cause", "")[:40] if "cause" in query else None
    return Chosen(asked, kind, query.get("product", "")[:60], cause)


def _kept(wanted: Chosen) -> str:
    said = {"kind": wanted.kind} | ({"product": wanted.product} if wanted.product else {})
    return f"&{urlencode(said)}"


def _address(kept: str, cause: str) -> str:
    return f"{reverse('desk')}?{urlencode({'figure': CAUSES.code, 'cause': cause})}&{kept}"


def _chart(kept: str, rows: list[Any]) -> dict[str, Any]:
    return {
        "labels": [row.name for row in rows],
        "values": [row.count for row in rows],
        "up_to": [round(row.up_to * 100, 1) for row in rows],
        "links": [_address(kept, row.code) for row in rows],
        "names": [_("Cases"), _("Together")],
    }


def _parts(by: str, found: list[tuple[str, str, int]], kept: str) -> list[tuple[str, int, str]]:
    rows = []
    for key, name, count in found:
        words = channel_word(key) if by == "channel" else name
        address = f"{reverse('desk')}?{urlencode({'figure': CAUSES.code})}&{kept}&{urlencode({by: key})}" if key else ""
        rows.append((words, count, address))
    return rows
