"""What people say in the search bench: half Chinese, half English, common words and rare ones, every line its own."""

import json
from pathlib import Path
from random import Random

from zhoudao.doors.cli.bench_seed import Speech

_WORDS: dict[str, list[str]] = json.loads((Path(__file__).parent / "demo_data" / "bench_speech.json").read_text())
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Mixed(Speech):
    """Odd cases are English. One line in ten names a model, one in a thousand a word nobody else uses."""

    def text(self, number: int, turn: int) -> str:
        """What is said in this turn of this case; the same whenever it is asked."""
        rng = Random(number * 4 + turn)  # noqa: S311  # made-up sentences
        line = (_english if number % 2 else _chinese)(rng, turn)
        if rng.random() < 0.1:
            line += f" {rng.choice(_LETTERS)}{rng.choice(_LETTERS)}-{rng.randrange(10**5):05d}"
        if rng.random() < 0.001:
            line += " " + "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(3))
        return line


def _chinese(rng: Random, turn: int) -> str:
    thing, place, order = rng.choice(_WORDS["things"]), rng.choice(_WORDS["places"]), rng.randrange(10**7)
    if turn == 1:
        return f"您好，订单 O{order:07d} 的{thing}已经从{place}仓库查到了，今天会给您答复，请放心。"
    trouble, ends = rng.choice(_WORDS["troubles"]), rng.sample(_WORDS["ends"], 2)
    return f"你好，我在{place}买的{thing}{trouble}，订单号 O{order:07d}，{'，'.join(ends)}。"


def _english(rng: Random, turn: int) -> str:
    thing, order = rng.choice(_WORDS["goods"]), rng.randrange(10**7)
    if turn == 1:
        return f"Hello, we have found your {thing} of order O{order:07d} and will answer you today."
    trouble, wish = rng.choice(_WORDS["faults"]), rng.choice(_WORDS["wishes"])
    return f"Hi, the {thing} I bought {trouble}. Order O{order:07d}, {wish}."
