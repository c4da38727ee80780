"""What of flows still needs a store or a team."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.flows.models import ALIVE, FlowVersion, PilotStore, Run, Task
from zhoudao.conduct.flows.versions import version_of
from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.models import Case


def _pilots(store: Store) -> Named:
    rows = PilotStore.objects.filter(store=store).select_related("version").order_by("key")
    return [pick(row.version.names, get_language()) or row.key for row in rows[: NAMED + 1]]


def _tasks(team: Team) -> Named:
    """By the cases they are for."""
    rows = Task.objects.filter(team=team, completed_at=None, cancelled_at=None).order_by("opened_at", "id")
    ids = list(rows.values_list("object_id", flat=True)[: NAMED + 1])
    numbers = dict(Case.objects.filter(id__in=ids).values_list("id", "number"))
    return [numbers.get(id_, "—") for id_ in ids]


def _flows(team: Team) -> Named:
    """Versions that are live or on trial, or that something still walks."""
    walked = Run.objects.filter(version=OuterRef("pk"), status__in=ALIVE)
    rows = FlowVersion.objects.filter(Q(is_live=True) | Q(pilot_stores__isnull=False) | Exists(walked)).distinct()
    versions = [version_of(id_) for id_ in rows.order_by("key", "version").values_list("id", flat=True)]
    named = [one for one in versions if any(_speaks_of(node.step.team, team.code) for node in one.graph.nodes)]
    return [f"{pick(one.names, get_language())} v{one.number}" for one in named[: NAMED + 1]]


def _speaks_of(stated: str, code: str) -> bool:
    """A step's team is a code, or an expression that may name one."""
    return stated == code or (stated.startswith("=") and any(f"{q}{code}{q}" in stated for q in "'\""))


NEEDS = (
    Need("pilots", _("Flows that are on trial there"), of_store=_pilots),
    Need("tasks", _("Steps it has still to do"), of_team=_tasks),
    Need("flows", _("Flows that give it steps"), of_team=_flows),
)
