"""How sure a share of counted things is, and whether one share is above another by more than chance."""

from zhoudao.engines.rates.shares import chance_of_more, interval

__all__ = ["chance_of_more", "interval"]
