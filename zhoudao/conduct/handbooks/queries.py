"""Handbooks as pages and programs want them: what there is, who has read it, who is ready."""

from collections.abc import Iterable
from uuid import UUID

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.versions import Version, version_of
from zhoudao.conduct.handbooks.content import teams_of
from zhoudao.conduct.handbooks.models import Edition, Reading, State
from zhoudao.ground.accounts.models import Grant, Team, User
from zhoudao.ground.accounts.receipts import Reader, readers_with
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick


@frozen
class Position:
    """A team with steps in a version, and its handbook if one was made."""

    team: Team
    steps: int
    edition: Edition | None
    asked: int
    read: int

    @property
    def share(self) -> float | None:
        """The part of its people who have read the approved edition."""
        return self.read / self.asked if self.asked else None


def positions(version: Version) -> list[Position]:
    """The positions of a version, in the flow's order (four statements)."""
    codes = teams_of(version.graph)
    teams = {team.code: team for team in Team.objects.filter(code__in=codes)}
    rows = Edition.objects.filter(version=version.id).select_related("team", "made_by", "approved_by")
    editions = {edition.team_id: edition for edition in rows}
    people = _people([team.id for team in teams.values()])
    read = _read(editions.values())
    found = []
    for code in codes:
        team = teams.get(code)
        if team is None:
            continue
        edition = editions.get(team.id)
        theirs = people.get(team.id, set())
        done = len(read.get(edition.id, set()) & theirs) if edition else 0
        steps = sum(node.step.team == code for node in version.graph.nodes)
        found.append(Position(team, steps, edition, len(theirs), done))
    return found


def edition_of(edition_id: UUID) -> Edition | None:
    """One edition with its people (one statement)."""
    rows = Edition.objects.filter(id=edition_id)
    return rows.select_related("team", "made_by", "approved_by", "before").first()


def readers(edition: Edition) -> list[Reader]:
    """Everybody of the position, those who have not read it first (two statements)."""
    notes = {row.user_id: row for row in edition.readings.all()}
    people = User.objects.filter(grants__team=edition.team_id, is_active=True).distinct().order_by("name", "id")
    return readers_with(people, notes)


def handbooks_for(viewer: Viewer) -> list[tuple[Edition, Reading | None]]:
    """The approved handbooks of somebody's own teams, unread ones first (three statements)."""
    teams = Grant.objects.filter(user=viewer.user_id, team__isnull=False).values("team")
    rows = Edition.objects.filter(state=State.APPROVED, team__in=teams).select_related("team", "version")
    found = list(rows.defer("version__source").order_by("-approved_at", "id")[:100])
    notes = {row.edition_id: row for row in Reading.objects.filter(user=viewer.user_id, edition__in=found)}
    pairs = [(edition, notes.get(edition.id)) for edition in found]
    return sorted(pairs, key=lambda pair: bool(pair[1] and pair[1].read_at))


def unread_count(viewer: Viewer) -> int:
    """How many approved handbooks of their own teams somebody has not read yet (one statement)."""
    teams = Grant.objects.filter(user=viewer.user_id, team__isnull=False).values("team")
    read = Reading.objects.filter(user=viewer.user_id, read_at__isnull=False).values("edition")
    return Edition.objects.filter(state=State.APPROVED, team__in=teams).exclude(id__in=read)[:100].count()


def edition_for_step(run_version: UUID, team_id: UUID | None) -> UUID | None:
    """The handbook of a version for a team, approved or once approved."""
    rows = Edition.objects.filter(version=run_version, team=team_id).exclude(state=State.DRAFT)
    return rows.values_list("id", flat=True).first()


def readiness(key: str) -> list[tuple[FlowVersion, list[Position]]]:
    """Who is trained for the versions of a flow that have handbooks, newest version first."""
    versions = FlowVersion.objects.filter(key=key, handbooks__isnull=False).distinct().defer("source")
    return [(row, positions(version_of(row.id))) for row in versions.order_by("-version")[:10]]


def step_names(edition: Edition, elements: Iterable[str], *, from_before: bool = False) -> list[str]:
    """Steps by their names, in this edition's version or the one before."""
    version_id = edition.before.version_id if from_before and edition.before else edition.version_id
    names = {node.id: node.name for node in version_of(version_id).graph.nodes}
    return [names.get(element) or element for element in elements]


def flow_name(version: FlowVersion, language: str) -> str:
    """The flow's name."""
    return pick(version.names, language)


def _people(teams: list[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    grants = Grant.objects.filter(team__in=teams, user__is_active=True)
    for team_id, user_id in grants.values_list("team_id", "user_id"):
        if team_id is not None:
            found.setdefault(team_id, set()).add(user_id)
    return found


def _read(editions: Iterable[Edition]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    rows = Reading.objects.filter(edition__in=[one.id for one in editions], read_at__isnull=False)
    for edition_id, user_id in rows.values_list("edition_id", "user_id"):
        found.setdefault(edition_id, set()).add(user_id)
    return found
