"""Events of several objects become the log of one kind of them, and what that hides is said."""

import time
from pathlib import Path

import pytest

from zhoudao.engines.mining.reading import LogUnreadable, ReadLog, read_log
from zhoudao.engines.mining.reading.tests.files import codes, ocel_csv, ocel_json, ocel_sqlite, ocel_xml, read, rows

FORMS = ["json", "xml", "csv", "sqlite"]


def in_form(form: str, folder: Path, object_type: str) -> ReadLog:
    if form == "sqlite":
        return read_log(ocel_sqlite(folder / "log"), object_type=object_type)
    return read(folder, {"json": ocel_json, "xml": ocel_xml, "csv": ocel_csv}[form](), object_type=object_type)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_one_object_log_is_the_same_log_of_orders(form: str, tmp_path: Path) -> None:
    found = in_form(form, tmp_path, "order")
    assert [(case, what) for case, what, _ in rows(found.log)] == [
        ("o1", "place order"), ("o1", "pick item"), ("o1", "pick item"), ("o1", "send"), ("o2", "send"),
    ]  # fmt: skip
    said = {each.code: each.values for each in found.warnings}
    assert said["convergence"]["count"] == 1  # sending, of both orders
    assert said["divergence"]["count"] == 1  # picking, of either item
    assert said["events_without"]["count"] == 1
    assert [(each.row, each.fault) for each in found.refused_rows] == [(7 if form == "csv" else 6, "no_time")]


@pytest.mark.parametrize("form", ["json", "xml", "sqlite"])
def test_what_is_said_of_an_object_is_a_column_of_its_case(form: str, tmp_path: Path) -> None:
    log = in_form(form, tmp_path, "item").log
    assert log.columns["case:tier"].values == ("gold",)
    assert log.columns["price"].values == ("5",)


def test_the_kind_that_most_events_are_about_alone_is_taken_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, ocel_json())
    assert "type_chosen" in codes(found)
    assert found.mapping.case == "ocel:oid"
    with pytest.raises(LogUnreadable, match="order, item"):
        read(tmp_path, ocel_json(), object_type="parcel")


ATTACKS = {
    "a view where a table should be": (
        "DROP TABLE event_count; CREATE VIEW event_count AS WITH RECURSIVE n(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS ocel_id, x AS ocel_time FROM n;"
    ),
    "a view instead of all events": (
        "ALTER TABLE event RENAME TO event_; "
        "CREATE VIEW event AS SELECT ocel_id, load_extension('x') ocel_type FROM event_;"
    ),
    "a column that calls a function": (
        "DROP TABLE event_count; CREATE TABLE event_count(ocel_id TEXT, ocel_time TEXT, "
        "x TEXT AS (hex(zeroblob(100000000))) VIRTUAL); INSERT INTO event_count VALUES ('e5', '2026-01-01');"
    ),
    "a virtual table": (
        "DROP TABLE event_count; CREATE VIRTUAL TABLE event_count USING fts5(ocel_id, ocel_time);"
    ),
    "a table that is not there": "INSERT INTO event_map_type VALUES ('x', 'event; DROP TABLE event');",
}  # fmt: skip


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_nothing_of_a_sqlite_file_is_run(attack: str, tmp_path: Path) -> None:
    path = ocel_sqlite(tmp_path / "log", [ATTACKS[attack]])
    content, began = path.read_bytes(), time.process_time()
    with pytest.raises(LogUnreadable):
        read_log(path, object_type="order")
    assert time.process_time() - began < 5
    assert path.read_bytes() == content


def test_a_trigger_of_a_file_is_never_run_as_nothing_is_written(tmp_path: Path) -> None:
    path = ocel_sqlite(tmp_path / "log", ["CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END;"])
    content = path.read_bytes()
    assert len(read_log(path, object_type="order").log) == 5
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        "{}", "[]", "[" * 100_000, '{"events": 1, "objects": 2}', '{"events": [{}], "objects": []}', "{",
        '{"a": 1e999999}', '{"ocel:events": {"e": {"ocel:omap": [1]}}}', '{"events": [], "objects": []}',
        "<log><event-types/></log>",
        "<log><object-types/><events><event/></events></log>",
    ],
)  # fmt: skip
def test_what_is_shaped_otherwise_is_refused_with_a_reason(content: str, tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable):
        read(tmp_path, content)
