"""An order read out of what was said: goods, quantities, who and where, each with its place in the text and how sure.

Nothing is guessed: what has two readings, or none, is said beside it, and a person decides.
"""

from zhoudao.engines.drafting.facts import LONGEST, Article, Draft, Found, Line, Span, Unknown
from zhoudao.engines.drafting.reading import read

__all__ = ["LONGEST", "Article", "Draft", "Found", "Line", "Span", "Unknown", "read"]
