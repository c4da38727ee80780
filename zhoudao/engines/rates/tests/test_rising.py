"""What is found of faults that rise, after how many cases, and how often it cries wolf: measured on made-up shops."""

from collections.abc import Callable
from random import Random

from zhoudao.engines.rates import Counted, Rise, rising

PRODUCTS, USUAL, A_DAY = 60, 0.02, 6  # pieces of each product a day
EARLIER, LATELY = 182, 28  # days


def sold(rng: Random, share: Callable[[int, int], float], days: int) -> list[list[tuple[int, int]]]:
    """For each product and day, how many were delivered and how many of these turned out faulty."""
    made = []
    for product in range(PRODUCTS):
        row = []
        for day in range(days):
            of = rng.randint(A_DAY - 3, A_DAY + 3)
            row.append((sum(rng.random() < share(product, day) for _ in range(of)), of))
        made.append(row)
    return made


def looked(shop: list[list[tuple[int, int]]], day: int) -> list[Rise]:
    """What a look on this day finds."""

    def counted(product: int) -> Counted:
        row = shop[product]
        lately, earlier = row[day - LATELY : day], row[day - LATELY - EARLIER : day - LATELY]
        hits, of = (sum(one[part] for one in lately) for part in (0, 1))
        return Counted(str(product), hits, of, sum(one[0] for one in earlier), sum(one[1] for one in earlier))

    return rising([counted(product) for product in range(PRODUCTS)])


def planted(bad: float, shops: int = 40, days: int = 42) -> tuple[list[int], int, int]:
    """After how many faulty pieces each planted rise was found, how many shops had one, and how many other products
    were blamed; in `shops` shops, looked at every day for so many days.
    """
    rng, cases, blamed = Random(9), list[int](), 0
    begins = EARLIER + LATELY
    for _ in range(shops):
        shop = sold(rng, lambda product, day: bad if product == 7 and day >= 210 else USUAL, begins + days)
        for day in range(begins + 1, begins + days):
            names = {one.counted.name for one in looked(shop, day)}
            blamed += len(names - {"7"})
            if "7" in names:
                cases.append(sum(hits for hits, _of in shop[7][begins:day]))
                break
    return sorted(cases), shops, blamed


def test_of_faults_five_times_as_frequent_as_before_six_of_seven_are_found_after_thirteen_cases() -> None:
    cases, shops, blamed = planted(0.10)
    assert len(cases) >= 32, f"{len(cases)} of {shops} found within six weeks"
    assert cases[len(cases) // 2] <= 14, f"half of them after {cases} cases"
    assert blamed == 0


def test_of_faults_ten_times_as_frequent_as_before_all_are_found() -> None:
    cases, shops, blamed = planted(0.20, shops=20)
    assert (len(cases), blamed) == (shops, 0)
    assert cases[len(cases) // 2] <= 14, f"half of them after {cases} cases"


def test_with_nothing_wrong_a_look_cries_wolf_at_most_as_often_as_it_says() -> None:
    rng, looks, wolves = Random(10), 0, 0
    for _ in range(150):
        things = [_still(rng, n) for n in range(PRODUCTS)]
        looks += 1
        wolves += bool(rising(things, chance=0.05))
    assert wolves <= 13, (
        f"{wolves} of {looks} looks, where 5 % are allowed"
    )  # 13: what 5 % of 150 exceed in 2 % of cases


def test_a_product_that_was_always_bad_is_no_rise_and_one_nobody_knows_is_held_against_the_others() -> None:
    usual = [Counted(f"p{n}", 2, 100, 10, 500) for n in range(20)]
    assert rising([*usual, Counted("always", 12, 100, 60, 500)]) == []
    [rise] = rising([*usual, Counted("new", 12, 60, 0, 0)])
    assert (rise.counted.name, rise.is_new, rise.of_before) == ("new", True, 10_000)


def test_a_handful_is_never_a_rise_however_unlikely() -> None:
    assert rising([Counted("a", 4, 4, 0, 10_000), Counted("b", 1, 100, 10, 1_000)]) == []
    assert [one.counted.name for one in rising([Counted("a", 5, 5, 0, 10_000)])] == ["a"]


def test_when_everything_rises_at_once_no_single_product_is_blamed_for_it() -> None:
    assert rising([Counted(f"p{n}", 12, 100, 10, 500) for n in range(10)]) == []


def _still(rng: Random, n: int) -> Counted:
    lately, earlier = rng.randint(80, 200), rng.randint(600, 1_000)
    hits, before = (sum(rng.random() < USUAL for _ in range(of)) for of in (lately, earlier))
    return Counted(str(n), hits, lately, before, earlier)
