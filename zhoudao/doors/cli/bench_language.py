"""`zhoudao bench language`: how good and how fast what reads messages is, part by part."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from zhoudao.doors.cli.bench_report import Report

# Each part is a module `bench_language_NAME` with `run(data, report, say)`; `data` is the folder of published data.
PARTS: Final = ("intents", "sentiment", "retrieval", "photos")


def run(data: Path, only: str | None, say: Callable[[str], None]) -> list[Report]:
    """This will run the parts asked for and tell what each found."""
    reports = []
    for name in PARTS:
        if only in (None, name):
            report = Report(f"language: {name}")
            report.calibrate()
            import_module(f"zhoudao.doors.cli.bench_language_{name}").run(data, report, say)
            report.calibrate()
            reports.append(report)
    return reports
