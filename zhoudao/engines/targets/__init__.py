"""What is usual for a figure, what it may aim at, when a miss is one to hear of, and which part made it."""

from zhoudao.engines.targets.baseline import BASELINE_DAYS, FEWEST_DAYS, Baseline, Day, baseline, mean, proposed
from zhoudao.engines.targets.judging import Rule, Verdict, judge, misses
from zhoudao.engines.targets.parts import Part, Share, contributions

__all__ = [
    "BASELINE_DAYS",
    "FEWEST_DAYS",
    "Baseline",
    "Day",
    "Part",
    "Rule",
    "Share",
    "Verdict",
    "baseline",
    "contributions",
    "judge",
    "mean",
    "misses",
    "proposed",
]
