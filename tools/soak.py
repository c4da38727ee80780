"""Runs the full-size tests, or those named, and writes what they found into docs/soak-report.md beside the others."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs/soak-report.md"


def main() -> int:
    """This will run `pytest -m soak` with the arguments given; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    _, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [sys.executable, "-m", "pytest", "-m", "soak", f"--junitxml={results}", *more]
        code = subprocess.run(command, cwd=ROOT, env=os.environ | {"SOAK": "1"}, check=False).returncode
        if results.exists():
            REPORT.write_text(report(results), encoding="utf-8")
            print(f"Written: {REPORT.relative_to(ROOT)}")
    return code


def report(results: Path) -> str:
    """The page, from pytest's own account of the run; tests that did not run keep their last line."""
    suite = ElementTree.parse(results).getroot()  # noqa: S314  # we wrote it ourselves a moment ago
    rows = _rows(REPORT.read_text(encoding="utf-8") if REPORT.exists() else "")
    rows |= _rows("\n".join(_row(case) for case in suite.iter("testcase")))
    lines = [
        "# The last soak",
        "",
        f"{os.cpu_count()} cores, Python {platform.python_version()}. Written by `make soak`.",
        "",
        "| test | result | when (UTC) | commit | seconds | figures |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(rows[name] for name in sorted(rows))]) + "\n"


def _rows(page: str) -> dict[str, str]:
    """The lines of a table by their test; the head is none."""
    lines = [line for line in page.splitlines() if line.count("|") == 7 and not line.startswith(("| test", "|---"))]
    return {line.split("|")[1].strip(): line for line in lines}


def _row(case: ElementTree.Element) -> str:
    marks = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
    figures = "; ".join(f"{one.get('name')}: {one.get('value')}" for one in case.iter("property"))
    name = case.get("name", "").removeprefix("test_").replace("_", " ")
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    done = f"{marks[0] if marks else 'passed'} | {when} | {_commit()} | {float(case.get('time', 0)):.0f}"
    return f"| {name} | {done} | {figures} |"


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
