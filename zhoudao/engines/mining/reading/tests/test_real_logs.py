"""Published logs are read as their papers count them."""

from pathlib import Path

import pytest

from zhoudao.engines.mining.reading import Mapping, ReadLog, read_log

LOGS = Path(__file__).resolve().parents[6] / "shared" / "data" / "logs"


def read(name: str, **more: object) -> ReadLog:
    path = LOGS / name
    if not path.exists():
        pytest.skip(f"{name} is not in ../shared/data/logs")
    return read_log(path, **more)  # type: ignore[arg-type]  # what each test says


@pytest.mark.parametrize(
    ("name", "events", "cases", "activities", "people"),
    [
        ("helpdesk.csv.gz", 21_348, 4_580, 14, 22),
        ("volvo_incidents.csv.gz", 65_533, 7_554, 4, 1_440),
        ("insurance_claims.csv.gz", 5_443, 1_000, 7, 130),
        ("purchasing.csv.gz", 9_119, 608, 21, 27),
        ("running-example.xes", 42, 6, 8, 6),
    ],
)
def test_a_published_log_is_read_whole_with_nothing_said_of_its_columns(
    name: str, events: int, cases: int, activities: int, people: int
) -> None:
    found = read(name)
    log = found.log
    assert (len(log), len(log.cases), len(log.activities), len(log.resources)) == (events, cases, activities, people)
    assert found.refused_count == 0
    assert min(found.sure.values()) > 0.9


def test_states_beside_the_activity_become_part_of_it_when_both_are_named() -> None:
    plain = read("volvo_incidents.csv.gz")
    assert "lifecycle_states" in [each.code for each in plain.warnings]
    joined = read("volvo_incidents.csv.gz", mapping=Mapping(activity=("concept:name", "lifecycle:transition")))
    assert len(joined.log.activities) == 13
    assert "Accepted / In Progress" in joined.log.activities


def test_starts_and_ends_in_two_columns_are_the_length_of_each_step() -> None:
    log = read("purchasing.csv.gz").log
    assert log.begun is not None
    assert (log.begun <= log.end).all()
    assert (log.begun < log.end).any()
