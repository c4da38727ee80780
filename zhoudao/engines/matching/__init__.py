"""Who goes where and when: visits given to engineers, with the ways between them."""

from zhoudao.engines.matching.checking import broken
from zhoudao.engines.matching.facts import STEP, Job, Shift, Stop, Worker, cost_minutes, travel, wait_cost
from zhoudao.engines.matching.inserting import Offer, best, every, lacking
from zhoudao.engines.matching.planning import Given, Plan, plan

__all__ = [
    "STEP",
    "Given",
    "Job",
    "Offer",
    "Plan",
    "Shift",
    "Stop",
    "Worker",
    "best",
    "broken",
    "cost_minutes",
    "every",
    "lacking",
    "plan",
    "travel",
    "wait_cost",
]
