"""Steps that only look: how often something is found, how long they hold the work up."""

import re
from dataclasses import dataclass

import numpy as np

from zhoudao.engines.mining.log import Codes, Log, Times

_WORDS = re.compile(
    r"\b(approv|authori[sz]|review|verif|check|inspect|control|validat|audit|confirm|sign.?off)|审批|审核|批准|复核|核对|检查|校验",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\b(reject|refus|declin|den(y|ied)|not approved)|拒绝|驳回", re.IGNORECASE)


@dataclass(frozen=True)
class Check:
    """A step that checks: `passes` is the share of times after which the case went on as it mostly does, `wait` the
    median wait before it, `time` all waits and services of it together, both in microseconds.
    """

    step: int
    count: int
    cases: int
    passes: float
    goes_on: int
    """The step that mostly follows, -1 for the end of the case."""
    wait: float
    time: int


def looks_like_a_check(name: str) -> bool:
    """Whether a step's name says that something is looked at or agreed to.

    >>> [looks_like_a_check(name) for name in ("Approve refund", "审核订单", "Ship", "Reject claim")]
    [True, True, False, False]
    """
    return bool(_WORDS.search(name)) and not _NEVER.search(name)


def checks(log: Log, begun: Times, named: Codes | None = None) -> list[Check]:
    """Every step that checks, by its name unless `named` says which, most time first; `begun` as `log` has it or as
    estimated.
    """
    steps = [code for code, name in enumerate(log.activities) if looks_like_a_check(name)] if named is None else named
    first = np.concatenate([[True], log.case[1:] != log.case[:-1]]) if len(log) else np.empty(0, np.bool_)
    enabled = np.where(first, begun, np.concatenate([[0], log.end[:-1]]) if len(log) else log.end)
    following = np.where(np.concatenate([first[1:], [True]]), -1, np.concatenate([log.activity[1:], [-1]]))
    found = []
    for step in steps:
        rows = np.nonzero(log.activity == step)[0]
        if not len(rows):
            continue
        after, times = np.unique(following[rows], return_counts=True)
        found.append(
            Check(
                step=int(step),
                count=len(rows),
                cases=len(np.unique(log.case[rows])),
                passes=float(times.max() / len(rows)),
                goes_on=int(after[times.argmax()]),
                wait=float(np.median(begun[rows] - enabled[rows])),
                time=int((log.end[rows] - enabled[rows]).sum()),
            )
        )
    return sorted(found, key=lambda check: (-check.time, check.step))
