"""The messages labelled by hand that triage learns from, by `docs/how-to/label.md`."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zhoudao.engines.language.taxonomy import LANGUAGES, URGENCIES, Language, Topic, Urgency, topic_of

FILE: Final = Path(__file__).parent / "data" / "messages.csv"
HEADER: Final = ("text", "language", "topic", "urgency", "emotion")


class BadLabels(ValueError):
    """A file of labelled messages holds a row that the taxonomy does not know."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what a person said of it; `emotion` is 0 (delighted) to 100 (furious), 50 neither."""

    text: str
    language: Language
    topic: Topic
    urgency: Urgency
    emotion: int


def labelled(file: Path = FILE) -> tuple[Labelled, ...]:
    """This will read a file of labelled messages, in its order.

    Raises: BadLabels, with the line.
    """
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        if tuple(next(rows, ())) != HEADER:
            raise BadLabels(f"{file.name}, line 1: not {','.join(HEADER)}")
        return tuple(_row(row, f"{file.name}, line {rows.line_num}") for row in rows)


def _row(row: list[str], where: str) -> Labelled:
    try:
        text, language, code, urgency, emotion = row
        topic, upset = topic_of(code), int(emotion)
    except (ValueError, LookupError) as error:
        raise BadLabels(f"{where}: {error}") from error
    if not text.strip() or language not in LANGUAGES or urgency not in URGENCIES or not 0 <= upset <= 100:
        raise BadLabels(f"{where}: {row}")
    return Labelled(text, language, topic, urgency, upset)
