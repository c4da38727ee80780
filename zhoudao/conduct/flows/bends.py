"""Who may bend a run, how often, why; and the row that says so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.conduct.flows.events import BendLimitSet
from zhoudao.conduct.flows.models import Bend, BendKind, BendLimit, Run, Task
from zhoudao.conduct.flows.refusals import (
    BendLimitReached,
    BendLimitUnsound,
    BendNotAllowed,
    BendReasonMissing,
)
from zhoudao.ground.accounts.grants import roles_at
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.kit.text import clip
from zhoudao.rooms.cases.models import Case

LONGEST = 1000
REASONS = {
    "customer_wish": pgettext_lazy("bend reason", "The customer asked for it"),
    "done_already": pgettext_lazy("bend reason", "It was done elsewhere already"),
    "not_needed": pgettext_lazy("bend reason", "It is not needed in this case"),
    "new_facts": pgettext_lazy("bend reason", "New facts came up"),
    "done_badly": pgettext_lazy("bend reason", "It was not done properly"),
    "nobody_there": pgettext_lazy("bend reason", "Whoever does it is away or overloaded"),
    "waits_outside": pgettext_lazy("bend reason", "We wait for somebody outside the house"),
    "no_time": pgettext_lazy("bend reason", "There is no time for it"),
    "another_reason": pgettext_lazy("bend reason", "Another reason"),
}
# what the customer reads when a date they were given moves
CUSTOMER_WORDS = {
    "customer_wish": _("We moved this date because you asked us to."),
    "new_facts": _("We moved this date because something new came up that we look into."),
    "done_badly": _("We moved this date because we want to do a step once more and better."),
    "waits_outside": _("We moved this date because we are still waiting for a supplier or carrier."),
}
MOVED = _("We moved this date because your case needs more time than we thought.")
SOONER = _("We can do this sooner than we had said.")
name_codes(REASONS | dict(BendKind.choices))
_MOST_TIMES, _MOST_DAYS = 99, 365
_LEAD = {"skip": (2, 0), "add": (5, 0), "repeat": (2, 0), "reassign": (10, 0), "move": (3, 7)}
_MANAGER = {"skip": (5, 0), "add": (10, 0), "repeat": (5, 0), "reassign": (20, 0), "move": (6, 30)}
_SHIPPED = {"team_lead": _LEAD, "process_manager": _MANAGER, "administrator": _MANAGER, "api": _LEAD}


@frozen
class Why:
    """A code of `REASONS` and, in one's own words, more."""

    reason: str
    words: str = ""


def customer_words(reason: str, *, is_later: bool) -> str:
    """Why a date moved, as the customer reads it."""
    return str(CUSTOMER_WORDS.get(reason, MOVED) if is_later or reason == "customer_wish" else SOONER)


def ensure_default_limits() -> None:
    """This will put the shipped limits into an empty table."""
    if BendLimit.objects.exists():
        return
    rows = [
        BendLimit(role=role, kind=kind, per_case=times, most_days=days)
        for role, kinds in _SHIPPED.items()
        for kind, (times, days) in kinds.items()
    ]
    BendLimit.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def set_limit(*, role: str, kind: str, per_case: int, most_days: int, at: datetime, by: By) -> BendLimit:
    """This will keep how far a role may bend cases from now on.

    Raises: BendLimitUnsound
    """
    known = role in ROLES and kind in BendKind.values
    if not known or not 0 <= per_case <= _MOST_TIMES or not 0 <= most_days <= _MOST_DAYS:
        raise BendLimitUnsound
    days = most_days if kind == BendKind.MOVE else 0
    row, _new = BendLimit.objects.update_or_create(
        role=role, kind=kind, defaults={"per_case": per_case, "most_days": days}
    )
    record(BendLimitSet(role, kind, per_case, days), at=at, by=by, about=[About("bend_limit", uuid7())])
    return row


def allowed(case: Case, kind: str, viewer: Viewer) -> BendLimit:
    """The widest limit of the viewer's roles that still has room in this case, whose row is held (two statements).

    Raises: BendNotAllowed, BendLimitReached
    """
    limits = limits_of(roles_in(case, viewer)).get(kind)
    if limits is None or not limits.per_case:
        raise BendNotAllowed
    if Bend.objects.filter(object_id=case.id, kind=kind, undone_at=None).count() >= limits.per_case:
        raise BendLimitReached(str(limits.per_case))
    return limits


def roles_in(case: Case, viewer: Viewer) -> Sequence[str]:
    """The viewer's roles that hold for this case; a program's are everywhere the same."""
    return roles_at(viewer.held, case.store_id, case.team_id) if viewer.held else viewer.roles


def limits_of(roles: Sequence[str]) -> dict[str, BendLimit]:
    """By kind, the widest of what these roles may (one statement)."""
    best: dict[str, BendLimit] = {}
    for row in BendLimit.objects.filter(role__in=roles).order_by("role"):
        known = best.get(row.kind)
        if known is None or (row.per_case, row.most_days) > (known.per_case, known.most_days):
            best[row.kind] = row
    return best


def note_bend(run: Run, case: Case, limit: BendLimit, why: Why, *, viewer: Viewer, at: datetime, **about: Any) -> Bend:
    """An unsaved row of a bend under this limit.

    Raises: BendReasonMissing
    """
    words = clip(why.words.replace("\0", "").strip(), LONGEST)
    if why.reason not in REASONS or (why.reason == "another_reason" and not words):
        raise BendReasonMissing
    bend = Bend(
        run=run,
        version_id=run.version_id,
        object_id=case.id,
        kind=limit.kind,
        reason=why.reason,
        bent_by=viewer.actor,
        role=limit.role,
        bent_at=at,
        **about,
    )
    bend.words_sealed = seal(case, words, f"bend.words.{bend.id}") if words else None
    return bend


def words_of(bend: Bend) -> str:
    """Why, in the words of who did it; nothing once the customer's key is destroyed."""
    return _opened(bend.words_sealed, f"bend.words.{bend.id}")


def note_of(task: Task) -> str:
    """The instructions of an added step."""
    return _opened(task.note_sealed, f"task.note.{task.id}")


def seal(case: Case, text: str, place: str) -> bytes:
    """This will encrypt words about a case under its customer's key."""
    return box.seal(case.customer.key_id, text, place=place)


def _opened(sealed: bytes | memoryview | None, place: str) -> str:
    try:
        return box.open_text(sealed, place=place) if sealed else ""
    except box.Unreadable:
        return ""


def by_person(viewer: Viewer, run: Run, element: str = "") -> By:
    """Who bent this run, where."""
    return By(viewer.actor, run.store_id, element=element)


def told_about(run: Run) -> list[About]:
    """What facts of a run are about."""
    return [About("run", run.id), About(run.object_type, run.object_id)]
