"""Service consistency: where like cases are served most differently, how sure that is, and the cases behind it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS, Chosen, chosen
from zhoudao.doors.desk.board.transfers import PEOPLE
from zhoudao.doors.desk.tags import channel_word, grade_word, lasting, percent
from zhoudao.ground.accounts.models import Store, Team, User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.models import Kind, Tier
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS
from zhoudao.rooms.likeness.figures import CONSISTENCY
from zhoudao.rooms.likeness.queries import FEWEST, FIELDS, MEASURES, NONE, Finding, Group, Like, Part, compare

_DEFAULT, _SHOWN = "month", 30
_SPLITS: dict[str, LazyText] = {
    "store": gettext_lazy("Store"),
    "channel": gettext_lazy("Channel"),
    "team": gettext_lazy("Team"),
    "person": gettext_lazy("Person"),
}
_MEASURES: dict[str, LazyText] = {
    "reply": gettext_lazy("First reply"),
    "solution": gettext_lazy("Time to solution"),
    "granted": gettext_lazy("Granted"),
    "outcome": gettext_lazy("Outcome"),
}


@frozen
class Span:
    """One group in words, and where its half and quarters stand on a scale of a hundred."""

    name: str
    group: Group
    words: str
    under: str
    address: str
    start: float
    width: float
    middle: float


@frozen
class Shown:
    """One finding ready to be read. `share` in words; `is_strong` when a third of the spread lies between groups."""

    title: str
    measure: str
    finding: Finding
    spans: list[Span]
    p: str

    @property
    def is_strong(self) -> bool:
        """A great difference, as such shares are read (0.06 medium, 0.14 great)."""
        return self.finding.verdict.share >= 0.14


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """Four weeks by store, unless something else is asked for; people only for whoever leads them."""
    viewer, query = viewer_of(request).within("metrics:read"), request.GET.copy()
    query.setdefault("period", _DEFAULT)
    asked = chosen(query, at=clock.now())
    splits = {code: words for code, words in _SPLITS.items() if code != "person" or viewer.may(PEOPLE)}
    by = query.get("by", "") if query.get("by") in splits else "store"
    found = compare(seen_by(viewer, by), asked.asked, by)
    teams, stores = Team.objects.order_by("code"), Store.objects.order_by("code")
    names = _names(by, found.findings[:_SHOWN], teams, stores)
    why = causes(offered=False)
    context: dict[str, Any] = {
        "chosen": asked,
        "found": found,
        "shown": [_shown(asked, by, one, names, why) for one in found.findings[:_SHOWN]],
        "more": max(0, len(found.findings) - _SHOWN),
        "by": by,
        "splits": splits.items(),
        "fewest": FEWEST,
        "metric": CONSISTENCY,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "teams": teams,
        "stores": stores,
    }
    return render(request, "desk/board/consistency.html", context)


def seen_by(viewer: Viewer, by: str) -> Viewer:
    """People are compared only where the viewer may see people."""
    return viewer.within(PEOPLE if by == "person" else "metrics:read")


def part_of(query: QueryDict) -> Part | None:
    """The group an address asks for; None when it makes no sense."""
    by, part, measure = (query.get(name, "") for name in ("like_by", "part", "measure"))
    like = Like(query.get("kind", ""), query.get("cause", ""), query.get("tier", ""), query.get("value", ""))
    is_part = part == NONE or part in CHANNEL_KINDS or uuid_in(part) is not None
    if by not in FIELDS or measure not in MEASURES or not is_part or (part in CHANNEL_KINDS) != (by == "channel"):
        return None
    return Part(like, by, part, measure)


def _names(by: str, findings: tuple[Finding, ...], teams: Any, stores: Any) -> dict[str, str]:
    if by == "channel":
        return {kind: channel_word(kind) for kind in CHANNEL_KINDS}
    if by == "person":
        ids = {UUID(group.key) for one in findings for group in one.groups if group.key != NONE}
        return {str(id_): name for id_, name in User.objects.filter(id__in=ids).values_list("id", "name")}
    return {str(one.id): str(one) for one in (teams if by == "team" else stores)}


def _shown(asked: Chosen, by: str, one: Finding, names: dict[str, str], why: dict[str, str]) -> Shown:
    kind, cause, tier, grade = one.like
    title = [str(Kind(kind).label), why.get(cause, cause), str(Tier(tier).label), grade_word(grade) if grade else ""]
    most = max((group.high for group in one.groups), default=0.0) or 1.0
    p = one.verdict.p
    return Shown(
        title=" · ".join(part for part in title if part),
        measure=str(_MEASURES[one.measure]),
        finding=one,
        spans=[_span(asked, by, one, group, (names.get(group.key, "—"), most)) for group in one.groups],
        p="p < 0.001" if p < 0.001 else f"p = {p:.3f}",
    )


def _span(asked: Chosen, by: str, one: Finding, group: Group, around: tuple[str, float]) -> Span:
    name, most = around
    kind, cause, tier, grade = one.like
    said = {"figure": CONSISTENCY.code, "kind": kind, "cause": cause, "tier": tier, "value": grade}
    said |= {"like_by": by, "part": group.key, "measure": one.measure}
    words, under = _measured(one.measure, group)
    return Span(
        name=name,
        group=group,
        words=words,
        under=under,
        address=f"{reverse('desk')}?{asked.query}&{urlencode(said)}",
        start=round(group.low / most * 100, 1),
        width=round(max(0.8, (group.high - group.low) / most * 100), 1),
        middle=round(group.middle / most * 100, 1),
    )


def _measured(measure: str, group: Group) -> tuple[str, str]:
    """The half in words, and under it between which values half of the cases lie."""
    if measure == "outcome":
        shares = [f"{OUTCOMES.get(code, code)} {percent(n / group.count)}" for code, n in group.outcomes[:3]]
        return shares[0], " · ".join(shares[1:])
    if measure == "granted":
        low, middle, high = (_money(minor) for minor in (group.low, group.middle, group.high))
    else:
        low, middle, high = (lasting(minutes) for minutes in (group.low, group.middle, group.high))
    return middle, _("half between {low} and {high}").format(low=low, high=high)


def _money(minor: float) -> str:
    return Money(round(minor), clock.currency()).format(get_language() or "")
