"""What columns of logs are called, in the programs and languages they come from."""

import re
import unicodedata

ROLES = ("case", "activity", "end", "start", "resource", "lifecycle")
EXACT: dict[str, tuple[str, ...]] = {
    "case": (
        "case:concept:name", "case id", "caseid", "case", "case number", "case no", "case key", "trace id", "traceid",
        "process instance", "process instance id", "instance id", "ticket id", "ticket", "ticket number",
        "incident id", "incident", "sr number", "sr no", "request id", "order id", "orderid", "order number",
        "order no", "order", "application id", "claim id", "rma", "rma number", "issue key", "issue id", "entity id",
        "vorgang", "vorgangsnummer", "fall", "fall id", "fallnummer", "auftragsnummer", "dossier",
        "numéro de dossier", "caso", "id caso", "案例", "案例id", "案例编号", "案件", "案件号", "案件编号", "工单",
        "工单号", "工单编号", "流程实例", "流程编号", "实例id", "订单号", "订单编号", "单号", "单据号", "单据编号",
        "申请单号", "业务编号", "案例編號", "案件編號", "工單號", "工單編號", "訂單號", "訂單編號", "單號",
        "ケースid", "ケース", "案件番号", "注文番号",
    ),
    "activity": (
        "concept:name", "activity", "activity name", "activityname", "activity id", "event", "event name", "task",
        "task name", "step", "step name", "operation", "action", "process step", "stage", "ocel:activity",
        "aktivität", "schritt", "tätigkeit", "vorgangsschritt", "activité", "étape", "tâche", "actividad", "paso",
        "atividade", "活动", "活动名称", "步骤", "步骤名称", "环节", "环节名称", "节点", "节点名称", "任务",
        "任务名称", "操作", "操作名称", "动作", "事件", "事件名称", "工序", "活動", "活動名稱", "步驟", "環節",
        "節點", "任務", "動作", "アクティビティ", "作業", "event type", "eventtype",
    ),
    "end": (
        "time:timestamp", "timestamp", "end time", "endtime", "end timestamp", "complete timestamp",
        "completion time", "complete time", "completed at", "end", "end date", "finish time", "finished at",
        "event time", "eventtime", "datetime", "date time", "date", "time", "occurred at", "time stamp",
        "ocel:timestamp", "zeitstempel", "ende", "endzeit", "datum", "horodatage", "date de fin", "fecha",
        "fecha fin", "fecha hora", "时间", "时间戳", "发生时间", "结束时间", "完成时间", "操作时间", "处理时间",
        "办理时间", "办结时间", "日期", "時間", "時間戳", "結束時間", "完成時間", "發生時間", "操作時間", "日時",
        "終了時刻", "完了日時",
    ),
    "start": (
        "start timestamp", "start time", "starttime", "start", "start date", "begin", "begin time", "begun at",
        "started at", "beginning", "beginn", "startzeit", "anfang", "début", "date de début", "inicio",
        "fecha inicio", "开始时间", "起始时间", "开始", "接收时间", "领取时间", "開始時間", "起始時間", "開始",
        "開始時刻", "開始日時",
    ),
    "resource": (
        "org:resource", "resource", "resource name", "user", "user id", "userid", "user name", "username", "agent",
        "agent id", "employee", "employee id", "performer", "assignee", "assigned to", "handler", "handled by",
        "operator", "worker", "owner", "staff", "originator", "executed by", "bearbeiter", "mitarbeiter", "ressource",
        "benutzer", "recurso", "usuario", "utilisateur", "处理人", "处理人员", "办理人", "经办人", "操作人", "操作员",
        "执行人", "负责人", "员工", "员工编号", "客服", "坐席", "资源", "用户", "處理人", "經辦人", "操作人員",
        "執行人", "負責人", "員工", "資源", "リソース", "担当者", "担当",
    ),
    "lifecycle": (
        "lifecycle:transition", "lifecycle", "transition", "lifecycle transition", "event type", "eventtype",
        "生命周期", "状态变化", "生命週期",
    ),
}  # fmt: skip
"""Names of each role as they stand in files, the surest first, folded as `folded` does."""
PARTS: dict[str, tuple[str, ...]] = {
    "case": ("case", "ticket", "incident", "工单", "案例", "案件", "单号", "工單", "單號"),
    "activity": ("activity", "步骤", "环节", "活动", "步驟", "環節", "活動"),
    "end": ("timestamp", "complete", "end time", "完成时间", "结束时间", "时间", "時間"),
    "start": ("start", "begin", "开始", "開始"),
    "resource": ("resource", "处理人", "经办人", "assignee", "處理人"),
    "lifecycle": ("lifecycle",),
}
"""Words that speak for a role where they stand within a longer name."""
_BETWEEN = re.compile(r"[\s_\-.]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def folded(name: str) -> str:
    """A name as it is compared: one width of letters, small, one blank between words.

    >>> folded("Complete_Timestamp"), folded("startTime")
    ('complete timestamp', 'start time')
    """
    plain = unicodedata.normalize("NFKC", name)
    return _BETWEEN.sub(" ", _CAMEL.sub(" ", plain)).strip().casefold()


def fit(name: str, role: str) -> float:
    """How far a column's name speaks for a role: 1 for the surest, above 0.8 for any known name, 0.5 for a word within
    it, else 0."""
    one = folded(name)
    known = EXACT[role]
    if one in known:
        return 1.0 - 0.19 * known.index(one) / len(known)
    return 0.5 if any(part in one for part in PARTS[role]) else 0.0
