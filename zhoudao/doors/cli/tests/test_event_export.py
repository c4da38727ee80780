"""`zhoudao export events`: our own log, as any mining tool reads it."""

import gzip
import json
from argparse import Namespace
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.config.main import main
from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.exporting import export
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.reading import read_log
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Rung(Fact):
    """A bell rang."""

    name = "tests.Rung"
    words = "A bell rang"
    count: int


WORDS = "王小姐 13912345678 漏水"


@pytest.fixture
def shop() -> Shop:
    opened = open_shop()
    for who in ("visitor-1", "visitor-2", "visitor-1"):
        opened.hears(WORDS, who=who)
        opened.later(minutes=7, microseconds=3)
    return opened


def asked(out: Path, **more: Any) -> Namespace:
    return Namespace(**({"format": "csv", "out": out, "since": None, "until": None, "case": "case"} | more))


def happened(kind: str) -> list[tuple[str, str, int]]:
    """What the log says by itself: object, type and moment."""
    return sorted(
        (id_, event.type, round(event.occurred_at.timestamp() * 1_000_000))
        for event in Event.objects.all()
        for of_kind, id_, _ in event.parties
        if of_kind == kind
    )


def seen(log: Log) -> list[tuple[str, str, int]]:
    return sorted(
        (log.cases[int(case)], log.activities[int(what)], int(end))
        for case, what, end in zip(log.case, log.activity, log.end, strict=True)
    )


@pytest.mark.parametrize("form", ["xes", "ocel2", "parquet", "csv"])
@pytest.mark.parametrize("kind", ["case", "customer", "conversation"])
def test_what_is_handed_out_is_the_log(form: str, kind: str, shop: Shop, tmp_path: Path) -> None:
    out = tmp_path / f"events.{form}"
    assert export(asked(out, format=form, case=kind)) == 0
    found = read_log(out, object_type=kind if form == "ocel2" else "")
    assert happened(kind)
    assert seen(found.log) == happened(kind)
    assert found.refused_count == 0
    assert set(found.log.resources) <= set(Event.objects.values_list("actor", flat=True))


@pytest.mark.parametrize("form", ["xes", "ocel2", "csv"])
def test_no_word_name_or_number_of_a_person_is_handed_out(form: str, shop: Shop, tmp_path: Path) -> None:
    out = tmp_path / "events.gz"
    export(asked(out, format=form))
    content = gzip.decompress(out.read_bytes()).decode()
    assert [part for part in (*WORDS.split(), "visitor-1") if part in content] == []


@pytest.mark.parametrize("form", ["xes", "ocel2", "parquet", "csv"])
def test_however_many_events_there_are_they_are_one_statement(form: str, shop: Shop, tmp_path: Path) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            export(asked(tmp_path / "x", format=form))
        return len([each for each in queries if "eventlog_event" in each["sql"]])

    assert statements() == 1
    for bell in range(30):
        record(Rung(bell), at=shop.now, by=By("system:test"), about=[About("case", uuid7()), About("bell", uuid7())])
    assert statements() == 1


def test_days_are_the_companys_and_the_last_is_left_out(shop: Shop, tmp_path: Path) -> None:
    today = date(2026, 3, 10)
    out = tmp_path / "x.parquet"
    export(asked(out, format="parquet", since=today, until=today + timedelta(days=1)))
    assert pq.read_metadata(out).num_rows == len(happened("case"))
    with pytest.raises(Refused, match="No event of this time"):
        export(asked(out, format="parquet", until=today))
    with pytest.raises(Refused, match="before"):
        export(asked(out, since=today, until=today))


def test_an_object_no_event_is_about_is_refused_with_those_there_are_and_the_old_file_stays(
    shop: Shop, tmp_path: Path
) -> None:
    out = tmp_path / "x.csv"
    out.write_text("old")
    with pytest.raises(Refused, match=r"case.*conversation.*customer"):
        export(asked(out, case="parcel"))
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    with pytest.raises(Refused, match="cannot be written"):
        export(asked(tmp_path / "no" / "x.csv"))


def test_what_an_event_says_is_said_of_it_in_ocel(shop: Shop, tmp_path: Path) -> None:
    record(Rung(7), at=shop.now, by=By("system:test"), about=[About("bell", uuid7(), "rung"), About("case", uuid7())])
    export(asked(tmp_path / "x.json", format="ocel2"))
    whole = json.loads((tmp_path / "x.json").read_text())
    rung = next(each for each in whole["events"] if each["type"] == "tests.Rung")
    assert {"name": "count", "value": "7"} in rung["attributes"]
    assert [each["qualifier"] for each in rung["relationships"]] == ["rung", ""]
    assert {"bell", "case", "customer"} <= {each["name"] for each in whole["objectTypes"]}


def test_the_command_says_how_it_is_used(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        main(["export", "events", "--help"])
    assert "--case" in capsys.readouterr().out
