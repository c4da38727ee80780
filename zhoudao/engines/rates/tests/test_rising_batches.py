"""What is found of a bad batch among good ones, and how often a batch is blamed for nothing: on made-up shops."""

from collections import Counter
from random import Random

from zhoudao.engines.rates import Counted, rising
from zhoudao.engines.rates.tests.test_rising import A_DAY, EARLIER, LATELY, PRODUCTS, USUAL

DELIVERY, KNOWN = 30, 0.8  # days from one batch of a product to the next; how many pieces said theirs when packed
BAD_PRODUCT, BAD_BATCH = 7, 7  # the seventh batch comes on day 210
Sold = list[list[Counter[tuple[int, bool, bool]]]]  # product, day: how many of which batch, known or not, faulty or not


def sold(rng: Random, bad: float, days: int) -> Sold:
    """Pieces are taken from the newest batch (seven in ten) and the one before; `bad` is the bad batch's share."""

    def piece(product: int, day: int) -> tuple[int, bool, bool]:
        batch = max(0, day // DELIVERY - (rng.random() < 0.3))
        share = bad if (product, batch) == (BAD_PRODUCT, BAD_BATCH) else USUAL
        return batch, rng.random() < KNOWN, rng.random() < share

    def day_of(product: int, day: int) -> Counter[tuple[int, bool, bool]]:
        return Counter(piece(product, day) for _ in range(rng.randint(A_DAY - 3, A_DAY + 3)))

    return [[day_of(product, day) for day in range(days)] for product in range(PRODUCTS)]


def counted(shop: Sold, day: int) -> list[Counted]:
    """Products and batches as a look on this day counts them."""
    found: list[Counted] = []
    for product, row in enumerate(shop):
        lately, earlier = Counter[tuple[int, bool, bool]](), Counter[tuple[int, bool, bool]]()
        for one in row[day - LATELY : day]:
            lately.update(one)
        for one in row[max(0, day - LATELY - EARLIER) : day - LATELY]:
            earlier.update(one)
        (hits, of), (before, of_before) = _sum(lately), _sum(earlier)
        found.append(Counted(str(product), hits, of, before, of_before))
        named = {batch for batch, is_known, _bad in lately if is_known}
        told = {batch: _sum(lately, batch) for batch in named}
        for batch in sorted(named):
            (own, own_of), (past, past_of) = told[batch], _sum(earlier, batch)
            others = [one for key, one in told.items() if key != batch]
            rest = (sum(one[0] for one in others), sum(one[1] for one in others))
            found.append(
                Counted(str(product), own, own_of, before - past, of_before - past_of, f"B{batch}", rest[0], rest[1])
            )
    return found


def _sum(some: Counter[tuple[int, bool, bool]], batch: int | None = None) -> tuple[int, int]:
    """Faulty of all; of one batch, as far as it is known."""
    rows = [(key, n) for key, n in some.items() if batch is None or (key[0] == batch and key[1])]
    return sum(n for (_b, _k, is_bad), n in rows if is_bad), sum(n for _key, n in rows)


def planted(bad: float, shops: int, *, with_batches: bool = True) -> tuple[list[int], int, int, int]:
    """On which day after its coming the bad batch was named, in how many shops only its product was, how many others
    were blamed, in how many looks; looked at daily for six weeks or until it was named.
    """
    rng, days, products, blamed, looks = Random(11), list[int](), 0, 0, 0
    begins, span = BAD_BATCH * DELIVERY, 42
    for _ in range(shops):
        shop, is_seen, wrong = sold(rng, bad, begins + span), False, set[tuple[str, str]]()
        for day in range(begins + 1, begins + span):
            looks += 1
            things = [one for one in counted(shop, day) if with_batches or not one.batch]
            names = {(one.counted.name, one.counted.batch) for one in rising(things)}
            own = {(str(BAD_PRODUCT), ""), (str(BAD_PRODUCT), f"B{BAD_BATCH}")}
            wrong, is_seen = wrong | (names - own), is_seen or bool(names & own)
            if (str(BAD_PRODUCT), f"B{BAD_BATCH}") in names or (not with_batches and names & own):
                days.append(day - begins)
                break
        else:
            products += is_seen
        blamed += len(wrong)
    return sorted(days), products, blamed, looks


def test_a_batch_ten_times_as_bad_is_named_and_none_but_it_and_its_product_is_blamed_oftener_than_allowed() -> None:
    days, _products, blamed, looks = planted(0.20, shops=10)
    assert len(days) == 10, f"{len(days)} of 10 named within six weeks"
    assert days[5] <= 14, f"half of them by day {days}"
    assert blamed <= 3, f"{blamed} others in {looks} looks, where 1 % of looks may err"


def test_with_nothing_wrong_products_and_batches_together_cry_wolf_no_oftener_than_it_says() -> None:
    rng, looks, day = Random(12), 80, EARLIER + LATELY
    wolves = sum(bool(rising(counted(sold(rng, USUAL, day), day), chance=0.05)) for _ in range(looks))
    assert wolves <= 8, f"{wolves} of {looks} looks, where 5 % are allowed"  # 8: what 5 % of 80 exceed in 2 % of cases


def test_what_all_batches_of_a_product_do_is_no_batchs_and_its_product_is_named() -> None:
    usual = [Counted(f"p{n}", 2, 100, 10, 500) for n in range(20)]
    halves = [Counted("bad", 10, 50, 10, 500, f"B{n}", 10, 50) for n in range(2)]
    found = rising([*usual, Counted("bad", 20, 100, 10, 500), *halves])
    assert [(one.counted.name, one.counted.batch) for one in found] == [("bad", "")]


def test_a_bad_batch_is_held_against_the_other_batches_and_all_before() -> None:
    usual = [Counted(f"p{n}", 2, 100, 10, 500) for n in range(20)]
    batches = [Counted("bad", 14, 50, 10, 500, "B1", 1, 50), Counted("bad", 1, 50, 10, 500, "B2", 14, 50)]
    found = rising([*usual, Counted("bad", 15, 100, 10, 500), *batches])
    first = found[0]
    assert (first.counted.batch, first.before, first.of_before) == ("B1", 11, 550)
    assert "B2" not in {one.counted.batch for one in found}
    assert {one.tests for one in found} == {23}


def test_of_a_product_nobody_knows_a_batch_is_held_against_all_products_once() -> None:
    usual = [Counted(f"p{n}", 2, 100, 10, 500) for n in range(20)]
    found = rising([*usual, Counted("new", 12, 60, 0, 0), Counted("new", 12, 40, 0, 0, "B1", 0, 20)])
    assert {(one.counted.batch, one.is_new, one.of_before) for one in found} == {
        ("", True, 10_000),
        ("B1", True, 10_000),
    }
