"""`zhoudao predict`: on published logs it is better than what must be beaten, or says that it is not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LOGS = Path(__file__).resolve().parents[5] / "shared" / "data" / "logs"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhoudao.config.main", "predict", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def foretold(name: str, *arguments: str) -> dict[str, Any]:
    if not (LOGS / name).exists():
        pytest.skip(f"{name} is not in ../shared/data/logs")
    done = run(str(LOGS / name), "--json", *arguments)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize("name", ["helpdesk.csv.gz", "insurance_claims.csv.gz", "purchasing.csv.gz"])
def test_how_long_the_cases_of_a_published_log_still_take_is_foretold_better_than_plainly(name: str) -> None:
    found = foretold(name)["time"]
    errors = found["errors"]
    assert errors["model"] < min(value for name, value in errors.items() if name != "model")
    assert found["is_beaten"]
    assert sum(one["rows"] for one in found["by_length"]) == found["rows"]


def test_which_tickets_of_the_help_desk_take_too_long_is_foretold_and_calibrated() -> None:
    risk = foretold("helpdesk.csv.gz")["risk"]
    assert risk["is_beaten"]
    assert risk["brier"] < 0.9 * min(risk["by_step"], risk["flat"])
    often = [one for one in risk["curve"] if one["rows"] >= 100]
    assert all(abs(one["said"] - one["came"]) < 0.15 for one in often)


def test_where_the_model_is_not_better_it_is_said() -> None:
    path = LOGS / "volvo_incidents.csv.gz"
    if not path.exists():
        pytest.skip("volvo_incidents.csv.gz is not in ../shared/data/logs")
    told = run(str(path)).stdout
    assert "It is not beaten: states, median would be used." in told


def test_a_log_that_tells_too_little_is_refused(tmp_path: Path) -> None:
    rows = ["case,activity,time", *(f"c{n},ask,2026-01-{n % 28 + 1:02d}T10:00:00+00:00" for n in range(50))]
    log = tmp_path / "small.csv"
    log.write_text("\n".join(rows))
    done = run(str(log))
    assert done.returncode == 1
    assert "Fewer than 200 cases" in done.stderr


def test_a_log_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.csv")).returncode == 2
