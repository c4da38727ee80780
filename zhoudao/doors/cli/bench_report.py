"""A bench's figures beside their budgets, and how they are printed."""

import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zhoudao.kit.frozen import frozen

_LOOP = 200_000


@frozen
class Figure:
    """One measured figure. `is_kept` is None where nothing was promised."""

    name: str
    size: str
    value: str
    budget: str = ""
    is_kept: bool | None = None
    peers: str = ""


@dataclass
class Report:
    """What one bench found."""

    bench: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    loops: list[float] = field(default_factory=list)

    def add(
        self, name: str, size: str, value: str, *, budget: str = "", kept: bool | None = None, peers: str = ""
    ) -> None:
        """This will note a figure."""
        self.figures.append(Figure(name, size, value, budget, kept, peers))

    def calibrate(self) -> None:
        """This will run the fixed loop: what our milliseconds are worth on this machine at this moment."""
        began, value = time.process_time(), 0
        for number in range(_LOOP):
            value = (value * 31 + number) % 1_000_003
        self.loops.append((time.process_time() - began) * 1000)

    @property
    def loop(self) -> float:
        """Mean CPU milliseconds of the fixed loop while the bench ran."""
        return sum(self.loops) / len(self.loops) if self.loops else 0.0

    @property
    def is_kept(self) -> bool:
        """Whether every budget holds."""
        return all(figure.is_kept is not False for figure in self.figures)

    def machine(self) -> str:
        """What this ran on."""
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
        loop = f"; fixed loop {self.loop:.1f} ms ({min(self.loops):.1f}-{max(self.loops):.1f})" if self.loops else ""
        return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; load {load}{loop}"

    def to_json(self) -> str:
        """For programs."""
        found: dict[str, Any] = {"bench": self.bench, "at": _now(), "machine": self.machine(), "is_kept": self.is_kept}
        found |= {"loop_ms": round(self.loop, 2), "figures": [asdict(one) for one in self.figures], "notes": self.notes}
        return json.dumps(found, ensure_ascii=False, indent=2)

    def to_markdown(self) -> str:
        """For people, on a page and on a screen."""
        head = ("figure", "cases", "ours", "budget", "", "peers")
        lines = [(f.name, f.size, f.value, f.budget, _verdict(f.is_kept), f.peers) for f in self.figures]
        table = [_row(head), _row(tuple("---" for _ in head)), *(_row(line) for line in lines)]
        notes = [f"- {note}" for note in self.notes]
        return "\n".join([f"## {self.bench}", "", f"{_now()[:16]}Z. {self.machine()}.", "", *table, "", *notes, ""])

    def keep(self, path: Path) -> None:
        """This will put this bench's section into the page, in place of the one before."""
        title = "# Measured\n\nWritten by `zhoudao bench … --report`; each section is the last run of its bench.\n\n"
        known = path.read_text() if path.exists() else title
        begin = known.find(f"## {self.bench}\n")
        if begin < 0:
            path.write_text(known.rstrip() + "\n\n" + self.to_markdown())
            return
        end = known.find("\n## ", begin + 3)
        rest = known[end + 1 :] if end >= 0 else ""
        path.write_text((known[:begin] + self.to_markdown() + "\n" + rest).rstrip() + "\n")


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _verdict(is_kept: bool | None) -> str:
    return "" if is_kept is None else "kept" if is_kept else "**missed**"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="minutes")
