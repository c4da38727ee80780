"""When many come about the same: counted against the same hours of earlier weeks, by chance and by what they say."""

from zhoudao.engines.surges.finding import Found, Seen, find
from zhoudao.engines.surges.judging import CHANCE, FEWEST, Verdict, chance_of, is_ordinary, judge

__all__ = ["CHANCE", "FEWEST", "Found", "Seen", "Verdict", "chance_of", "find", "is_ordinary", "judge"]
