"""The demo company's incident under way, and the risks its managers watch for."""

from datetime import datetime, timedelta

from django.db import transaction

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.incidents.commands.joining import join_cases
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.planning import tick_step
from zhoudao.rooms.incidents.commands.risks import NewRisk, save_risk
from zhoudao.rooms.incidents.commands.steering import give_part
from zhoudao.rooms.incidents.models import Incident, Part

_TOLD = {
    "zh-Hans": "华东仓今天系统故障，部分订单晚一天发出。我们正在处理，不需要您做任何事。",
    "zh-Hant": "華東倉今天系統故障，部分訂單晚一天發出。我們正在處理，不需要您做任何事。",
    "en": "Our eastern warehouse had a system failure today; some orders leave a day later. You need do nothing.",
}
_DELAY = ("仓库系统故障，发货延迟", "几个门店同一天内多位客户问为什么没发货", "没发货")
_PLAN = ("确认受影响的订单", "在网店挂公告", "告知所有受影响的客户", "恢复后抽查十单", "给等待超过两天的客户补偿")
_RISKS = (
    (*_DELAY, 6, _PLAN),
    ("支付页面打不开", "一小时内多位客户说付不了款", "付款", 5, ("联系支付服务商", "在网店挂公告", "核对重复扣款")),
    ("同一批次产品有缺陷", "同一款产品的投诉突然增多", "开裂", 4, ("封存同批库存", "通知质检和供应商", "联系已购客户")),
)


@transaction.atomic
def live(*, at: datetime) -> None:
    """This will note three risks and open one incident with a few cases, once."""
    lead, manager = _somebody("team_lead"), _somebody("process_manager")
    if Incident.objects.exists() or lead.user_id is None or manager.user_id is None:
        return
    for title, signal, words, threshold, plan in _RISKS:
        risk = NewRisk(title, "inquiry", signal, manager.user_id, plan, words=words, threshold=threshold)
        save_risk(risk, viewer=manager, at=at - timedelta(days=20))
    since = at - timedelta(minutes=50)
    described = Description(
        _DELAY[0], "major", "升级后接口超时", "订单都在，预计明天发出；急用的请记下工单号转组长。", _TOLD, True
    )
    row = open_incident(described, plan=_PLAN, viewer=lead, at=since)
    cases = Case.objects.filter(status__in=ACTIVE).order_by("-opened_at", "-id")[:4]
    ids = list(cases.values_list("id", flat=True))
    if ids:
        join_cases(incident_id=row.id, case_ids=ids, viewer=manager, at=since + timedelta(minutes=2))
    give_part(incident_id=row.id, part=Part.COMMUNICATION, user_id=manager.user_id, viewer=lead, at=since)
    for step in row.steps.order_by("place")[:2]:
        since += timedelta(minutes=9)
        tick_step(incident_id=row.id, step_id=step.id, is_done=True, viewer=lead, at=since)


def _somebody(role: str) -> Viewer:
    return viewers.of_user(User.objects.filter(grants__role=role, is_active=True).order_by("email")[0])
