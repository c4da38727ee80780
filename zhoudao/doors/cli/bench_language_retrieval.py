"""Retrieval: does the right entry come among the first five, and how long does it take at ten thousand entries."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhoudao.doors.cli.bench_language_intents import rows_of
from zhoudao.doors.cli.bench_language_shares import share

if TYPE_CHECKING:
    from zhoudao.doors.cli.bench_report import Report

PHRASINGS, ASKED, DRAWS, ENTRIES, TIMED = 10, 1_000, 3, 10_000, 200
_FIRST: Final = (1, 5)


def run(data: Path, report: Report, say: Callable[[str], None]) -> None:
    """This will measure. Raises: Refused (no data)"""
    import numpy as np

    from zhoudao.engines.language.retrieval import Index

    by_intent: dict[str, list[str]] = defaultdict(list)
    questions = {row["text"].strip(): row["category"] for row in rows_of(data / "intents" / "banking77_train.csv.gz")}
    for text, intent in questions.items():
        by_intent[intent].append(text)
    hits = dict.fromkeys(_FIRST, 0)
    for draw in range(DRAWS):
        say(f"draw {draw + 1} of {DRAWS} …")
        rng = np.random.default_rng(draw)
        mixed = {intent: [ways[place] for place in rng.permutation(len(ways))] for intent, ways in by_intent.items()}
        index = Index()
        index.add({intent: ways[:PHRASINGS] for intent, ways in mixed.items()})
        rest = [(text, intent) for intent, ways in mixed.items() for text in ways[PHRASINGS:]]
        for place in rng.permutation(len(rest))[:ASKED]:
            text, intent = rest[place]
            keys = [one.key for one in index.search(text)]
            for first in _FIRST:
                hits[first] += intent in keys[:first]
    size = f"{len(by_intent)} entries of {PHRASINGS} phrasings, {DRAWS} x {ASKED:,} questions"
    asked = DRAWS * ASKED
    report.add("the right entry is the first", size, share(hits[1], asked))
    report.add(
        "the right entry is among five", size, share(hits[5], asked), budget="≥ 0.90", kept=hits[5] >= 0.9 * asked
    )
    _speed(list(questions), report, say)


def _speed(texts: list[str], report: Report, say: Callable[[str], None]) -> None:
    """Ten thousand entries of one distinct phrasing each; CPU time of one thread."""
    import numpy as np

    from zhoudao.engines.language.retrieval import Index

    say(f"{ENTRIES:,} entries …")
    index = Index()
    index.add({str(place): [text] for place, text in enumerate(texts[:ENTRIES])})
    index.search(texts[0])
    times = []
    for text in texts[:TIMED]:
        began = time.process_time()
        index.search(f"{text} please")
        times.append(1000 * (time.process_time() - began))
    high = float(np.quantile(times, 0.95))
    size = f"{len(index):,} entries"
    report.add("search, p95", size, f"{high:.1f} ms of CPU", budget="≤ 60 ms", kept=high <= 60)
    began = time.process_time()
    index.add({"new": ["where can I park my car"]})
    index.search("parking")
    report.add("an entry added, and the next search", size, f"{1000 * (time.process_time() - began):.0f} ms of CPU")
