"""Shares with their intervals, as the parts of `bench language` print them."""

from collections.abc import Sequence
from typing import Any


def share(part: int, whole: int) -> str:
    """A share with its exact 95 % interval (Clopper and Pearson).

    >>> share(95, 100)
    '0.950 (0.887 to 0.984)'
    """
    from scipy.stats import beta

    if not whole:
        return "none to judge"
    low = float(beta.ppf(0.025, part, whole - part + 1)) if part else 0.0
    high = float(beta.ppf(0.975, part + 1, whole - part)) if part < whole else 1.0
    return f"{part / whole:.3f} ({low:.3f} to {high:.3f})"


def spread(values: Sequence[float]) -> str:
    """A mean over folds, with the lowest and the highest of them."""
    return f"{sum(values) / len(values):.4f} ({min(values):.4f} to {max(values):.4f})"


def held(truth: Any, said: Any, is_out: Any) -> float:
    """The share of wrong ones among those that went out."""
    return float((truth != said)[is_out].mean()) if is_out.any() else 0.0
