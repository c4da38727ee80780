"""Which of many things go wrong more often than they did, so surely that all of them together rarely raise an alarm.

Every thing is tested by itself against its own past, exactly (Fisher). With as many tests as things one of them is
bound to look odd, so the chance that is allowed is shared out among all that were tested (Holm): looked at once, with
nothing wrong, one alarm or more comes with at most that chance. That holds however tests depend on one another, so a
batch of a product is one more thing among them: held against the product's other batches now, and all of it before.

Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zhoudao.engines.rates.shares import chance_of_more

CHANCE = 0.01  # how often a look at all things together may be wrong
FEWEST = 5  # cases: fewer are nobody's rise
TIMES = 1.5  # and at least so many times what was usual: less is not worth anybody's day
KNOWN = 50  # so many must have been seen before its own past is a measure; else all others' are


@dataclass(frozen=True)
class Counted:
    """One thing: of `of` lately `hits` went wrong, of `of_before` earlier `before`. Of a `batch` of it these are what
    is known to be of that batch, and earlier what is not; `others` of `of_others` are of its other batches lately.
    """

    name: str
    hits: int
    of: int
    before: int
    of_before: int
    batch: str = ""
    others: int = 0
    of_others: int = 0


@dataclass(frozen=True)
class Rise:
    """What rose: `chance` of as much if nothing had changed, allowed up to `allowed`, one of `tests`. It was held
    against `before` of `of_before`: what it did earlier, or of a batch what the rest of its product did. `is_new`: too
    little was known of that, so it was held against what all products did earlier.
    """

    counted: Counted
    before: int
    of_before: int
    chance: float
    allowed: float
    tests: int
    is_new: bool


def rising(things: Sequence[Counted], *, chance: float = CHANCE) -> list[Rise]:
    """What rose, the surest first. Whatever happened at all is a test, also where it was too little for a rise.

    >>> usual = [Counted(f"p{n}", 2, 100, 10, 500) for n in range(20)]
    >>> [(one.counted.name, one.tests) for one in rising([*usual, Counted("bad", 14, 100, 10, 500)])]
    [('bad', 21)]
    """
    products = [one for one in things if not one.batch]
    judged = sorted(
        (_judged(one, products) for one in things if one.hits), key=lambda each: (each[0], each[1].name, each[1].batch)
    )
    found: list[Rise] = []
    for place, (p, one, before, of_before, is_new) in enumerate(judged):
        allowed = chance / (len(judged) - place)
        if p > allowed:
            break
        if one.hits >= FEWEST and one.hits * of_before >= TIMES * before * one.of and _is_above_others(one, products):
            found.append(Rise(one, before, of_before, p, allowed, len(judged), is_new))
    return found


def _judged(one: Counted, products: Sequence[Counted]) -> tuple[float, Counted, int, int, bool]:
    before, of_before = one.before + one.others, one.of_before + one.of_others
    is_new = of_before < KNOWN
    if is_new:
        before, of_before = sum(each.before for each in products), sum(each.of_before for each in products)
    return chance_of_more(one.hits, one.of, before, of_before), one, before, of_before, is_new


def _is_above_others(one: Counted, products: Sequence[Counted]) -> bool:
    """Whether it goes wrong more often than all others do now: a bad carrier is nobody's product, and what all of a
    product does is no batch's.
    """
    if one.of_others:
        return one.hits * one.of_others > one.others * one.of
    hits = sum(each.hits for each in products if each.name != one.name)
    of = sum(each.of for each in products if each.name != one.name)
    return one.hits * of > hits * one.of if of else True
