"""The same, slowly and plainly: dummies on single rows, matrices as they are written in the papers."""

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.trials.shape import Outcomes

Array = NDArray[np.float64]


class Plain(NamedTuple):
    value: Array
    cr1: Array
    cr2: Array
    degrees: Array
    t: float


def columns(rows: Outcomes, interest: Array) -> Array:
    """Interest first, then a dummy for every store and for every week but the first."""
    units, weeks = np.unique(rows.unit), np.unique(rows.period)
    stores = (rows.unit[:, None] == units[None, :]).astype(float)
    times = (rows.period[:, None] == weeks[None, 1:]).astype(float)
    return np.concatenate([interest, stores, times], axis=1)


def treatment(rows: Outcomes) -> Array:
    return (rows.is_pilot & rows.is_after).astype(float)[:, None]


def regressed(rows: Outcomes, interest: Array) -> Plain:
    x, q = columns(rows, interest), interest.shape[1]
    bread = np.linalg.pinv(x.T @ x)
    value = np.linalg.lstsq(x, rows.value, rcond=None)[0]
    left = rows.value - x @ value
    whole = np.eye(len(x)) - x @ bread @ x.T
    units = np.unique(rows.unit)
    plain = np.zeros_like(bread)
    adjusted = np.zeros_like(bread)
    pulls = []
    for unit in units:
        mine = rows.unit == unit
        sizes, vectors = np.linalg.eigh(whole[np.ix_(mine, mine)])
        root = vectors @ np.diag([1 / np.sqrt(each) if each > 1e-8 else 0.0 for each in sizes]) @ vectors.T
        score = x[mine].T @ left[mine]
        plain += np.outer(score, score)
        turned = x[mine].T @ root @ left[mine]
        adjusted += np.outer(turned, turned)
        pulls.append(whole[:, mine] @ root @ x[mine] @ bread[:, :q])
    degrees = []
    for place in range(q):
        shared = np.array([[one[:, place] @ other[:, place] for other in pulls] for one in pulls])
        degrees.append(np.trace(shared) ** 2 / (shared**2).sum())
    small = len(units) / (len(units) - 1)
    cr1 = small * (bread @ plain @ bread)[:q, :q]
    cr2 = (bread @ adjusted @ bread)[:q, :q]
    found = value[:q].astype(np.float64)
    return Plain(found, cr1, cr2, np.array(degrees), float(value[0] / np.sqrt(cr1[0, 0])))


def wild_p(rows: Outcomes, choices: Array, null: float = 0.0) -> float:
    """Every combination of weights, a regression each."""
    d = treatment(rows)
    seen = regressed(_with(rows, rows.value - null * d[:, 0]), d).t
    base = columns(rows, np.zeros((len(rows), 0)))
    shifted = rows.value - null * d[:, 0]
    fitted = base @ np.linalg.lstsq(base, shifted, rcond=None)[0]
    units = np.unique(rows.unit)
    ways = list(itertools.product(choices, repeat=len(units)))
    found = [regressed(_with(rows, fitted + np.array(way)[rows.unit] * (shifted - fitted)), d).t for way in ways]
    return float(np.mean(np.abs(found) >= abs(seen) * (1 - 1e-7)))


def permuted_p(rows: Outcomes) -> float:
    """Every way of choosing the pilot stores, a regression each."""
    pilots, units = int(rows.treated.sum()), len(rows.treated)
    ts = []
    for way in itertools.combinations(range(units), pilots):
        chosen = np.isin(rows.unit, way) & rows.is_after
        ts.append(abs(regressed(rows, chosen.astype(float)[:, None]).t))
    seen = abs(regressed(rows, treatment(rows)).t)
    return float(np.mean(np.array(ts) >= seen * (1 - 1e-7)))


def _with(rows: Outcomes, value: Array) -> Outcomes:
    return rows.valued(value)


def kaplan_meier(times: Array, is_open: NDArray[np.bool_], until: float) -> float:
    """The restricted mean, step by step."""
    share, area, last = 1.0, 0.0, 0.0
    for time in sorted(set(times[~is_open].tolist())):
        if time >= until:
            break
        area += share * (time - last)
        share *= 1 - ((times == time) & ~is_open).sum() / (times >= time).sum()
        last = time
    return area + share * (until - last)
