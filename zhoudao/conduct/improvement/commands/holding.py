"""Who may do what with an initiative, and its row locked."""

from datetime import datetime
from typing import TypeGuard
from uuid import UUID

from zhoudao.conduct.improvement.models import Initiative
from zhoudao.conduct.improvement.refusals import InitiativeNotFound
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.text import clip, mask_personal

READ, WRITE = "improvement:read", "improvement:write"


def may_see(viewer: Viewer, one: Initiative) -> bool:
    """Who reads the register sees all of it; an owner their own."""
    return viewer.covers(READ) or one.owner_id == viewer.user_id


def may_work(viewer: Viewer, one: Initiative) -> bool:
    """Who writes the register works on all of it; an owner on their own."""
    return viewer.covers(WRITE) or one.owner_id == viewer.user_id


def hold_initiative(initiative_id: UUID, viewer: Viewer) -> Initiative:
    """This will lock one that is theirs to work on. Raises: InitiativeNotFound"""
    one = Initiative.objects.select_for_update().filter(id=initiative_id).first()
    if one is None or not may_work(viewer, one):
        raise InitiativeNotFound
    return one


def people() -> list[User]:
    """Who may own something: everybody who works here, by name (one statement)."""
    rows = User.objects.filter(is_active=True, grants__isnull=False)
    return list(rows.distinct().order_by("name", "email"))


def is_somebody(user_id: UUID | None) -> TypeGuard[UUID]:
    """Whether this is one of `people` (one statement)."""
    return user_id is not None and User.objects.filter(id=user_id, is_active=True, grants__isnull=False).exists()


def written(words: str, most: int) -> str:
    """What somebody wrote, with personal data masked."""
    return mask_personal(clip(words.replace("\0", "").strip(), most))[0]


def tell(one: Initiative, fact: Fact, *, actor: str, at: datetime) -> None:
    """This will record a fact about an initiative whose row is locked or new."""
    record(fact, at=at, by=By(actor), about=[About("initiative", one.id)])
