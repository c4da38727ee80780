"""Whatever silences a check, or opens a door, says why beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_SILENCE = re.compile(
    r"#\s*(?:type: ignore(?:\[[\w, -]+\])?|noqa(?:: [A-Z0-9, ]+)?|nosec(?: [A-Z0-9, ]+)?|pragma: no cover)"
)
_REASON = re.compile(r"\s*(?:#|-|–)\s*\w+[ '-]\S")  # "
_OPEN = re.compile(r"^@csrf_exempt(.*)$")


def _lines() -> Iterator[tuple[str, str]]:
    for folder in ("zhoudao", "tests", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts and path.name != "test_silences.py":
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                    yield f"{path.relative_to(ROOT)}:{number}", line


def test_no_check_is_silenced_without_a_reason() -> None:
    found = [
        where
        for where, line in _lines()
        for one in _SILENCE.finditer(line)
        if not _SILENCE.match(line[one.end() :].lstrip()) and not _REASON.match(line[one.end() :])
    ]
    assert found == []


def test_no_post_is_taken_from_other_sites_without_a_reason() -> None:
    found = [where for where, line in _lines() if (open_ := _OPEN.match(line)) and not _REASON.match(open_[1])]
    assert found == []
