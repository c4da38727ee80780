"""`zhoudao compare` from the outside: one page in words, refusals by row, exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zhoudao.config.main import main


def pilot(folder: Path, *, stores: int = 10, effect: float = -6.0, heading: str = "store,week,value,pilot") -> Path:
    """Half of the stores, eight weeks, ten cases each; the other half of them to compare with."""
    rng, lines = np.random.default_rng(1), [heading]
    for store in range(stores):
        for week in range(-4, 4):
            is_pilot = store < stores // 2
            for value in rng.normal(30 + (effect if is_pilot and week >= 0 else 0), 4, 10):
                lines.append(f"S{store},{week},{value:.3f},{int(is_pilot)}")
    path = folder / "pilot.csv"
    path.write_text("\n".join(lines))
    return path


def test_a_pilot_is_told_in_words_in_the_language_asked_for(tmp_path: Path) -> None:
    """As a program of its own, with nothing of an installation."""
    path = pilot(tmp_path)
    command = [sys.executable, "-m", "zhoudao.config.main", "compare", str(path), "--kind", "time", "--unit", "h"]
    done = subprocess.run([*command, "--measure", "time to answer"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("time to answer: Better\n\nIn the 5 pilot stores time to answer was ")
    assert "shorter than it would have been (between " in done.stdout
    assert done.stdout.rstrip().endswith("Next: roll it out step by step, and go on watching.")
    done = subprocess.run([*command, "--language", "zh-hans"], capture_output=True, text=True, check=True)
    assert "5 家试点门店" in done.stdout
    assert not list(tmp_path.glob("*zhoudao*"))


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["compare", *arguments, "--json"]) == 0
    comparisons: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["comparisons"]
    return comparisons


def test_figures_are_for_programs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (one,) = found(capsys, str(pilot(tmp_path)), "--kind", "time")
    assert one["verdict"] == "better"
    assert one["effect"]["value"] == pytest.approx(-6, abs=1.5)
    (other,) = found(capsys, str(pilot(tmp_path)), "--kind", "score")
    assert other["verdict"] == "worse"  # of a score less is worse


def test_dates_are_weeks_from_the_start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "dated.csv"
    lines = ["date,unit,treated,value,open"]
    for day in range(1, 29):
        for store in "ABCD":
            lines += [f"2026-02-{day:02d},{store},{'yes' if store < 'C' else 'no'},{day + ord(store)},"] * 3
    path.write_text("\ufeff" + "\n".join(lines))
    (one,) = found(capsys, str(path), "--kind", "time", "--start", "2026-02-15")
    assert one["weekly"]["periods"] == [-2, -1, 0, 1]
    assert [one[side]["cases"] for side in ("pilot_before", "pilot_after")] == [84, 84]


def test_a_pilot_with_one_store_is_told_to_be_not_enough(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (one,) = found(capsys, str(pilot(tmp_path, stores=3)), "--kind", "time")
    assert (one["verdict"], one["reasons"]) == ("not_enough", ["one_store"])


def test_several_measures_are_judged_as_one_family(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = pilot(tmp_path).read_text().splitlines()
    path = tmp_path / "many.csv"
    path.write_text("\n".join([rows[0] + ",measure", *(f"{row},{name}" for name in ("a", "b") for row in rows[1:])]))
    assert [one["name"] for one in found(capsys, str(path), "--kind", "time")] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no column unit, value, treated, period or date. It has: nothing."),
        ("unit,value,treated\nA,1,1", "there is no column period or date"),
        ("unit,value,treated,date\nA,1,1,2026-01-01", "say with --start when the pilot began"),
        ("unit,value,treated,period\nA,soon,1,0\nB,1,1,0", "row 2: the value 'soon' is no number"),
        ("unit,value,treated,period\nA,1,maybe,0", "row 2: treated is 'maybe', neither 1 nor 0"),
        ("unit,value,treated,period\nA,1,1,1.5", "row 2: the period '1.5' is no whole number of weeks"),
        ("unit,value,treated,period\nA,1,1,", "row 2: it has no period"),
        ("unit,value,treated,period\nA,1,1,9999999999", "row 2: the period 9999999999 is too far away"),
        ("unit,value,treated,period\n,1,1,1", "row 2: it names no unit"),
        ("unit,value,treated,period\n" + "A,x,1,1\n" * 12, "… and 2 more rows"),
        ("unit,value,treated,period\nA,1,1,0\nA,1,0,0", "it differs within A"),
    ],
)
def test_what_cannot_be_read_is_said_by_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    assert main(["compare", str(path), "--kind", "time"]) == 1
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_text_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(b"\xff\xfe\x00unit")
    assert main(["compare", str(path), "--kind", "time"]) == 1
    assert "decode" in capsys.readouterr().err


def test_what_is_asked_wrongly_is_misused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = pilot(tmp_path)
    assert main(["compare", str(tmp_path / "none.csv"), "--kind", "time"]) == 2
    assert main(["compare", str(path), "--kind", "share"]) == 2
    assert main(["compare", str(path), "--kind", "time", "--higher-is-better", "--lower-is-better"]) == 2
    assert "higher or lower, not both" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["compare", str(path), "--kind", "time", "--start", "soon"])
