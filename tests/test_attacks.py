"""`docs/attacks.md` claims nothing that no test shows."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/attacks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \| ?([^|]*) ?\|$", PAGE, re.MULTILINE)


def test_every_attack_has_its_line_in_order() -> None:
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 56))
    assert len(ROWS) == PAGE.count("\n| ") - 2 * PAGE.count("\n| # |"), "no line is written otherwise"


def test_every_line_names_tests_that_exist_or_says_not_yet() -> None:
    paths = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("zhoudao/**/test_*.py")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    known = set(re.findall(r"^\s*(?:async )?def (test_\w+)\(", written, re.MULTILINE))
    for number, here, shown in ROWS:
        named = re.findall(r"`(\w+)`", shown)
        assert named or here.startswith("Not yet"), f"{number} shows nothing"
        assert set(named) <= known, f"{number} names {set(named) - known}, which are gone"
