"""Moods: published reviews, a fifth of which was never learned from, and whether it carries over to dialogues."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.bench_language_shares import share

if TYPE_CHECKING:
    from zhoudao.doors.cli.bench_report import Report

_HELD: Final = 51  # of 256: as tools/train_emotion.py splits
_BATCH: Final = 256


def run(data: Path, report: Report, say: Callable[[str], None]) -> None:
    """This will measure. Raises: Refused (no data)"""
    import numpy as np
    from sklearn.metrics import roc_auc_score

    texts, upset = _held(data / "reviews")
    say(f"{len(texts):,} reviews …")
    odds = _odds(texts)
    right = int(((odds > 0) == upset).sum())
    size = f"{len(texts):,} reviews never learned from"
    report.add(
        "shopping reviews, right", size, share(right, len(texts)), budget="≥ 0.86", kept=right >= 0.86 * len(texts)
    )
    area = float(roc_auc_score(upset, odds))
    rng = np.random.default_rng(5)
    drawn = [rng.integers(0, len(texts), len(texts)) for _ in range(200)]
    low, high = np.quantile([roc_auc_score(upset[one], odds[one]) for one in drawn], [0.025, 0.975])
    told = f"{area:.4f} ({low:.4f} to {high:.4f})"
    report.add("shopping reviews, area under the curve", size, told, budget="≥ 0.925", kept=area >= 0.925)
    _dialogues(data / "dialogues" / "weibo_helpdesk.jsonl.gz", report, say)


def _odds(texts: list[str]) -> Any:
    from zhoudao.engines.language.sentiment import upset_odds
    from zhoudao.engines.language.vectors import encoded

    return upset_odds(texts, encoded(texts))


def _held(folder: Path) -> tuple[list[str], Any]:
    """The distinct reviews of the fifth, folded, and whether each is a negative one. Raises: Refused"""
    import numpy as np

    from zhoudao.engines.language.grams import folded

    sides: dict[str, set[bool]] = {}
    for name, is_upset in (("shopping_pos", False), ("shopping_neg", True)):
        file = folder / f"{name}.txt.gz"
        if not file.is_file():
            raise Refused(f"There is no {file}; say with --data where the published data lie.")
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in filter(str.strip, lines):
                sides.setdefault(folded(line.strip()).text, set()).add(is_upset)
    known = [(text, next(iter(found))) for text, found in sides.items() if len(found) == 1]
    held = [(text, side) for text, side in known if sha256(text.encode()).digest()[0] < _HELD]
    return [text for text, _ in held], np.array([side for _, side in held])


def _dialogues(file: Path, report: Report, say: Callable[[str], None]) -> None:
    """The last words of each customer against how satisfied people who read the dialogue found them."""
    import numpy as np

    if not file.is_file():
        report.notes.append(f"NOT MEASURED: dialogues, there is no {file}.")
        return
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        told = [json.loads(line) for line in lines]
    pairs = [
        ([turn["text"] for turn in one["turns"] if turn["sender"] == "customer"][-1:], one["satisfaction"])
        for one in told
    ]
    texts = [words[0] for words, _ in pairs if words]
    satisfied = np.array([value for words, value in pairs if words], float)
    say(f"{len(texts):,} dialogues …")
    found = float(np.corrcoef(-_odds(texts), satisfied)[0, 1])
    report.add("dialogues, correlation with satisfaction", f"{len(texts):,} last turns of customers", f"{found:.3f}")
