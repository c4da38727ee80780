"""Which part of the whole made a figure move: contributions that add up to exactly the change."""

from collections.abc import Mapping

from zhoudao.kit.frozen import frozen

Total = tuple[float, float]  # cases (or days), and what is added up over them


@frozen
class Part:
    """A part's value before and now (None without cases), its cases, and its share of the whole change."""

    key: str
    before: float | None
    now: float | None
    cases: float
    change: float


@frozen
class Share:
    """The whole before and now, and its parts, those that moved it most to the bad side first."""

    before: float
    now: float
    parts: tuple[Part, ...]


def contributions(before: Mapping[str, Total], now: Mapping[str, Total], *, lower_is_better: bool) -> Share | None:
    """How much each part moved a mean or share: w₁(v₁ − V₀) − w₀(v₀ − V₀), where v is a part's value, w its share of
    the cases and V₀ the whole before. They add up to the change of the whole: a part that grew counts by how far from
    usual it is. None where either time has no cases.

    >>> found = contributions({"a": (10, 5), "b": (10, 5)}, {"a": (10, 9), "b": (10, 5)}, lower_is_better=True)
    >>> [(one.key, round(one.change, 2)) for one in found.parts]
    [('a', 0.2), ('b', 0.0)]
    """
    cases_before, cases_now = (sum(cases for cases, _sum in side.values()) for side in (before, now))
    if not cases_before or not cases_now:
        return None
    whole = sum(total for _cases, total in before.values()) / cases_before
    parts = []
    for key in before.keys() | now.keys():
        (n0, s0), (n1, s1) = before.get(key, (0, 0)), now.get(key, (0, 0))
        change = (s1 - n1 * whole) / cases_now - (s0 - n0 * whole) / cases_before
        parts.append(Part(key, s0 / n0 if n0 else None, s1 / n1 if n1 else None, n1, change))
    side = -1 if lower_is_better else 1
    ordered = sorted(parts, key=lambda one: (side * one.change, one.key))
    return Share(whole, sum(total for _cases, total in now.values()) / cases_now, tuple(ordered))
