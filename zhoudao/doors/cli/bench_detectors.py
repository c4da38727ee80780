"""`zhoudao bench detectors`: how often the review of orders is right, on real orders with planted errors.

Nothing is learned from what is judged: the orders walk by in the order they were placed, each is judged by those before
it, and figures are taken in the second half of the year only.
"""

import csv
import gzip
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from zhoudao.doors.cli.bench_addresses import contradicted, generated, rewritten, stripped
from zhoudao.doors.cli.bench_report import Report
from zhoudao.engines.decisions.tables import decide
from zhoudao.engines.review import Bought, Finding, Known, Piece, Where, review
from zhoudao.engines.review.amounts import abnormal_amount
from zhoudao.engines.review.people import duplicate
from zhoudao.engines.review.robust import FEWEST

RULES = Path(__file__).parent.parent.parent / "rooms/orders/tables/orders.findings.json"
NOTES = [
    "Real orders of a marketplace (2017), each judged by those before it; figures from the second half of the year. "
    "Planted: a price times three in one line of twenty, a third of it in another. A SKU is covered once five sales of "
    "it passed; of the others nothing is said, unless they have a list price.",
    "Duplicates are planted among the same orders: sent again within a day as they were, with a slip in the number, "
    "the address written another way, or from another shop. Beside them stands what is none: other goods on the same "
    "day, the same goods on another day, the same goods to another city.",
    "Addresses are generated from the country's divisions, in the ways people write them.",
]
_OBSERVED, _OF_SOURCE, _TURNS = 40, 200, 5


@dataclass
class Score:
    """What was found of what was planted."""

    right: int = 0
    false: int = 0
    missed: int = 0
    quiet: int = 0

    def note(self, *, is_planted: bool, is_found: bool) -> None:
        """One look."""
        name = ("right" if is_planted else "false") if is_found else ("missed" if is_planted else "quiet")
        setattr(self, name, getattr(self, name) + 1)

    @property
    def precision(self) -> float:
        """Of what was found, the share that was planted."""
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        """Of what was planted, the share that was found."""
        return self.right / max(1, self.right + self.missed)


@dataclass
class Past:
    """What passed until now."""

    prices: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=_OBSERVED)))
    quantities: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=_OBSERVED)))
    totals: deque[int] = field(default_factory=lambda: deque(maxlen=_OF_SOURCE))
    of_person: dict[str, list[Bought]] = field(default_factory=lambda: defaultdict(list))

    def known(self, bought: Bought, person: str) -> Known:
        """What is known around an order."""
        skus = {piece.sku for piece in bought.pieces}
        return Known(
            prices={sku: list(self.prices[sku]) for sku in skus if sku in self.prices},
            quantities={sku: list(self.quantities[sku]) for sku in skus if sku in self.quantities},
            source_totals=list(self.totals),
            own_totals=[one.total for one in self.of_person[person]],
            earlier=self.of_person[person],
        )

    def keep(self, bought: Bought, person: str) -> None:
        """It passed."""
        for piece in bought.pieces:
            self.prices[piece.sku].append(piece.price)
            self.quantities[piece.sku].append(piece.quantity)
        self.totals.append(bought.total)
        self.of_person[person].append(bought)


def run(folder: Path, report: Report, say: Callable[[str], None]) -> None:
    """This will judge all detectors and note what came out."""
    say("reading …")
    orders = list(read(folder))
    say(f"{len(orders):,} orders: prices …")
    prices, covered = judge_prices(orders)
    size = f"{sum((prices.right, prices.false, prices.missed, prices.quiet)):,} lines covered"
    _note(report, "price × 3 and × ⅓", size, prices, 0.95)
    report.add("lines with five sales before, or a list price", "second half", f"{covered:.1%}")
    say("addresses …")
    for name, score in judge_addresses(5_000, Random(2)).items():  # noqa: S311  # not a secret
        _note(report, f"addresses, {name}", "5,000 generated", score, 0.95)
    say("duplicates …")
    again = judge_duplicates(orders, Random(3))  # noqa: S311  # not a secret
    _note(report, "duplicates and near ones", "real orders, one of eight sent again", again, 0.98)
    say("clean orders …")
    share, count, micros = judge_clean(orders, Random(4))  # noqa: S311  # not a secret
    report.add("clean orders untouched", f"{count:,} orders", f"{share:.2%}", budget="≥ 90 %", kept=share >= 0.9)
    report.add("all detectors and rules", "an order", f"{micros:.0f} µs of CPU")
    report.notes += NOTES


def read(folder: Path) -> Iterator[tuple[Bought, str]]:
    """The orders with who bought them, as they were placed. Raises: FileNotFoundError."""
    people = {row["customer_id"]: row["customer_unique_id"] for row in _rows(folder / "customers.csv.gz")}
    items: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(folder / "order_items.csv.gz"):
        items[row["order_id"]].append(row)
    rows = [row for row in _rows(folder / "orders.csv.gz") if row["order_id"] in items]
    for row in sorted(rows, key=lambda one: (one["order_purchase_timestamp"], one["order_id"])):
        pieces: dict[tuple[str, int], int] = defaultdict(int)
        for item in items[row["order_id"]]:
            pieces[item["product_id"], round(float(item["price"]) * 100)] += 1
        lines = [Piece(sku, quantity, price) for (sku, price), quantity in pieces.items()]
        at = datetime.fromisoformat(row["order_purchase_timestamp"]).replace(tzinfo=UTC)
        total = sum(line.price * line.quantity for line in lines)
        person = people[row["customer_id"]]
        yield Bought(row["order_id"], at, lines, total, _home(person), currency="BRL", source="olist"), person


def judge_prices(orders: list[tuple[Bought, str]]) -> tuple[Score, float]:
    """Prices three times and a third of what they were, and how many lines could be judged at all; planted anew in five
    turns, as few lines can be judged.
    """
    score, shares = Score(), []
    for turn in range(_TURNS):
        shares.append(_judge_prices(orders, Random(turn), score))  # noqa: S311  # where errors are planted, not a secret
    return score, sum(shares) / _TURNS


def _judge_prices(orders: list[tuple[Bought, str]], rng: Random, score: Score) -> float:
    past, all_lines, covered = Past(), 0, 0
    for number, (bought, _person) in enumerate(orders):
        pieces = []
        for piece in bought.pieces:
            chance = rng.random() if number >= len(orders) // 2 else 1.0
            seen = piece.price * 3 if chance < 0.05 else max(1, round(piece.price / 3)) if chance < 0.1 else piece.price
            alone = Bought(bought.key, bought.at, [replace(piece, price=seen)], 0)
            usual = past.prices[piece.sku]
            is_found = any(holds(abnormal_amount(alone, Known(prices={piece.sku: list(usual)}))))
            if number >= len(orders) // 2:
                all_lines += 1
                covered += len(usual) >= FEWEST
                if len(usual) >= FEWEST:
                    score.note(is_planted=chance < 0.1, is_found=is_found)
            if not is_found:
                pieces.append((piece.sku, seen))
        for sku, price in pieces:
            past.prices[sku].append(price)
    return covered / max(1, all_lines)


def judge_addresses(count: int, rng: Random) -> dict[str, Score]:
    """Sound ones, ones where a field is missing, and ones whose fields contradict each other."""
    scores = {"missing": Score(), "contradictory": Score()}
    for number in range(count):
        where = generated(rng)
        kind = rng.choice(("sound", "sound", "sound", "missing", "contradictory"))
        if kind == "missing":
            where = stripped(where, rng)
        elif kind == "contradictory":
            where = contradicted(where, rng)
        found = {one.reason for one in review(Bought(str(number), _DAY, (), 1, where), Known())}
        scores["missing"].note(is_planted=kind == "missing", is_found="incomplete" in found)
        scores["contradictory"].note(is_planted=kind == "contradictory", is_found="undeliverable" in found)
    return scores


def judge_duplicates(orders: list[tuple[Bought, str]], rng: Random) -> Score:
    """The second half of the orders, one of eight sent twice and one of eight followed by what is no duplicate."""
    score, of_person = Score(), defaultdict[str, list[Bought]](list)
    for number, (bought, person) in enumerate(orders):
        is_judged, turn = number >= len(orders) // 2, rng.randrange(8)
        if is_judged:
            score.note(is_planted=False, is_found=any(holds(duplicate(bought, Known(earlier=of_person[person])))))
        of_person[person].append(bought)
        if turn > 1 or not is_judged:
            continue
        second = _again(bought, rng) if turn else _another(bought, rng, orders)
        found = any(holds(duplicate(second, Known(earlier=[bought]))))
        score.note(is_planted=bool(turn), is_found=found)
    return score


def judge_clean(orders: list[tuple[Bought, str]], rng: Random) -> tuple[float, int, float]:
    """The share of orders nobody planted anything in that pass, how many there were, and what one costs."""
    past, passed, count, spent = Past(), 0, 0, 0.0
    for number, (bought, person) in enumerate(orders):
        known = past.known(bought, person)
        began = time.process_time()
        is_held = any(holds(review(bought, known)))
        spent += time.process_time() - began
        if number >= len(orders) // 2:
            count, passed = count + 1, passed + (not is_held)
        past.keep(bought, person)
    return passed / count, count, spent / len(orders) * 1e6


def holds(found: Iterable[Finding]) -> Iterator[bool]:
    """What the shipped rules say of each finding."""
    for one in found:
        asked = {"finding": one.reason, "kind": one.kind, "score": one.score}
        said = decide(_rules(), asked | {"amount": 100.0, "payment": "captured", "source": "web-shop"})
        yield isinstance(said, dict) and said.get("hold") is True


def _again(bought: Bought, rng: Random) -> Bought:
    """The same once more: as it was, with a slip, written another way, or from another shop."""
    at = bought.at + timedelta(minutes=rng.uniform(0.01, 23 * 60))
    way = rng.randrange(4)
    pieces = list(bought.pieces)
    if way == 1:
        pieces[0] = replace(pieces[0], quantity=pieces[0].quantity + 1)
    where = rewritten(bought.where, rng) if way == 2 else bought.where
    return replace(
        bought, key=f"{bought.key}+", at=at, pieces=pieces, where=where, source="other" if way == 3 else "olist"
    )


def _another(bought: Bought, rng: Random, orders: list[tuple[Bought, str]]) -> Bought:
    """Another order of the same person: other goods, another day, or another city."""
    way = rng.randrange(3)
    hours = rng.uniform(25, 24 * 14) if way == 1 else rng.uniform(0.01, 23)
    pieces, where = bought.pieces, bought.where
    if way == 0:
        mine = {piece.sku for piece in pieces}
        other = next(
            one for one, _person in iter(lambda: rng.choice(orders), None) if mine.isdisjoint(p.sku for p in one.pieces)
        )
        pieces = other.pieces
    if way == 2:
        where = next(each for each in iter(lambda: generated(rng), None) if each.city != where.city)
    return replace(bought, key=f"{bought.key}+", at=bought.at + timedelta(hours=hours), pieces=pieces, where=where)


def _home(person: str) -> Where:
    """Everybody lives somewhere, always at the same place."""
    return generated(Random(person))  # noqa: S311  # not a secret


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


_DAY = datetime(2026, 3, 10, tzinfo=UTC)
_kept: list[str] = []


def _rules() -> str:
    if not _kept:
        _kept.append(json.dumps(json.loads(RULES.read_text("utf-8"))["content"]))
    return _kept[0]


def _note(report: Report, name: str, size: str, score: Score, least: float) -> None:
    for word, value in (("precision", score.precision), ("recall", score.recall)):
        report.add(f"{name}: {word}", size, f"{value:.4f}", budget=f"≥ {least}", kept=value >= least)
