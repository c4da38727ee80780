"""One order, the places there are: which of them send it, and why each of the others does not.

Every criterion is a figure of the set of places that send, and no place more makes any of them smaller: so only sets
are compared of which none can be left out, and what is taken from which of them is no question of the rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb

from zhoudao.engines.allocation.facts import Choice, Looked, Rule, Site
from zhoudao.engines.allocation.rules import USUAL

TRIED = 5_000  # sets of one size that are compared; of more only the nearest to the goods is made up
_FAR = 20_000  # where nobody knows, it is no nearer than the other side of the earth
_Rank = tuple[int | str, ...]
_Set = tuple[Site, ...]


def allocate(wanted: Mapping[str, int], sites: Sequence[Site], rules: Sequence[Rule] = USUAL) -> Choice:
    """The set of places that has all of `wanted` and is best by the rules, the first rule first; among equals the
    smallest priority, then the key. A place that can send no parcel more is passed over.
    """
    some = [site for site in sites if any(site.free.get(sku, 0) > 0 for sku in wanted)]
    able = sorted((site for site in some if site.left is None or site.left > 0), key=lambda site: site.key)
    ranked = sorted(((_rank(each, rules), each) for each in _sets(wanted, able, rules)), key=lambda one: one[0])
    if not ranked:
        return Choice(None, tuple(Looked(site, _unable(site)) for site in some))
    best_rank, best = ranked[0]
    nearest: dict[str, _Rank] = {}
    for rank, each in ranked:
        for site in each:
            nearest.setdefault(site.key, rank)
    looked = []
    for site in some:
        if site in best:
            looked.append(Looked(site, "chosen"))
        elif site.key in nearest:
            looked.append(Looked(site, "lost", _difference(best_rank, nearest[site.key], rules)))
        else:
            looked.append(Looked(site, _unable(site)))
    decided = _difference(best_rank, ranked[1][0], rules) if len(ranked) > 1 else "only"
    return Choice(_share(wanted, best, rules), tuple(looked), decided)


def _unable(site: Site) -> str:
    return "short" if site.left is None or site.left > 0 else "full"


def _sets(wanted: Mapping[str, int], sites: Sequence[Site], rules: Sequence[Rule]) -> Iterator[_Set]:
    """Sets of places that have all together and of which none can be left out."""
    if not _has_all(wanted, sites):
        return
    alone = [site for site in sites if _has_all(wanted, (site,))]
    yield from ((site,) for site in alone)
    rest, found = [site for site in sites if site not in alone], list[frozenset[str]]()
    for size in range(2, len(rest) + 1):
        if (alone or found) and rules[0].name == "parcels":
            return
        if comb(len(rest), size) > TRIED:
            yield from () if alone or found else (_gathered(wanted, rest, rules),)
            return
        for each in combinations(rest, size):
            keys = frozenset(site.key for site in each)
            if _has_all(wanted, each) and not any(known < keys for known in found):
                found.append(keys)
                yield each


def _gathered(wanted: Mapping[str, int], sites: Sequence[Site], rules: Sequence[Rule]) -> _Set:
    """Too many sets to compare: always the place that has most of what is still missing, then leave out who can be."""
    left, taken = dict(wanted), list[Site]()
    while left:
        rest = [site for site in sites if site not in taken]
        best = min(rest, key=lambda site: (-_covered(left, site), _rank((site,), rules)))
        taken.append(best)
        left = {sku: n - max(0, best.free.get(sku, 0)) for sku, n in left.items() if n > best.free.get(sku, 0)}
    for site in sorted(taken, key=lambda one: _rank((one,), rules), reverse=True):
        others = [one for one in taken if one is not site]
        taken = others if _has_all(wanted, others) else taken
    return tuple(sorted(taken, key=lambda site: site.key))


def _covered(wanted: Mapping[str, int], site: Site) -> int:
    return sum(min(count, max(0, site.free.get(sku, 0))) for sku, count in wanted.items())


def _has_all(wanted: Mapping[str, int], sites: Sequence[Site]) -> bool:
    return all(sum(max(0, site.free.get(sku, 0)) for site in sites) >= count for sku, count in wanted.items())


def _rank(sites: Sequence[Site], rules: Sequence[Rule]) -> _Rank:
    figures = [_figure(rule.name, sites) // rule.step for rule in rules]
    return (*figures, max(site.priority for site in sites), *(site.key for site in sites))


def _figure(name: str, sites: Sequence[Site]) -> int:
    if name == "parcels":
        return len(sites)
    if name == "own":
        return sum(not site.is_own for site in sites)
    if name == "distance":
        return sum(_FAR if site.km is None else site.km for site in sites)
    if name == "cost":
        return sum(site.cost for site in sites)
    return max(site.load if name == "load" else site.priority for site in sites)


def _difference(one: _Rank, other: _Rank, rules: Sequence[Rule]) -> str:
    """The first criterion in which two ranks differ."""
    return next((rule.name for rule, a, b in zip(rules, one, other, strict=False) if a != b), "equal")


def _share(wanted: Mapping[str, int], sites: Sequence[Site], rules: Sequence[Rule]) -> dict[str, dict[str, int]]:
    """All of an item from one place where one has it all, the better one first; else from as many as it needs."""
    order = sorted(sites, key=lambda site: _rank((site,), rules))
    shares: dict[str, dict[str, int]] = {site.key: {} for site in order}
    for sku, count in wanted.items():
        whole = [site for site in order if site.free.get(sku, 0) >= count]
        left = count
        for site in whole[:1] or order:
            taken = min(left, max(0, site.free.get(sku, 0)))
            if taken:
                shares[site.key][sku] = taken
                left -= taken
    return {key: share for key, share in shares.items() if share}
