"""`zhoudao simulate` from the outside: figures, a comparison, refusals in words, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from zhoudao.conduct.insight import scenario
from zhoudao.config.main import main

EXAMPLE = Path(scenario.__file__).parent / "examples" / "complaint.json"


def changed(folder: Path, **more: Any) -> Path:
    """The example with other sections."""
    path = folder / "other.json"
    path.write_text(json.dumps(json.loads(EXAMPLE.read_text()) | {"arrivals": {"per_hour": 1, "for": "P28D"}} | more))
    return path


def test_the_example_is_simulated_and_shown_with_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "complaint", "--scenario", str(EXAMPLE), "--replications", "3"]) == 0
    out, error = capsys.readouterr()
    assert "complaint: 3 replications, means with 95 % intervals" in out
    assert "cycle time, nine of ten within" in out
    assert "调查原因 investigate" in out
    assert "kept: answer in a working day" in out
    assert " ± " in out
    assert error == ""  # the bar is for people who look


def test_two_scenarios_are_compared_under_the_same_luck(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    one = changed(tmp_path, warm_up=0)
    pools = json.loads(one.read_text())["pools"]
    other = (
        one.rename(tmp_path / "one.json"),
        changed(tmp_path, warm_up=0, pools=pools | {"departments": {"people": 12}}),
    )
    arguments = ["simulate", "complaint", *("--scenario", str(other[0])), *("--scenario", str(other[1]))]
    assert main([*arguments, "--replications", "4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    wait = next(row for row in found["differences"] if (row["figure"], row["of"]) == ("wait", "investigate"))
    assert wait["clear"]
    assert wait["high"] < 0
    cases = next(row for row in found["differences"] if row["figure"] == "cases")
    assert (cases["low"], cases["high"]) == (0, 0)  # the very same cases came
    assert main([*arguments, "--replications", "4"]) == 0
    out = capsys.readouterr().out
    assert "The second less the first, under the same luck" in out
    assert "wait: 调查原因 investigate" in out


def test_the_same_seed_gives_the_same_figures_and_another_gives_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = changed(tmp_path, warm_up=0)
    arguments = ["simulate", "complaint", "--scenario", str(path), "--replications", "2", "--json"]
    found = []
    for seed in ("5", "5", "6"):
        assert main([*arguments, "--seed", seed]) == 0
        found.append(capsys.readouterr().out)
    assert found[0] == found[1] != found[2]


def test_what_cannot_be_simulated_is_refused_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = changed(tmp_path, pools={"departments": {"people": 0}, "customer_relations": {"people": 1}})
    assert main(["simulate", "complaint", "--scenario", str(path)]) == 1
    error = capsys.readouterr().err
    assert "cannot be simulated." in error
    assert "“调查原因” (investigate): Nobody can ever do it: departments has no people." in error
    never = changed(tmp_path, warm_up="P90D")
    assert main(["simulate", "complaint", "--scenario", str(never)]) == 1
    assert "No case comes after the warm-up" in capsys.readouterr().err
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<no/>")
    assert main(["simulate", str(broken), "--scenario", str(EXAMPLE)]) == 1
    assert "There is no process in this file." in capsys.readouterr().err


def test_what_is_misused_says_how(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["simulate", str(tmp_path / "gone.bpmn"), "--scenario", str(EXAMPLE)]) == 2
    assert main(["simulate", "complaint", "--scenario", str(tmp_path / "gone.json")]) == 2
    text = tmp_path / "text.json"
    text.write_text("{")
    assert main(["simulate", "complaint", "--scenario", str(text)]) == 2
    assert "this is not JSON" in capsys.readouterr().err
    assert main(["simulate", "complaint", *(("--scenario", str(EXAMPLE)) * 3)]) == 2
    for wrong in (["--replications", "0"], ["--seed", "x"], []):
        with pytest.raises(SystemExit) as stop:
            main(["simulate", "complaint", *(["--scenario", str(EXAMPLE)] if wrong else []), *wrong])
        assert stop.value.code == 2


def test_a_bar_shows_how_far_it_is_to_whoever_looks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    path = changed(tmp_path, warm_up=0)
    assert main(["simulate", "complaint", "--scenario", str(path), "--replications", "2"]) == 0
    assert f"other [{'#' * 40}] 100%\n" in capsys.readouterr().err
