"""What can be done with flows, runs, tasks, timers and incidents."""

from zhoudao.conduct.flows.commands.deploying import (
    deploy_flow,
    ensure_shipped_flows,
    findings_on,
    problems_of,
    roll_out_flow,
)
from zhoudao.conduct.flows.commands.drafting import (
    begin_flow,
    deploy_draft,
    drop_draft,
    drop_kept_copy,
    save_draft,
)
from zhoudao.conduct.flows.commands.incidents import retry_incident
from zhoudao.conduct.flows.commands.piloting import pilot_flow
from zhoudao.conduct.flows.commands.running import cancel_run, deliver_message, resume_run, start_run, suspend_run
from zhoudao.conduct.flows.commands.shelving import shelve_draft
from zhoudao.conduct.flows.commands.tasks import complete_task, take_task
from zhoudao.conduct.flows.commands.timing import due_timers, fire_timer

__all__ = [
    "begin_flow",
    "cancel_run",
    "complete_task",
    "deliver_message",
    "deploy_draft",
    "deploy_flow",
    "drop_draft",
    "drop_kept_copy",
    "due_timers",
    "ensure_shipped_flows",
    "findings_on",
    "fire_timer",
    "pilot_flow",
    "problems_of",
    "resume_run",
    "retry_incident",
    "roll_out_flow",
    "save_draft",
    "shelve_draft",
    "start_run",
    "suspend_run",
    "take_task",
]
