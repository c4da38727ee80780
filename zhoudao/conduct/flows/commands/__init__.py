"""What can be done with flows, runs, tasks, timers and incidents."""

from zhoudao.conduct.flows.commands.deploying import deploy_flow, ensure_shipped_flows, problems_of
from zhoudao.conduct.flows.commands.incidents import retry_incident
from zhoudao.conduct.flows.commands.running import cancel_run, deliver_message, resume_run, start_run, suspend_run
from zhoudao.conduct.flows.commands.tasks import complete_task, take_task
from zhoudao.conduct.flows.commands.timing import due_timers, fire_timer

__all__ = [
    "cancel_run",
    "complete_task",
    "deliver_message",
    "deploy_flow",
    "due_timers",
    "ensure_shipped_flows",
    "fire_timer",
    "problems_of",
    "resume_run",
    "retry_incident",
    "start_run",
    "suspend_run",
    "take_task",
]
