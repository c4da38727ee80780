"""`docs/acceptance.md` names nothing that is gone, and calls nothing kept that it does not show."""

import re

from tests.test_pains import ROOT, _tests

PAGE = (ROOT / "docs/acceptance.md").read_text(encoding="utf-8")
ROWS = [
    (clause, shown, state)
    for clause, shown, state in re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    if state not in ("state", "---")
]


def test_every_line_says_kept_partly_or_not() -> None:
    assert len(ROWS) > 80
    for clause, _, state in ROWS:
        assert re.match(r"(kept|partly|not)\b", state), clause


def test_what_is_kept_names_tests_that_exist() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in _tests())
    known = set(re.findall(r"^\s*(?:async )?def (test_\w+)\(", written, re.MULTILINE))
    for clause, shown, state in ROWS:
        named = re.findall(r"`(test_\w+)`", shown)
        assert set(named) <= known, f"{clause}: {set(named) - known}"
        assert named or not state.startswith("kept") or "](" in shown, f"{clause} shows nothing"


def test_every_clause_has_a_line() -> None:
    first = {clause.split()[0] for clause, _, _ in ROWS}
    wanted = [f"A{n}" for n in range(1, 10)] + [f"B{n}" for n in range(1, 13)] + [f"C{n}" for n in range(1, 8)]
    assert set(wanted) | {"F1", "K"} <= first
