"""Plays dialogues through the running product, at a pace of its own; playing again goes on where it stopped."""

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from zhoudao.doors.cli.demo_dialogues import Dialogue, Turn
from zhoudao.doors.cli.demo_door import Door, Unexpected, Unreachable, Visitor, opened
from zhoudao.kit.frozen import frozen

_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.05, 1.0
_NIGHT = timedelta(hours=16)  # of dialogue time: the longest a case waits for somebody's shift
_PATIENCE_SECONDS = 120.0
_ENDING = {"outcome": "solved", "cause": "information"}
_TRIES = 5
_TOLD = timedelta(milliseconds=1)  # the API tells moments to the millisecond


class NobodyCame(Exception):
    """No colleague was found for the case, or it did not take in what was written."""


@frozen
class Pace:
    """Dialogue time in real time: `speed` dialogue seconds a second from `began` (monotonic); 0 does not wait."""

    speed: float
    began: float

    async def until(self, at: timedelta) -> None:
        """This will wait for a moment of dialogue time."""
        if self.speed:
            await asyncio.sleep(max(0.0, self.began + at.total_seconds() / self.speed - time.monotonic()))

    def patience(self) -> float:
        """How many seconds a case may wait for somebody."""
        return _PATIENCE_SECONDS + (_NIGHT.total_seconds() / self.speed if self.speed else 0.0)


class Ledger:
    """What the product acknowledged, one JSON object a line: what a customer and an agent could swear to."""

    def __init__(self, path: Path | None) -> None:
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None
        self.counts: Counter[str] = Counter()

    def write(self, what: str, dialogue: Dialogue, **facts: Any) -> None:
        """This will note one acknowledgement."""
        self.counts[what] += 1
        if self._file:
            self._file.write(json.dumps({"what": what, "dialogue": dialogue.id, **facts}, ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        """This will let go of the file."""
        if self._file:
            self._file.close()


@dataclass
class Played:
    """What became of a replay."""

    dialogues: int
    done: int = 0
    wordless: int = 0
    retried: int = 0
    troubles: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def show(self) -> None:
        """This will redraw the progress bar, where somebody looks."""
        if sys.stderr.isatty():
            bar = "█" * (40 * self.done // max(1, self.dialogues))
            said = self.counts.get("message", 0) + self.counts.get("reply", 0)
            print(f"\r{bar:░<40} {self.done}/{self.dialogues} · {said} messages ", end="", file=sys.stderr, flush=True)


class Player:
    """Plays one dialogue after the other, as its customer and as whoever routing chose."""

    def __init__(self, door: Door, pace: Pace, ledger: Ledger) -> None:
        self._door, self._pace, self._ledger = door, pace, ledger

    async def play(self, dialogue: Dialogue) -> None:
        """This will play what has not been played yet.

        Raises: NobodyCame, Unexpected, Unreachable
        """
        await self._pace.until(dialogue.turns[0].at)
        visitor = await self._door.start(dialogue.id)
        before = (await self._door.history(visitor))["messages"]
        heard = {message["client_id"] for message in before if message["from"] == "visitor"}
        answers = sum(message["from"] == "staff" for message in before)
        conversation_id = before[0]["conversation_id"] if before else ""
        for turn in dialogue.turns:
            await self._pace.until(turn.at)
            if turn.sender == "customer":
                if _key(dialogue, turn) not in heard:
                    conversation_id = await self._say(dialogue, turn, visitor)
            elif answers:
                answers -= 1
            else:
                await self._answer(dialogue, turn, visitor, conversation_id)
        if dialogue.score is not None:
            await self._finish(dialogue, visitor, conversation_id)

    async def _say(self, dialogue: Dialogue, turn: Turn, visitor: Visitor) -> str:
        key = _key(dialogue, turn)
        taken = await self._door.say(visitor, key, turn.text, dialogue.name)
        self._ledger.write("message", dialogue, turn=turn.number, key=key, id=taken["message_id"])
        return str(taken["conversation_id"])

    async def _answer(self, dialogue: Dialogue, turn: Turn, visitor: Visitor, conversation_id: str) -> None:
        case = await self._case(visitor, conversation_id)
        body = {"text": turn.text, "undo_seconds": 0}
        sent = await self._door.act(case["number"], "replies", _key(dialogue, turn), body)
        facts = {"case": case["number"], "owner": case["owner"]["id"]}
        self._ledger.write("reply", dialogue, turn=turn.number, id=sent["message_id"], **facts)

    async def _finish(self, dialogue: Dialogue, visitor: Visitor, conversation_id: str) -> None:
        """Resolved and rated. Words that were still on their way may open the case again: then once more."""
        for attempt in range(_TRIES):
            case = await self._case(visitor, conversation_id)
            if case["status"] not in ("resolved", "closed"):
                await self._door.act(case["number"], "resolve", f"replay-{dialogue.id}-resolve-{attempt}", _ENDING)
                self._ledger.write("resolved", dialogue, case=case["number"])
            link = (await self._door.history(visitor))["cases"][-1]["rating_path"]
            if link and await self._door.rate(link, dialogue.score or 0):
                self._ledger.write("rated", dialogue, case=case["number"], score=dialogue.score)
                return
        raise NobodyCame(f"case {case['number']} was opened again {_TRIES} times")

    async def _case(self, visitor: Visitor, conversation_id: str) -> dict[str, Any]:
        """The conversation's case once somebody has it and it knows of all that was written."""
        written = [row for row in (await self._door.history(visitor))["messages"] if row["from"] != "system"]
        last = max(datetime.fromisoformat(row["at"]) for row in written) - _TOLD
        deadline, wait = time.monotonic() + self._pace.patience(), _LOOK_SECONDS
        while time.monotonic() < deadline:
            case = await self._door.case_of(conversation_id)
            if case and case["owner"] and datetime.fromisoformat(case["updated_at"]) >= last:
                return case
            await asyncio.sleep(wait)
            wait = min(_LONGEST_LOOK_SECONDS, wait * 1.5)
        raise NobodyCame("nobody was found for the case" if case else "no case was opened")


async def replay(
    dialogues: Sequence[Dialogue], *, url: str, token: str, pace: Pace, concurrency: int, ledger: Path | None = None
) -> Played:
    """This will play all dialogues, at most `concurrency` at once, and tell how it went."""
    book, gate = Ledger(ledger), asyncio.Semaphore(concurrency)
    played = Played(len(dialogues), wordless=sum(dialogue.wordless for dialogue in dialogues))
    async with opened(url, token, min(concurrency, 32)) as door:
        player = Player(door, pace, book)

        async def one(dialogue: Dialogue) -> None:
            await pace.until(dialogue.turns[0].at)
            async with gate:
                try:
                    await player.play(dialogue)
                    played.done += 1
                except (NobodyCame, Unexpected, Unreachable) as trouble:
                    played.troubles.append(f"{dialogue.id}: {trouble}")
                played.counts = dict(book.counts)
                played.show()

        await asyncio.gather(*(one(dialogue) for dialogue in dialogues))
        played.retried = door.retried
    with contextlib.suppress(OSError):
        book.close()
    return played


def _key(dialogue: Dialogue, turn: Turn) -> str:
    return f"replay-{dialogue.id}-{turn.number:02d}"
