"""Editions made, approved, read, and asked for again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.handbooks.content import changes, teams_of
from zhoudao.conduct.handbooks.events import EditionApproved, EditionDrafted, EditionRead, ReadersReminded
from zhoudao.conduct.handbooks.models import Edition, Reading, State
from zhoudao.conduct.handbooks.refusals import (
    EditionNotFound,
    NewerApproved,
    NoSteps,
    NotADraft,
    NotAsked,
    NotOpened,
    OwnEdition,
    RemindedEnough,
)
from zhoudao.ground.accounts.models import Grant, Team, User
from zhoudao.ground.accounts.receipts import may_remind
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register

_APPROVERS = [role for role, rights in ROLES.items() if "flows:write" in rights]
KINDS = (
    Kind(
        "handbook_new", _("A handbook of my team is to be read"), _("Please read the handbook of your team: %(flow)s")
    ),
    Kind("handbook_again", _("I am reminded of a handbook"), _("Please read the handbook: %(flow)s")),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


@transaction.atomic
def draft_edition(*, version_id: UUID, team_id: UUID, viewer: Viewer, at: datetime) -> Edition:
    """This will make the handbook of a version for a team, to be approved; made already, it is that one.

    Raises: EditionNotFound, NoSteps
    """
    row = FlowVersion.objects.select_for_update().filter(id=version_id).defer("source").first()
    team = Team.objects.filter(id=team_id).first()
    if row is None or team is None or viewer.user_id is None or not may_make(viewer, team):
        raise EditionNotFound
    known = Edition.objects.filter(version=row, team=team).first()
    if known is not None:
        return known
    if team.code not in teams_of(version_of(row.id).graph):
        raise NoSteps
    last = Edition.objects.filter(key=row.key, team=team).order_by("-number").first()
    edition = Edition.objects.create(
        version=row,
        key=row.key,
        team=team,
        number=last.number + 1 if last else 1,
        made_at=at,
        made_by_id=viewer.user_id,
    )
    _tell(edition, EditionDrafted(row.key, team.code, edition.number, row.version), viewer.actor, at)
    return edition


@transaction.atomic
def approve_edition(*, edition_id: UUID, viewer: Viewer, at: datetime) -> Edition:
    """This will have an edition hold. Its people are asked to read it; when none of their steps differ, not those who
    have read the one before.

    Raises: EditionNotFound, NotADraft, OwnEdition, NewerApproved
    """
    edition = hold_edition(edition_id)
    if not may_make(viewer, edition.team):
        raise EditionNotFound
    if edition.state != State.DRAFT:
        raise NotADraft
    if viewer.user_id is None or (edition.made_by_id == viewer.user_id and _others(viewer.user_id)):
        raise OwnEdition
    before = (
        Edition.objects.select_for_update().filter(key=edition.key, team=edition.team, state=State.APPROVED).first()
    )
    if before is not None and version_of(before.version_id).number > version_of(edition.version_id).number:
        raise NewerApproved
    if before is not None:
        before.state, before.superseded_at = State.SUPERSEDED, at
        before.save(update_fields=["state", "superseded_at"])
        graphs = version_of(before.version_id).graph, version_of(edition.version_id).graph
        edition.before, edition.changes = before, changes(*graphs, edition.team.code)
    edition.state, edition.approved_at, edition.approved_by_id = State.APPROVED, at, viewer.user_id
    edition.save()
    carried = _carry(edition)
    asked = [user_id for user_id in readers_of(edition.team_id) if user_id not in carried]
    version = version_of(edition.version_id)
    fact = EditionApproved(version.key, edition.team.code, edition.number, version.number, len(asked), len(carried))
    _tell(edition, fact, viewer.actor, at)
    notify(_news("handbook_new", edition, ""), asked, at=at)
    return edition


@transaction.atomic
def open_edition(*, edition_id: UUID, viewer: Viewer, at: datetime) -> Reading | None:
    """This will note that one of its readers has it before them; nobody else is noted."""
    theirs = Grant.objects.filter(user=viewer.user_id, user__is_active=True).values("team")
    is_asked = Edition.objects.filter(id=edition_id, state=State.APPROVED, team__in=theirs).exists()
    if viewer.user_id is None or not is_asked:
        return None
    noted, _new = Reading.objects.get_or_create(
        edition_id=edition_id, user_id=viewer.user_id, defaults={"opened_at": at}
    )
    return noted


@transaction.atomic
def confirm_edition(*, edition_id: UUID, viewer: Viewer, at: datetime) -> Reading:
    """This will note that a reader has read and understood it; noted once.

    Raises: EditionNotFound, NotAsked, NotOpened
    """
    edition = hold_edition(edition_id)
    if edition.state != State.APPROVED or viewer.user_id not in readers_of(edition.team_id):
        raise NotAsked
    reading = Reading.objects.filter(edition=edition, user=viewer.user_id).first()
    if reading is None or (reading.opened_at is None and reading.read_at is None):
        raise NotOpened
    if reading.read_at is None:
        reading.read_at = at
        reading.save(update_fields=["read_at"])
        _tell(edition, EditionRead(edition.key, edition.team.code, edition.number), viewer.actor, at)
    return reading


@transaction.atomic
def remind_readers(*, edition_id: UUID, viewer: Viewer, at: datetime) -> int:
    """This will ask those again who have not read it: once a day, three times in all. Returns how many are told.

    Raises: EditionNotFound, NotAsked, RemindedEnough
    """
    edition = hold_edition(edition_id)
    if edition.state != State.APPROVED:
        raise NotAsked
    if not may_remind(reminders=edition.reminders, reminded_at=edition.reminded_at, at=at):
        raise RemindedEnough
    done = set(edition.readings.filter(read_at__isnull=False).values_list("user_id", flat=True))
    people = [user_id for user_id in readers_of(edition.team_id) if user_id not in done]
    edition.reminders, edition.reminded_at = edition.reminders + 1, at
    edition.save(update_fields=["reminders", "reminded_at"])
    told = notify(_news("handbook_again", edition, str(edition.reminders)), people, at=at)
    _tell(edition, ReadersReminded(edition.key, edition.team.code, told), viewer.actor, at)
    return told


def may_make(viewer: Viewer, team: Team) -> bool:
    """Whether somebody makes and approves handbooks of this team."""
    return viewer.covers("flows:write", store_id=team.store_id, team_id=team.id)


def readers_of(team_id: UUID) -> set[UUID]:
    """The people of a position: whoever may sign in and has a role in the team."""
    grants = Grant.objects.filter(team=team_id, user__is_active=True)
    return set(grants.values_list("user_id", flat=True))


def hold_edition(edition_id: UUID) -> Edition:
    """This will lock an edition. Raises: EditionNotFound"""
    rows = Edition.objects.select_for_update(of=("self",)).select_related("team")
    edition = rows.filter(id=edition_id).first()
    if edition is None:
        raise EditionNotFound
    return edition


def _others(user_id: UUID) -> bool:
    """Whether anybody else may approve."""
    others = User.objects.filter(is_active=True, grants__role__in=_APPROVERS).exclude(id=user_id)
    return others.exists()


def _carry(edition: Edition) -> set[UUID]:
    """Whoever read the edition before need not read one in which nothing of theirs differs."""
    if edition.before is None or any(edition.changes.values()):
        return set()
    rows = Reading.objects.filter(edition=edition.before, read_at__isnull=False)
    fresh = [
        Reading(edition=edition, user_id=row.user_id, opened_at=row.opened_at, read_at=row.read_at, carried=True)
        for row in rows
    ]
    Reading.objects.bulk_create(fresh, ignore_conflicts=True)
    return {row.user_id for row in fresh}


def _news(kind: str, edition: Edition, more: str) -> News:
    names = version_of(edition.version_id)
    key = f"{kind}:{edition.id}:{more}"
    return News(kind, key, f"/desk/handbooks/{edition.id}/", {"flow": names.graph.name or names.key})


def _tell(edition: Edition, fact: Fact, actor: str, at: datetime) -> None:
    about = [About("handbook", edition.id), About("flow", edition.version_id)]
    record(fact, at=at, by=By(actor), about=about)
