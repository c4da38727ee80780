"""What people can take a number for in a store, and when."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.visits.commands.holding import hold_line
from zhoudao.rooms.visits.events import LineChanged, NeedChanged
from zhoudao.rooms.visits.models import Line, Need
from zhoudao.rooms.visits.reach import MANAGE, may_reach
from zhoudao.rooms.visits.refusals import LineUnknown, NeedUnknown, NeedUnsound

MOST_NEEDS, MOST_STEPS, LONGEST_NAME = 12, 8, 40
_LETTER = re.compile(r"[A-Z]")
Names = dict[str, str]


@frozen
class Wanted:
    """A need as somebody wants it. `steps` are names by language, in order."""

    names: Names
    letter: str
    kind: str
    priority: int = 0
    steps: tuple[Names, ...] = ()
    takes_items: bool = False


@transaction.atomic
def set_line(*, store_id: UUID, calendar_id: UUID | None, is_paused: bool, viewer: Viewer, at: datetime) -> Line:
    """This will open a store's queue, or change its hours. Raises: LineUnknown, NeedUnsound."""
    if not may_reach(viewer, store_id, MANAGE) or not Store.objects.filter(id=store_id).exists():
        raise LineUnknown(LineUnknown.__doc__)
    if calendar_id is not None and not Calendar.objects.filter(id=calendar_id).exists():
        raise NeedUnsound(NeedUnsound.__doc__)
    Line.objects.get_or_create(store_id=store_id)
    line = hold_line(store_id)
    line.calendar_id, line.is_paused = calendar_id, is_paused
    line.save(update_fields=["calendar", "is_paused"])
    _tell(store_id, LineChanged(is_paused), viewer, at)
    return line


@transaction.atomic
def save_need(*, store_id: UUID, need_id: UUID | None, wanted: Wanted, viewer: Viewer, at: datetime) -> Need:
    """This will add a need, or change one; numbers that were given keep theirs.

    Raises: LineUnknown, NeedUnknown, NeedUnsound
    """
    if not may_reach(viewer, store_id, MANAGE):
        raise LineUnknown(LineUnknown.__doc__)
    hold_line(store_id)
    offered = Need.objects.filter(store_id=store_id, retired_at=None)
    need = offered.filter(id=need_id).first() if need_id else Need(id=uuid7(), store_id=store_id)
    if need is None:
        raise NeedUnknown(NeedUnknown.__doc__)
    others = list(offered.exclude(id=need.id).values_list("letter", flat=True))
    if wanted.letter in others or len(others) >= MOST_NEEDS:
        raise NeedUnsound(NeedUnsound.__doc__)
    _fill(need, wanted)
    need.save()
    _tell(store_id, NeedChanged(need.letter, False), viewer, at)
    return need


@transaction.atomic
def retire_need(*, store_id: UUID, need_id: UUID, viewer: Viewer, at: datetime) -> Need:
    """This will offer a need no longer; who waits for it is served. Raises: LineUnknown, NeedUnknown."""
    if not may_reach(viewer, store_id, MANAGE):
        raise LineUnknown(LineUnknown.__doc__)
    hold_line(store_id)
    need = Need.objects.filter(store_id=store_id, id=need_id, retired_at=None).first()
    if need is None:
        raise NeedUnknown(NeedUnknown.__doc__)
    need.retired_at = at
    need.save(update_fields=["retired_at"])
    _tell(store_id, NeedChanged(need.letter, True), viewer, at)
    return need


def _fill(need: Need, wanted: Wanted) -> None:
    names = _names(wanted.names)
    is_sound = _LETTER.fullmatch(wanted.letter) and wanted.kind in Kind.values and -9 <= wanted.priority <= 9
    if not names or not is_sound or len(wanted.steps) > MOST_STEPS:
        raise NeedUnsound(NeedUnsound.__doc__)
    known = {tuple(sorted(step["names"].items())): step["code"] for step in need.steps}
    need.names, need.letter, need.kind = names, wanted.letter, wanted.kind
    need.priority, need.takes_items = wanted.priority, wanted.takes_items
    need.steps = [_step(step, known) for step in wanted.steps]


def _step(names: Names, known: dict[tuple[tuple[str, str], ...], str]) -> dict[str, object]:
    """A step that is called the same keeps its code, so that its times stay together."""
    checked = _names(names)
    if not checked:
        raise NeedUnsound(NeedUnsound.__doc__)
    return {"code": known.get(tuple(sorted(checked.items()))) or f"step-{uuid7().hex[-10:]}", "names": checked}


def _names(names: Names) -> Names:
    given = {tag: " ".join(name.split()) for tag, name in names.items() if name.strip()}
    if any(len(name) > LONGEST_NAME for name in given.values()):
        raise NeedUnsound(NeedUnsound.__doc__)
    return given


def _tell(store_id: UUID, fact: Fact, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=By(viewer.actor, store_id=store_id), about=[About("line", store_id)])
