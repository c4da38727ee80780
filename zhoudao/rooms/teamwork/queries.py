"""What a colleague may use of what others share."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.kit.text import fold
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.teamwork.models import CannedReply
from zhoudao.rooms.teamwork.variables import fill, language_of, values_for

OFFERED = 12


@frozen
class Offer:
    """A canned reply for one case: its text in the customer's language, with variables filled in."""

    reply: CannedReply
    text: str
    missing: list[str]


def is_everywhere(viewer: Viewer) -> bool:
    """Whether this colleague works for the whole company."""
    return viewer.is_everywhere


def readable(viewer: Viewer) -> Q:
    """One's own, one's teams', everybody's: of canned replies and whatever else has `owner` and `team`."""
    shared = Q(owner=None) if is_everywhere(viewer) else Q(owner=None, team=None)
    own = Q(owner_id=viewer.user_id) if viewer.user_id else Q(pk=None)
    return shared | own | Q(owner=None, team_id__in=viewer.teams_worked_in)


def may_change(viewer: Viewer, *, owner_id: object, team_id: object, share: str) -> bool:
    """Whether somebody may write for these readers: for oneself always, for others with the permission `share`."""
    if owner_id:
        return owner_id == viewer.user_id
    if not viewer.may(share):
        return False
    there = viewer.within(share)
    return is_everywhere(there) or (team_id is not None and team_id in (there.teams or ()))


def canned_replies(viewer: Viewer) -> QuerySet[CannedReply]:
    """All this colleague may use, whoever wrote them; retired ones last."""
    rows = CannedReply.objects.filter(readable(viewer)).select_related("team")
    return rows.order_by("retired_at", "-uses", "title", "id")


def offers(case: Case, viewer: Viewer, typed: str, *, at: datetime) -> list[Offer]:
    """What fits the typed letters, best first (one statement): the shortcut itself, then what is used most."""
    wanted = fold(typed).split()
    rows = canned_replies(viewer).filter(retired_at=None)
    for word in wanted:
        rows = rows.filter(search__contains=word)
    ranked = _by_shortcut(rows[:200], "".join(wanted))
    values, language = values_for(case, viewer, at=at), language_of(case)
    found = []
    for reply in ranked[:OFFERED]:
        filled = fill(pick(reply.bodies, language), values)
        found.append(Offer(reply, filled.text, filled.missing))
    return found


def _by_shortcut(rows: Iterable[CannedReply], typed: str) -> list[CannedReply]:
    def rank(reply: CannedReply) -> int:
        shortcut = fold(reply.shortcut)
        return 0 if typed and shortcut == typed else 1 if typed and shortcut.startswith(typed) else 2

    return sorted(rows, key=rank)
