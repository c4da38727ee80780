"""What of cases still needs a store or a team."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.rooms.cases.models import ACTIVE, Case, Status
from zhoudao.rooms.cases.routing import FALLBACK_TEAM, RAPID_REACTION

_UNDER_WAY = (*ACTIVE, Status.RESOLVED)  # what is resolved comes back when its customer writes again


def _of_store(store: Store) -> Named:
    return _numbers(store=store)


def _of_team(team: Team) -> Named:
    return _numbers(team=team)


def _numbers(**where: Store | Team) -> Named:
    rows = Case.objects.filter(status__in=_UNDER_WAY, **where).order_by("opened_at", "id")
    return list(rows.values_list("number", flat=True)[: NAMED + 1])


def _by_name(team: Team) -> Named:
    """Teams that are spoken of by name: who gets what no rule gives anybody, and who takes emergencies."""
    return [str(team)] if team.code in (FALLBACK_TEAM, RAPID_REACTION) else ()


def _tables(team: Team) -> Named:
    live = DecisionVersion.objects.filter(is_live=True).order_by("key")
    return [row.key for row in live if team.code in set(_given(row.content))][: NAMED + 1]


def _given(content: Mapping[str, Any]) -> Iterator[str]:
    """The teams a table's rows give."""
    columns = [one["id"] for one in content.get("outputs", []) if "team" in str(one.get("field", ""))]
    for rule in content.get("rules", []):
        yield from (str(rule.get(column, "")).strip(" '\"") for column in columns)


NEEDS = (
    Need("cases", _("Cases that are not closed"), _of_store, _of_team),
    Need("by_name", _("It is the team that gets what no rule gives anybody, or takes emergencies"), of_team=_by_name),
    Need("tables", _("Decision tables that give it cases"), of_team=_tables),
)
