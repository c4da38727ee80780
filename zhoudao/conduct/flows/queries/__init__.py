"""Flows as pages and programs want them."""

from zhoudao.conduct.flows.queries.diagram import FlowView, case_flow
from zhoudao.conduct.flows.queries.progress import Step, progress
from zhoudao.conduct.flows.queries.tasks import FieldView, Page, TaskView, open_tasks, task_view

__all__ = [
    "FieldView",
    "FlowView",
    "Page",
    "Step",
    "TaskView",
    "case_flow",
    "open_tasks",
    "progress",
    "task_view",
]
