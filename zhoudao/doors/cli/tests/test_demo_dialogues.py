"""Dialogue files are read with care, and planned the same way every time."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.demo_dialogues import SMALL_SET, Dialogue, read, schedule


def row(**differs: Any) -> str:
    turns = [{"sender": "customer", "text": "在吗"}, {"sender": "helpdesk", "text": "在的"}]
    return json.dumps({"id": "d-1", "turns": turns, "satisfaction": 0.9} | differs)


def file_of(folder: Path, *rows: str) -> Path:
    file = folder / "dialogues.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def test_satisfaction_becomes_stars(tmp_path: Path) -> None:
    scores = {-2.0: 1, -0.6: 2, 0.0: 3, 0.9: 4, 2.0: 5}
    rows = [row(id=f"d{number}", satisfaction=value) for number, value in enumerate(scores)]
    assert [dialogue.score for dialogue in read(file_of(tmp_path, *rows))] == list(scores.values())
    assert read(file_of(tmp_path, row(open=True)))[0].score is None


def test_turns_without_words_are_left_out_and_counted(tmp_path: Path) -> None:
    turns = [{"sender": "customer", "text": "在吗"}, {"sender": "helpdesk", "text": " "}]
    (dialogue,) = read(file_of(tmp_path, row(turns=[*turns, {"sender": "customer", "text": "?"}])))
    assert [turn.number for turn in dialogue.turns] == [0, 2]
    assert dialogue.wordless == 1


@pytest.mark.parametrize(
    "bad",
    [
        "not json",
        "[]",
        row(id="no spaces please"),
        row(turns=[]),
        row(turns=[{"sender": "helpdesk", "text": "您好"}]),
        row(turns=[{"sender": "robot", "text": "beep"}]),
        row(satisfaction="very"),
        row(id="d-1") + "\n" + row(id="d-1"),
    ],
)
def test_what_is_no_dialogue_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(Refused):
        read(file_of(tmp_path, bad))


def test_a_gzipped_file_reads_the_same_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "dialogues.jsonl.gz"
    packed.write_bytes(gzip.compress(SMALL_SET.read_bytes()))
    assert read(packed, limit=3) == read(SMALL_SET)[:3]
    packed.write_bytes(packed.read_bytes()[:200])
    with pytest.raises(Refused):
        read(packed)
    with pytest.raises(Refused):
        read(tmp_path / "nowhere.jsonl")


def test_a_plan_is_the_same_every_time_and_keeps_order() -> None:
    span = timedelta(hours=24)
    planned = schedule(read(SMALL_SET), span)
    assert planned == schedule(read(SMALL_SET), span)
    arrivals = [dialogue.turns[0].at for dialogue in planned]
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] <= span
    assert all(first.at < second.at for dialogue in planned for first, second in pairs(dialogue))


def pairs(dialogue: Dialogue) -> Any:
    return zip(dialogue.turns, dialogue.turns[1:], strict=False)
