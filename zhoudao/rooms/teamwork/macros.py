"""Writing and retiring macros."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.teamwork.commands import SHARE
from zhoudao.rooms.teamwork.events import MacroSaved
from zhoudao.rooms.teamwork.models import Macro, Scope
from zhoudao.rooms.teamwork.queries import may_change, readable
from zhoudao.rooms.teamwork.refusals import MacroNotFound, ReplyUntitled, ShareNotAllowed
from zhoudao.rooms.teamwork.steps import Steps, check


@frozen
class NewMacro:
    """A macro as somebody wants it."""

    title: str
    steps: Steps
    scope: str = Scope.OWN
    team_id: UUID | None = None


def macros(viewer: Viewer) -> QuerySet[Macro]:
    """All this colleague may run; retired ones last."""
    rows = Macro.objects.filter(readable(viewer)).select_related("team")
    return rows.order_by("retired_at", "-uses", "title", "id")


@transaction.atomic
def save_macro(new: NewMacro, *, viewer: Viewer, at: datetime, macro_id: UUID | None = None) -> Macro:
    """This will keep a macro, new or changed.

    Raises: MacroNotFound, ShareNotAllowed, ReplyUntitled, MacroEmpty, MacroBroken
    """
    macro = _held(macro_id, viewer) if macro_id else Macro()
    if not new.title.strip():
        raise ReplyUntitled
    check(new.steps, viewer)
    macro.owner_id = viewer.user_id if new.scope == Scope.OWN else None
    macro.team = Team.objects.filter(id=new.team_id).first() if new.scope == Scope.TEAM and new.team_id else None
    if (new.scope == Scope.TEAM and macro.team is None) or not may_edit(viewer, macro):
        raise ShareNotAllowed
    macro.title, macro.steps, macro.changed_at = new.title.strip()[:80], new.steps.stored(), at
    macro.save()
    fact = MacroSaved(macro.scope, False)
    record(fact, at=at, by=By(viewer.actor), about=[About("macro", macro.id)])
    return macro


@transaction.atomic
def retire_macro(*, macro_id: UUID, viewer: Viewer, at: datetime, is_retired: bool = True) -> Macro:
    """This will stop offering a macro, or offer it again.

    Raises: MacroNotFound, ShareNotAllowed
    """
    macro = _held(macro_id, viewer)
    macro.retired_at = at if is_retired else None
    macro.save(update_fields=["retired_at"])
    record(MacroSaved(macro.scope, is_retired), at=at, by=By(viewer.actor), about=[About("macro", macro.id)])
    return macro


def may_edit(viewer: Viewer, macro: Macro) -> bool:
    """Whether somebody may change it."""
    return may_change(viewer, owner_id=macro.owner_id, team_id=macro.team_id, share=SHARE)


def _held(macro_id: UUID, viewer: Viewer) -> Macro:
    macro = Macro.objects.select_for_update(of=("self",)).filter(readable(viewer), id=macro_id).first()
    if macro is None:
        raise MacroNotFound
    if not may_edit(viewer, macro):
        raise ShareNotAllowed
    return macro
