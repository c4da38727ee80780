"""Which places send an order's goods: the same answer for the same facts, with the figures of every place and what it
lost by.
"""

from zhoudao.engines.allocation.choosing import allocate
from zhoudao.engines.allocation.facts import Choice, Looked, Rule, Site
from zhoudao.engines.allocation.geography import point_of
from zhoudao.engines.allocation.rules import CRITERIA, USUAL, RuleUnreadable, read_rules, write_rules
from zhoudao.kit.globe import Point, kilometres

__all__ = [
    "CRITERIA",
    "USUAL",
    "Choice",
    "Looked",
    "Point",
    "Rule",
    "RuleUnreadable",
    "Site",
    "allocate",
    "kilometres",
    "point_of",
    "read_rules",
    "write_rules",
]
