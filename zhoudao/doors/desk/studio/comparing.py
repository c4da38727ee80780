"""Two versions of a flow, drawn side by side, with everything that differs; or two flows, in figures."""

from datetime import timedelta
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.queries.versions import PAGE, live_flows, version_rows
from zhoudao.doors.desk.flows.words import price
from zhoudao.doors.desk.studio.asked import uuid_or_none
from zhoudao.doors.desk.studio.changes import change_lines, changes_between, name_in
from zhoudao.engines.bpmn.graph import TASKS, Kind
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick


@frozen
class Side:
    """One of the two."""

    code: str
    title: str
    address: str
    source: bytes
    names: dict[str, str]
    key: str

    def flow(self, language: str) -> str:
        """What the whole flow is called."""
        return pick(self.names, language) or name_in(self.source) or self.key

    @property
    def work(self) -> dict[str, object] | None:
        """How much of it is work: steps of people and of the system, what those cost and may take; None: unreadable."""
        try:
            nodes = parse(self.source).nodes
        except FlowRefused:
            return None
        people = [node.step for node in nodes if node.kind in (Kind.USER, Kind.MANUAL)]
        cost = sum((step.cost or Decimal(0) for step in people), Decimal(0))
        return {
            "people": len(people),
            "system": sum(node.kind in TASKS for node in nodes) - len(people),
            "cost": price(cost) if cost else "—",
            "target": sum((step.target or timedelta(0) for step in people), timedelta(0)),
        }


@require_GET
@permit("flows:read")
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """`before` and `after` are ids of versions, `draft` for what is being drawn, `mine` for what was not saved. One of
    the two may be of another flow.
    """
    viewer = viewer_of(request)
    sides = [_side(key, request.GET.get(name, ""), viewer) for name in ("before", "after")]
    before, after = sides
    if before is None or after is None or key not in (before.key, after.key):
        raise Http404
    is_same = before.key == after.key
    changes = change_lines(changes_between(before.source, after.source)) if is_same else []
    context = {
        "key": key,
        "name": pick(after.names or before.names, viewer.language) or name_in(after.source) or key,
        "before": before,
        "after": after,
        "changes": changes,
        "counts": {what: sum(change["what"] == what for change in changes) for what in ("added", "removed", "changed")},
        "choices": _choices(key),
        "others": [(str(one), pick(names, viewer.language) or other) for one, other, names in live_flows(without=key)],
        "is_same": is_same,
        "works": [] if is_same else [(side.flow(viewer.language), side.work) for side in (before, after)],
    }
    return render(request, "desk/studio/compare.html", context)


def _side(key: str, asked: str, viewer: Viewer) -> Side | None:
    if asked in ("draft", "mine"):
        owner = viewer.user_id if asked == "mine" else None
        draft = FlowDraft.objects.filter(key=key, owner=owner).first() if owner or asked == "draft" else None
        title = _("Mine, not saved") if asked == "mine" else _("Being drawn")
        address = reverse("flow_draft_source", args=[key]) + ("?mine=1" if asked == "mine" else "")
        return Side(asked, title, address, bytes(draft.source), {}, key) if draft else None
    wanted = uuid_or_none(asked)
    version = FlowVersion.objects.filter(id=wanted).first() if wanted else None
    if version is None:
        return None
    title = _("Version %(version)s") % {"version": version.version}
    if version.key != key:
        title = f"{pick(version.names, viewer.language) or version.key} · {title}"
    address = reverse("flow_source", args=[version.id])
    return Side(str(version.id), title, address, bytes(version.source), version.names, version.key)


def _choices(key: str) -> list[tuple[str, str]]:
    """What either side may be changed to: the newest versions, and what is being drawn."""
    rows = version_rows(key)[:PAGE]
    found = [(str(row.id), _("Version %(version)s") % {"version": row.version}) for row in rows]
    drawn = FlowDraft.objects.filter(key=key, owner=None).exists()
    return [("draft", _("Being drawn")), *found] if drawn else found
