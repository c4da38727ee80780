"""XES: attributes within attributes, defaults, starts and ends, and documents made to do harm."""

import gzip
import resource
import time
from pathlib import Path

import numpy as np
import pytest

from zhoudao.engines.mining.reading import Limits, LogUnreadable, read_log
from zhoudao.engines.mining.reading.tests.files import codes, read, rows


def event(name: str, when: str, more: str = "") -> str:
    return (
        f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{when}"/>{more}</event>'
    )


def trace(name: str, *events: str, more: str = "") -> str:
    return f'<trace><string key="concept:name" value="{name}"/>{more}{"".join(events)}</trace>'


def log(*traces: str, more: str = "") -> str:
    return f'<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">{more}{"".join(traces)}</log>'


def test_attributes_of_traces_of_attributes_and_of_lists_are_columns(tmp_path: Path) -> None:
    more = (
        '<string key="a" value="1"><int key="b" value="2"/></string><list key="c"><values><string key="d" value="3"/>'
        '<string key="d" value="4"/></values></list><float key="cost:total" value="5.5"/>'
    )
    case = '<string key="channel" value="web"/>'
    found = read(tmp_path, log(trace("x", event("go", "2026-01-01T00:00:00Z", more), more=case)))
    said = {name: column.values for name, column in found.log.columns.items()}
    assert said == {"a": ("1",), "a/b": ("2",), "c": ("3, 4",), "cost:total": ("5.5",), "case:channel": ("web",)}


def test_globals_are_taken_for_what_is_not_said_but_never_for_times_and_names(tmp_path: Path) -> None:
    more = (
        '<global scope="event"><string key="concept:name" value="UNKNOWN"/><date key="time:timestamp" '
        'value="1970-01-01T00:00:00Z"/><string key="org:resource" value="nobody"/></global>'
    )
    said = '<string key="org:resource" value="Ann"/>'
    bare = '<event><string key="concept:name" value="go"/></event>'
    content = log(
        trace("x", event("go", "2026-01-01T00:00:00Z", said), event("on", "2026-01-02T00:00:00Z"), bare), more=more
    )
    found = read(tmp_path, content)
    assert found.log.resources == ("Ann", "nobody")
    assert "default_used" in codes(found)
    assert [(each.row, each.fault) for each in found.refused_rows] == [(3, "no_time")]


def test_a_classifier_names_the_activity_where_nothing_else_does(tmp_path: Path) -> None:
    more = "<classifier name='Step' keys=\"'what is done' lifecycle:transition\"/>"
    when = '<date key="time:timestamp" value="2026-01-01T00:00:00Z"/>'
    one = f'<event><string key="what is done" value="go"/>{when}</event>'
    assert read(tmp_path, log(trace("x", one), more=more)).log.activities == ("go",)


def test_cases_without_a_name_are_numbered_and_events_without_a_case_refused(tmp_path: Path) -> None:
    content = log("<trace>" + event("go", "2026-01-01T00:00:00Z") + "</trace>", event("lost", "2026-01-01T00:00:00Z"))
    found = read(tmp_path, content)
    assert [case for case, _, _ in rows(found.log)] == ["#1"]
    assert "cases_unnamed" in codes(found)
    assert [(each.row, each.fault) for each in found.refused_rows] == [(2, "no_case")]


def test_starts_and_ends_are_one_step_and_what_has_no_partner_is_said(tmp_path: Path) -> None:
    def life(kind: str, hour: int, name: str = "go") -> str:
        return event(name, f"2026-01-01T{hour:02}:00:00Z", f'<string key="lifecycle:transition" value="{kind}"/>')

    said = [("start", 1), ("start", 2), ("complete", 3), ("complete", 5), ("complete", 6)]
    events = [life(kind, hour) for kind, hour in said] + [life("start", 7, "on"), life("suspend", 8, "on")]
    found = read(tmp_path, log(trace("x", *events)))
    log_ = found.log
    assert log_.begun is not None
    hours = np.column_stack([log_.begun, log_.end]) // 3_600_000_000 % 24
    assert [tuple(each) for each in hours.tolist()] == [(1, 3), (2, 5), (6, 6), (7, 7), (8, 8)]
    counts = {each.code: each.values["count"] for each in found.warnings}
    assert (counts["starts_unpaired"], counts["completes_unpaired"], counts["lifecycle_other"]) == (1, 1, 1)
    assert log_.columns["lifecycle:transition"].values == ("complete", "start", "suspend")


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE log [<!ENTITY a "b">]><log>&a;</log>',
        '<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>',
        "<log>" + "<list key='a'>" * 70 + "</list>" * 70 + "</log>",
        "<log><trace>",
        "<html/>",
        "<log/>",
        "<log>\x00</log>",
    ],
)
def test_a_document_made_to_do_harm_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable):
        read(tmp_path, content)


def test_a_bomb_of_gigabytes_is_refused_in_little_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xes.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(b"<log>")
        for _ in range(200):
            file.write(b" " * 1_000_000)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(LogUnreadable, match="unpacks to far more"):
        read_log(path)
    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_too_many_events_and_attributes_are_refused(tmp_path: Path) -> None:
    many = log(trace("x", *[event("go", "2026-01-01T00:00:00Z")] * 5))
    with pytest.raises(LogUnreadable, match="more than 4 events"):
        read(tmp_path, many, limits=Limits(rows=4))
    wide = "".join(f'<string key="k{each}" value="v"/>' for each in range(10))
    with pytest.raises(LogUnreadable, match="more than 8"):
        read(tmp_path, log(trace("x", event("go", "2026-01-01T00:00:00Z", wide))), limits=Limits(columns=8))
