"""The tree of reasons: a picture whose areas are reasons, a table with what each costs, and the way to the cases."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS, Chosen, chosen
from zhoudao.doors.desk.board.icicle import drawn
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS
from zhoudao.rooms.tallies import figures
from zhoudao.rooms.tallies.models import Rates
from zhoudao.rooms.tallies.rates import rates
from zhoudao.rooms.tallies.reasons import Node, Path, tree

_DEFAULT = "month"
MEASURES: dict[str, LazyText] = {
    "cases": gettext_lazy("Cases"),
    "minutes": gettext_lazy("Human minutes"),
    "cost": gettext_lazy("Cost"),
}


@frozen
class Line:
    """One reason in the table, ready to be read; addresses are empty where there is nothing to open."""

    node: Node
    name: str
    share: float
    minutes: int
    cost: str
    trend: str
    address: str
    repeats: str


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """Four weeks, unless something else is asked for."""
    viewer, query = viewer_of(request), request.GET.copy()
    query.setdefault("period", _DEFAULT)
    asked, at = chosen(query, at=clock.now()), clock.now()
    by = query.get("by", "") if query.get("by") in MEASURES else "cases"
    root, costs = tree(viewer, asked.asked, at=at, zone=clock.zone()), rates()
    names = dict(Kind.choices) | causes(offered=False)
    sizes: dict[str, Callable[[Node], int]] = {
        "cases": lambda one: one.now.cases,
        "minutes": lambda one: costs.minutes(one.now),
        "cost": lambda one: costs.cost(one.now),
    }
    lines = [_line(asked, one, names, root, costs) for one in _flat(root)]
    context: dict[str, Any] = {
        "chosen": asked,
        "whole": _line(asked, root, names, root, costs),
        "lines": lines,
        "picture": drawn(root, sizes[by], {line.node.path: line for line in lines}),
        "by": by,
        "measures": MEASURES.items(),
        "rates": costs,
        "minute": Money(costs.minute_minor, clock.currency()).format(get_language() or ""),
        "reasons": figures.REASONS,
        "repeats": figures.REASON_REPEATS,
        "minutes": figures.REASON_MINUTES,
        "cost": figures.REASON_COST,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "teams": Team.objects.order_by("code"),
        "stores": Store.objects.order_by("code"),
    }
    return render(request, "desk/board/reasons.html", context)


def path_of(query: QueryDict) -> Path:
    """The place of the tree an address asks for; a kind nobody knows is left out, and all under it."""
    if query.get("kind") not in Kind.values:
        return Path()
    cause = query.get("cause", "")[:40] if "cause" in query else None
    product = query.get("product", "")[:60] if "product" in query and cause is not None else None
    return Path(query.get("kind"), cause, product)


def _flat(node: Node) -> list[Node]:
    """All under it, each before what is under it itself; what the period did not bring is left out."""
    return [one for under in node.under if under.now.cases for one in (under, *_flat(under))]


def _line(asked: Chosen, node: Node, names: dict[str, Any], root: Node, costs: Rates) -> Line:
    minor = costs.cost(node.now)
    return Line(
        node=node,
        name=_name(node.path, names),
        share=node.now.cases / root.now.cases if root.now.cases else 0.0,
        minutes=costs.minutes(node.now),
        cost=Money(minor, clock.currency()).format(get_language() or "") if minor else "—",
        trend=_trend(node),
        address=_address(asked, figures.REASONS.code, node.path),
        repeats=_address(asked, figures.REASON_REPEATS.code, node.path) if node.now.repeats else "",
    )


def _name(path: Path, names: dict[str, Any]) -> str:
    if path.product is not None:
        return path.product
    if path.cause is not None:
        return str(names.get(path.cause, path.cause)) if path.cause else _("Not known yet")
    return str(names.get(path.kind, path.kind)) if path.kind else _("All reasons")


def _trend(node: Node) -> str:
    if node.change is None:
        return _("new")
    points = round(node.change * 100)
    return f"{points:+d}%" if points else "±0%"


def _address(asked: Chosen, code: str, path: Path) -> str:
    place = {"kind": path.kind, "cause": path.cause, "product": path.product}
    said = {name: value for name, value in place.items() if value is not None}
    return f"{reverse('desk')}?{asked.query}&{urlencode({'figure': code, **said})}"
