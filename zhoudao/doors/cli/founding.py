"""What every installation has from its first start: teams, hours, promises, decision tables, flows, a web chat."""

from datetime import datetime

from django.db import transaction

from zhoudao.conduct.flows.bends import ensure_default_limits as ensure_bend_limits
from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.installation.models import Installation
from zhoudao.rooms.aftersales.tables import ensure_default_tables as ensure_aftersales_tables
from zhoudao.rooms.cases.promise_rules import store_defaults
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.conversations.commands import ensure_defaults
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.orders.tables import ensure_default_tables as ensure_order_tables
from zhoudao.rooms.repairs.tables import ensure_default_tables as ensure_repair_tables
from zhoudao.rooms.staff.commands import save_calendar, set_team_hours
from zhoudao.rooms.staff.models import Calendar, TeamSettings
from zhoudao.rooms.teamwork.authority import ensure_default_limits

TEAMS = {
    "reception": {"zh-Hans": "客服接待", "zh-Hant": "客服接待", "en": "Reception"},
    "order_processing": {"zh-Hans": "订单处理", "zh-Hant": "訂單處理", "en": "Order processing"},
    "after_sales": {"zh-Hans": "售后服务", "zh-Hant": "售後服務", "en": "After-sales"},
    "customer_relations": {"zh-Hans": "客户关系", "zh-Hant": "客戶關係", "en": "Customer relations"},
    "rapid_reaction": {"zh-Hans": "快速反应", "zh-Hant": "快速反應", "en": "Rapid reaction"},
}
_DAY = [["09:00", "18:00"]]
_WEEK = {"mon": _DAY, "tue": _DAY, "wed": _DAY, "thu": _DAY, "fri": _DAY}
_OFFICE = {"zh-Hans": "办公时间", "zh-Hant": "辦公時間", "en": "Office hours"}
_HELP = {"zh-Hans": "自助服务", "zh-Hant": "自助服務", "en": "Help page"}
_WEBCHAT = {"zh-Hans": "网页客服", "zh-Hant": "網頁客服", "en": "Web chat"}


@transaction.atomic
def found_installation(*, at: datetime) -> None:
    """This will add what is missing and change nothing that is there; safe at every start."""
    Installation.objects.get_or_create(id=1)
    api = ensure_defaults()
    Channel.objects.get_or_create(
        code="webchat",
        defaults={"kind": "webchat", "names": _WEBCHAT, "store": api.store, "config": {"origins": ["*"]}},
    )
    Channel.objects.get_or_create(code="help", defaults={"kind": "form", "names": _HELP, "store": api.store})
    for code, names in TEAMS.items():
        team, _ = Team.objects.get_or_create(code=code, defaults={"names": names})
        if not TeamSettings.objects.filter(team=team).exists():
            set_team_hours(team=team, calendar=_office(api.store))
    store_defaults()
    ensure_default_limits()
    ensure_bend_limits()
    ensure_default_tables(at)
    ensure_order_tables(at)
    ensure_aftersales_tables(at)
    ensure_repair_tables(at)
    ensure_shipped_flows(at)


def _office(store: Store) -> Calendar:
    known = Calendar.objects.filter(code="office").first()
    hours = {"zone": store.zone, "week": _WEEK}
    return known or save_calendar(code="office", names=_OFFICE, content=Hours.from_json(hours).to_json())
