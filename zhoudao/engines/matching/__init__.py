"""Who goes where and when: visits given to engineers, with the ways between them."""

from zhoudao.engines.matching.facts import STEP, Job, Shift, Stop, Worker, cost_minutes, travel, wait_cost
from zhoudao.engines.matching.inserting import Offer, best, every, lacking

__all__ = [
    "STEP",
    "Job",
    "Offer",
    "Shift",
    "Stop",
    "Worker",
    "best",
    "cost_minutes",
    "every",
    "lacking",
    "travel",
    "wait_cost",
]
