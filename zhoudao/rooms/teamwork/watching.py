"""Mentions and watching: who is told when something happens in a case."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.notices.commands import News, notify
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.commands.replying import note_on_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.teamwork.colleagues import Colleague, colleagues_of
from zhoudao.rooms.teamwork.events import WatchingBegan, WatchingEnded
from zhoudao.rooms.teamwork.models import Watch


@transaction.atomic
def note(*, case_id: UUID, text: str, viewer: Viewer, at: datetime, chosen: Iterable[UUID] = ()) -> Message:
    """This will leave a private note; whoever it mentions with @name watches the case from now on and is told.

    `chosen` tells apart colleagues of one name. Only who may see the case can be mentioned.

    Raises: as `note_on_case`
    """
    message = note_on_case(case_id=case_id, text=text, viewer=viewer, at=at)
    if "@" not in text:
        return message
    case = hold(case_id)
    named = mentioned(text, colleagues_of(case), chosen=set(chosen))
    others = [person for person in named if person.id != viewer.user_id]
    for person in others:
        _watch(case, person.id, actor=viewer.actor, at=at)
    news = News("mentioned", f"note:{message.id}", f"/desk/cases/{case.number}/", _said(case, viewer.name))
    notify(news, [person.id for person in others], at=at)
    return message


@transaction.atomic
def watch_case(*, case_id: UUID, viewer: Viewer, at: datetime) -> bool:
    """This will tell the viewer of what happens in this case from now on; False when they watch it already.

    Raises: CaseNotFound
    """
    case = hold(case_id, viewer)
    return viewer.user_id is not None and _watch(case, viewer.user_id, actor=viewer.actor, at=at)


@transaction.atomic
def unwatch_case(*, case_id: UUID, viewer: Viewer, at: datetime) -> bool:
    """This will stop telling the viewer; False when they did not watch it.

    Raises: CaseNotFound
    """
    case = hold(case_id, viewer)
    if viewer.user_id is None:
        return False
    gone, _ = Watch.objects.filter(case=case, user_id=viewer.user_id).delete()
    if gone:
        tell(case, WatchingEnded(str(viewer.user_id)), actor=viewer.actor, at=at)
    return bool(gone)


def mentioned(text: str, people: Sequence[Colleague], *, chosen: set[UUID]) -> list[Colleague]:
    """Whom a text names after an @, the longest name that fits; of one name the chosen, else all of them."""
    by_name: dict[str, list[Colleague]] = {}
    for person in people:
        by_name.setdefault(person.name, []).append(person)
    names = sorted((name for name in by_name if name), key=len, reverse=True)
    if not names:
        return []
    found = re.findall("@(" + "|".join(re.escape(name) for name in names) + ")", text)
    named: dict[UUID, Colleague] = {}
    for name in found:
        same = by_name[name]
        meant = [person for person in same if person.id in chosen] or same
        named |= {person.id: person for person in meant}
    return list(named.values())


def _watch(case: Case, user_id: UUID, *, actor: str, at: datetime) -> bool:
    _, made = Watch.objects.get_or_create(case=case, user_id=user_id, defaults={"since": at})
    if made:
        tell(case, WatchingBegan(str(user_id)), actor=actor, at=at)
    return made


def _said(case: Case, by: str) -> dict[str, str]:
    return {"number": case.number, "by": by}
