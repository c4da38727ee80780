"""Dialogues to replay: read from a file, and given moments that are the same at every reading."""

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import field
from datetime import timedelta
from pathlib import Path
from typing import Any

from zhoudao.doors.cli import Refused
from zhoudao.kit.frozen import frozen

SMALL_SET = Path(__file__).parent / "demo_data" / "dialogues.jsonl"
MEAN_GAP = timedelta(minutes=3)  # between two customers' first words
_REPLY_MEDIAN_MINUTES, _CUSTOMER_MEDIAN_MINUTES, _SPREAD = 9.0, 4.0, 0.9
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SENDERS = ("customer", "helpdesk")


@frozen
class Turn:
    """One message; `number` counts all turns of the file's dialogue, `at` is dialogue time."""

    number: int
    sender: str
    text: str
    at: timedelta = timedelta(0)


@frozen
class Dialogue:
    """`score` is the rating given after the last turn, None for a dialogue that is still open then."""

    id: str
    turns: tuple[Turn, ...]
    score: int | None
    name: str = ""
    wordless: int = field(default=0, compare=False)  # turns without words: a chat message must say something


def read(path: Path, limit: int = 0) -> list[Dialogue]:
    """This will read a file of one JSON object a line, gzipped or not.

    Raises: Refused
    """
    try:
        found: list[Dialogue] = []
        for number, line in enumerate(_lines(path), 1):
            if line.strip() and not (limit and len(found) >= limit):
                found.append(_dialogue(line, f"{path.name}, line {number}"))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}") from error
    if len({dialogue.id for dialogue in found}) < len(found):
        raise Refused(f"{path.name}: two dialogues have the same id.")
    return found


def schedule(dialogues: list[Dialogue], span: timedelta | None = None) -> list[Dialogue]:
    """This will give every turn its dialogue time: customers come by chance over `span`, people take lognormal minutes.

    Chance is seeded by the dialogues' ids, so that every replay of a file is the same.
    """
    span = span or MEAN_GAP * len(dialogues)
    chance = [random.Random(dialogue.id) for dialogue in dialogues]  # noqa: S311  # for show, not for secrets
    gaps = [rng.expovariate(1.0) for rng in chance]
    share, arrived = sum(gaps) or 1.0, 0.0
    planned = []
    for dialogue, rng, gap in zip(dialogues, chance, gaps, strict=True):
        arrived += gap / share
        planned.append(_planned(dialogue, rng, span * arrived))
    return planned


def _planned(dialogue: Dialogue, rng: random.Random, at: timedelta) -> Dialogue:
    turns: list[Turn] = []
    for turn in dialogue.turns:
        if turns:
            median = _REPLY_MEDIAN_MINUTES if turn.sender == "helpdesk" else _CUSTOMER_MEDIAN_MINUTES
            at += timedelta(minutes=median * rng.lognormvariate(0, _SPREAD))
        turns.append(Turn(turn.number, turn.sender, turn.text, at))
    return Dialogue(dialogue.id, tuple(turns), dialogue.score, dialogue.name, dialogue.wordless)


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from file
    else:
        yield from path.read_text(encoding="utf-8").splitlines()


def _dialogue(line: str, where: str) -> Dialogue:
    try:
        row: dict[str, Any] = json.loads(line)
        turns = [Turn(number, str(turn["sender"]), str(turn["text"])) for number, turn in enumerate(row["turns"])]
        score = None if row.get("open") else min(5, max(1, round(3 + float(row["satisfaction"]))))
        found = str(row["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"{where}: a dialogue has id, turns (sender, text) and satisfaction ({error!r}).") from error
    said = tuple(turn for turn in turns if turn.text.strip())
    if not _ID.fullmatch(found) or any(turn.sender not in _SENDERS for turn in turns):
        raise Refused(f"{where}: an id has up to 40 letters, digits, - or _; senders are customer and helpdesk.")
    if not said or said[0].sender != "customer":
        raise Refused(f"{where}: a dialogue begins with something its customer says.")
    return Dialogue(found, said, score, str(row.get("name", "")), len(turns) - len(said))
