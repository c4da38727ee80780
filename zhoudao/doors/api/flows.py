"""Flows: what is in force where, their files, checked and deployed by programs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from zhoudao.conduct.flows.commands import deploy_flow, findings_on
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.queries.versions import PAGE, VersionRow, flow_rows, version_rows
from zhoudao.conduct.handbooks.models import State
from zhoudao.conduct.handbooks.queries import Position, readiness
from zhoudao.doors.api import operations
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock

router = Router(tags=["flows"])
_Source = Annotated[str, Field(max_length=4_000_000, description="A BPMN 2.0 file; its process's id is the flow's key")]
_Note = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class FlowVersionItem(Schema):
    """One version. `stores` are the codes of those it is on trial in; empty and live means all without a trial."""

    id: UUID
    key: str
    version: int
    is_live: bool
    stores: list[str]
    note: str
    deployed_at: datetime
    deployed_by: str


class FlowItem(Schema):
    """A flow with what is in force; `running` and `stuck` count runs of all its versions."""

    key: str
    name: str
    running: int
    stuck: int
    versions: list[FlowVersionItem]


class FlowList(Schema):
    """Every flow, by its key."""

    items: list[FlowItem]


class FlowVersionPage(Schema):
    """A page, newest first; `next` is the `before` of the following one."""

    items: list[FlowVersionItem]
    next: int | None


class FlowVersionFile(FlowVersionItem):
    """One version with its file."""

    source: str


class VersionsAsked(Schema):
    """Only versions before this number; 0 for the newest."""

    before: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0


class FlowIn(Schema):
    """A file to check."""

    model_config = ConfigDict(extra="forbid")

    source: _Source


class DeployIn(FlowIn):
    """A file to deploy: for all, or on trial in `stores` (codes). `seen` is the newest version the caller knows of."""

    note: _Note = ""
    stores: Annotated[list[Code], Field(max_length=500)] = []
    seen: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


class Finding(Schema):
    """One thing about the file, at an element; what `blocks` keeps it from being deployed."""

    element: str
    name: str
    code: str
    what: str
    what_to_do: str
    blocks: bool


class Findings(Schema):
    """Everything that was found; the file can be deployed when nothing blocks."""

    can_be_deployed: bool
    items: list[Finding]


class PositionReadiness(Schema):
    """One position: the state of its handbook (none, draft, approved, superseded), and who of its people read it."""

    team: str
    steps: int
    handbook: str
    edition: int | None
    approved_at: datetime | None
    people: int
    read: int


class VersionReadiness(Schema):
    """One version; `ready` when every position's handbook is approved and read by all its people."""

    version: int
    is_live: bool
    ready: bool
    positions: list[PositionReadiness]


class Readiness(Schema):
    """Newest version first."""

    items: list[VersionReadiness]


@operations.get(router, "", scope="flows:read", answer=FlowList)
def list_flows(request: HttpRequest) -> FlowList:
    """Every flow with its live version and those on trial."""
    codes = _codes()
    items = [
        FlowItem(
            key=row.key,
            name=row.name,
            running=row.running,
            stuck=row.stuck,
            versions=[_item(row.key, each, codes) for each in (row.live, *row.pilots) if each],
        )
        for row in flow_rows(viewer_in(request).language)
    ]
    return FlowList(items=items)


@operations.get(router, "/versions/{version_id}", scope="flows:read", answer=FlowVersionFile)
def read_version(request: HttpRequest, version_id: UUID) -> FlowVersionFile:
    """One version with its file."""
    return _file(version_id)


@operations.get(router, "/{key}/versions", scope="flows:read", answer=FlowVersionPage)
def list_versions(request: HttpRequest, key: Code, asked: Query[VersionsAsked]) -> FlowVersionPage:
    """The versions of a flow, newest first."""
    rows, codes = version_rows(key, asked.before), _codes()
    following = rows[PAGE - 1].version if len(rows) > PAGE else None
    return FlowVersionPage(items=[_item(key, row, codes) for row in rows[:PAGE]], next=following)


@operations.get(router, "/{key}/readiness", scope="flows:read", answer=Readiness)
def read_readiness(request: HttpRequest, key: Code) -> Readiness:
    """Who has read the handbooks of a flow's versions, position by position; the newest ten versions that have any."""
    items = [
        VersionReadiness(
            version=row.version,
            is_live=row.is_live,
            positions=[_position(each) for each in found],
            ready=all(
                each.edition and each.edition.state == State.APPROVED and each.read == each.asked for each in found
            ),
        )
        for row, found in readiness(key)
    ]
    return Readiness(items=items)


@operations.post(router, "/check", scope="flows:read", answers={200: Findings})
def check_flow(request: HttpRequest, asked: FlowIn) -> Findings:
    """Everything that is wrong with a file, element by element; nothing is stored."""
    found = findings_on(asked.source.encode())
    items = [
        Finding(
            element=each.element,
            name=each.name,
            code=each.code,
            what=each.what,
            what_to_do=each.what_to_do,
            blocks=each.blocks,
        )
        for each in found
    ]
    return Findings(can_be_deployed=not any(each.blocks for each in found), items=items)


@operations.post(router, "", scope="flows:write", answers={201: FlowVersionFile})
def deploy(request: HttpRequest, asked: DeployIn) -> tuple[int, FlowVersionFile]:
    """Make a file the next version of its flow: live for all, or on trial in some stores."""
    viewer = viewer_in(request)
    stores = dict(Store.objects.filter(code__in=asked.stores).values_list("code", "id"))
    if unknown := sorted(set(asked.stores) - set(stores)):
        raise Refused(422, "store_unknown", f"There is no store {', '.join(unknown)}.")
    made = deploy_flow(
        source=asked.source.encode(),
        by=By(viewer.actor),
        at=clock.now(),
        note=asked.note.strip(),
        stores=list(stores.values()),
        seen=asked.seen,
        reach=viewer.stores,
    )
    return 201, _file(made.id)


def _codes() -> dict[UUID, str]:
    return dict(Store.objects.values_list("id", "code"))


def _item(key: str, row: VersionRow, codes: dict[UUID, str]) -> FlowVersionItem:
    return FlowVersionItem(
        id=row.id,
        key=key,
        version=row.version,
        is_live=row.is_live,
        stores=[codes[store_id] for store_id, _name in row.stores],
        note=row.note,
        deployed_at=row.deployed_at,
        deployed_by=row.deployed_by,
    )


def _file(version_id: UUID) -> FlowVersionFile:
    row = FlowVersion.objects.filter(id=version_id).first()
    if row is None:
        raise Refused(404, "flow_version_not_found", "There is no such version.")
    stores = row.pilot_stores.order_by("store__code").values_list("store__code", flat=True)
    return FlowVersionFile(
        id=row.id,
        key=row.key,
        version=row.version,
        is_live=row.is_live,
        stores=list(stores),
        note=row.note,
        deployed_at=row.deployed_at,
        deployed_by=row.deployed_by,
        source=bytes(row.source).decode("utf-8", "replace"),
    )


def _position(one: Position) -> PositionReadiness:
    edition = one.edition
    return PositionReadiness(
        team=one.team.code,
        steps=one.steps,
        handbook=edition.state if edition else "none",
        edition=edition.number if edition else None,
        approved_at=edition.approved_at if edition else None,
        people=one.asked,
        read=one.read,
    )


def _is_ready(one: Position) -> bool:
    return one.edition is not None and one.edition.state == State.APPROVED and one.read == one.asked
