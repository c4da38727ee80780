"""`docs/pains.md` claims nothing that no test shows."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/pains.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)


def test_every_complaint_has_its_line_in_order() -> None:
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 47))


def test_every_line_names_tests_that_exist_or_says_not_yet() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in _tests())
    known = set(re.findall(r"^\s*(?:async )?def (test_\w+)\(", written, re.MULTILINE))
    for number, here, shown in ROWS:
        named = re.findall(r"`(\w+)`", shown)
        if not named:
            assert here.startswith("Not yet"), f"{number} shows nothing"
        for name in named:
            assert name in known or (ROOT / name).exists(), f"{number} names {name}, which is gone"


def _tests() -> list[Path]:
    return [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("zhoudao/**/test_*.py")]
