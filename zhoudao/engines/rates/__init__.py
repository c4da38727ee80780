"""How sure a share of counted things is, and whether one share is above another by more than chance."""

from zhoudao.engines.rates.rising import CHANCE, FEWEST, Counted, Rise, rising
from zhoudao.engines.rates.shares import chance_of_more, interval

__all__ = ["CHANCE", "FEWEST", "Counted", "Rise", "chance_of_more", "interval", "rising"]
