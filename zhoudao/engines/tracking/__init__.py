"""Where a parcel stands, as a pure function of everything its carrier ever said, in whatever order and how often."""

from zhoudao.engines.tracking.folding import DELIVERED, PENDING, STATES, Mark, Standing, fold

__all__ = ["DELIVERED", "PENDING", "STATES", "Mark", "Standing", "fold"]
