"""The views of the workspace: which cases a list shows, with counts, and how an address says it."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Kind, Status, Tier
from zhoudao.rooms.cases.queries.desk import ViewFilter, column
from zhoudao.rooms.cases.queries.listing import CAP, TeamCount

VIEWS: dict[str, tuple[LazyText, str]] = {
    "mine": (_("Mine"), "user"),
    "unassigned": (_("To be taken"), "hand"),
    "due": (_("Due soon"), "alarm-clock"),
    "waiting": (_("Waiting for customer"), "hourglass"),
    "snoozed": (_("Snoozed"), "moon-star"),
    "upset": (_("Unhappy customers"), "frown"),
    "risky": (_("At risk"), "gauge"),
    "resolved": (_("Resolved"), "circle-check"),
    "all": (_("All cases"), "layers"),
}
EMPTY: dict[str, LazyText] = {
    "mine": _("Nothing waits for you. Take the next case from “To be taken”."),
    "unassigned": _("Every case has somebody. New ones appear here by themselves."),
    "due": _("No promise runs out within half an hour."),
    "waiting": _("No case waits for a customer."),
    "snoozed": _("Nothing is put aside. Press s in a case to snooze it."),
    "upset": _("No customer of an open case sounded upset last."),
    "risky": _("Of no open case a promise is likely to be missed."),
    "resolved": _("No case was resolved yet."),
    "all": _("There is no case yet. Open the chat on a shop page, or send a message through the API."),
}


@frozen
class ViewLink:
    """One view in the column of views. `count` is None where none is shown."""

    code: str
    words: LazyText | str
    drawing: str
    address: str
    count: str | None
    is_here: bool
    is_hot: bool = False


def asked_view(request: HttpRequest) -> ViewFilter:
    """What the address asks for; anything unknown is left out."""
    return filter_of(request.GET)


def filter_of(query: QueryDict) -> ViewFilter:
    """What an address's query asks for."""
    return ViewFilter(
        view=query.get("view", "mine") if query.get("view") in (*VIEWS, "open") else "mine",
        team_id=uuid_in(query.get("team", "")),
        store_id=uuid_in(query.get("store", "")),
        tier=_one_of(query.get("tier", ""), Tier.values),
        kind=_one_of(query.get("kind", ""), Kind.values),
        status=_one_of(query.get("status", ""), Status.values),
        incident_id=uuid_in(query.get("incident", "")),
    )


def address_of(asked: ViewFilter) -> str:
    """The address that asks for this."""
    said = {"view": asked.view, "team": asked.team_id, "store": asked.store_id}
    said |= {"tier": asked.tier, "kind": asked.kind, "status": asked.status, "incident": asked.incident_id}
    return f"{reverse('desk')}?{urlencode({name: value for name, value in said.items() if value})}"


def without_page(query: QueryDict) -> str:
    """The address's own query, for links that keep it."""
    kept = query.copy()
    kept.pop("cursor", None)
    return kept.urlencode()


def links(viewer: Viewer, asked: ViewFilter | None, *, at: datetime) -> tuple[list[ViewLink], list[ViewLink]]:
    """The fixed views and one for each team the viewer sees, with counts (one statement)."""
    known, teams = column(viewer, at=at)
    return [_view_link(view, known.get(view), asked) for view in VIEWS], [_team_link(team, asked) for team in teams]


def _view_link(view: str, count: int | None, asked: ViewFilter | None) -> ViewLink:
    (words, drawing), here = VIEWS[view], ViewFilter(view=view)
    is_hot = view == "due" and bool(count)
    return ViewLink(view, words, drawing, address_of(here), _said(count), asked == here, is_hot)


def _team_link(team: TeamCount, asked: ViewFilter | None) -> ViewLink:
    here = ViewFilter(view="open", team_id=team.id)
    return ViewLink(f"team-{team.code}", team.name, "users", address_of(here), _said(team.count), asked == here)


def _said(count: int | None) -> str | None:
    if count is None:
        return None
    return f"{CAP:,}+" if count >= CAP else str(count) if count else ""


def _one_of(text: str, known: list[str]) -> str:
    return text if text in known else ""
