"""The lake of our own events: kept up to date it is, byte for byte, what it would be made anew."""

import hashlib
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from zhoudao.conduct.flows.events import TaskCompleted
from zhoudao.conduct.insight import lake
from zhoudao.conduct.insight.lake import bring_up_to_date, export_lake, folder_of, lake_log
from zhoudao.conduct.insight.own_log import BESIDE, own_log
from zhoudao.conduct.insight.reporting import OBJECTS
from zhoudao.engines.mining.apart.pieces import Roles
from zhoudao.engines.mining.apart.running import Here
from zhoudao.engines.mining.apart.tests.as_one import as_one
from zhoudao.engines.mining.apart.whole import Asked, map_of
from zhoudao.engines.mining.log import Log
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timedelta(days=400)


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Shop:
    settings.HOME = tmp_path
    return open_shop()


def all_in() -> None:
    """Everything that happened is in: other tests' transactions on the same cluster are waited out."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        bring_up_to_date("case")
        with connection.cursor() as cursor:
            border = lake._state(cursor, folder_of("case")).border
        if not Event.objects.filter(xid__gte=border).exists():
            return
        time.sleep(0.1)
    raise AssertionError("a transaction of another test ran for a minute")


def bytes_of_all() -> dict[str, str]:
    folder = folder_of("case")
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def seen(log: Log) -> list[object]:
    assert log.resource is not None
    columns = [(column.codes.tolist(), column.values) for column in log.columns.values()]
    return [
        list(log.cases), log.activities, log.resources, log.case.tolist(), log.activity.tolist(), log.end.tolist(),
        log.resource.tolist(), columns,
    ]  # fmt: skip


def something_happens(shop: Shop, cases: list[Case], chance: Random) -> None:
    """A new case, an answer or a step that was done, of a case old or new."""
    what = chance.random()
    if what < 0.4 or not cases:
        cases.append(shop.hears(f"问题 {len(cases)}", who=f"v-{len(cases)}"))
        Case.objects.filter(id=cases[-1].id).update(opened_at=shop.now - timedelta(days=chance.choice([0, 40, 80])))
    elif what < 0.6:
        case = chance.choice(cases)
        reply_to_case(case_id=case.id, text="您好", viewer=shop.viewer("wang"), at=shop.now, real_now=shop.now)
    else:
        about = [About("case", one.id) for one in chance.sample(cases, min(2, len(cases)))]
        record(TaskCompleted("读懂来意", "t"), at=shop.now, by=By("user:x"), about=about)
    shop.later(hours=chance.choice([0, 1, 30]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_history_it_is_what_it_would_be_made_anew_and_reports_read_the_same(
    shop: Shop, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake, "AT_ONCE", 3)
    chance, cases = Random(seed), list[Case]()
    for _turn in range(5):
        for _fact in range(chance.randrange(1, 7)):
            something_happens(shop, cases, chance)
        bring_up_to_date("case")
    all_in()
    kept = bytes_of_all()
    assert len({name.split("/")[0] for name in kept}) > 1, "of more than one month"
    shutil.rmtree(folder_of("case"))
    all_in()
    assert bytes_of_all() == kept
    for is_whole in (False, True):
        for since in (shop.now - YEAR, shop.now - timedelta(days=20)):
            until = shop.now + timedelta(days=1)
            found = lake_log("case", since=since, until=until, is_whole=is_whole)
            assert found is not None
            assert seen(found) == seen(own_log("case", since=since, until=until, is_whole=is_whole))


def test_what_is_committed_late_is_brought_in_when_it_is_and_nothing_is_read_past_it(shop: Shop) -> None:
    case, other = shop.hears("问题"), shop.hears("另一个", who="v-2")
    began, may_end = threading.Event(), threading.Event()
    all_in()

    def slowly() -> None:
        with transaction.atomic():
            record(TaskCompleted("late", "t"), at=shop.now, by=By("user:x"), about=[About("case", case.id)])
            began.set()
            may_end.wait(60)
        connection.close()

    late = threading.Thread(target=slowly)
    late.start()
    began.wait(60)
    record(TaskCompleted("soon", "t"), at=shop.now, by=By("user:x"), about=[About("case", other.id)])
    bring_up_to_date("case")
    since, until = shop.now - YEAR, shop.now + timedelta(days=1)
    assert lake_log("case", since=since, until=until) is None, "what is above the border is not in"
    may_end.set()
    late.join()
    all_in()
    found = lake_log("case", since=since, until=until)
    assert found is not None
    assert {"flows.TaskCompleted:late", "flows.TaskCompleted:soon"} <= set(found.activities)


def test_only_files_of_changed_cases_are_written(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [shop.hears(f"问题 {n}", who=f"v-{n}") for n in range(6)]
    Case.objects.filter(id=cases[0].id).update(opened_at=shop.now - timedelta(days=70))
    all_in()
    before = {path: path.stat().st_mtime_ns for path in folder_of("case").rglob("*.parquet")}
    record(TaskCompleted("x", "t"), at=shop.now, by=By("user:x"), about=[About("case", cases[0].id)])
    all_in()
    changed = [path for path, at in before.items() if path.stat().st_mtime_ns != at]
    assert len(changed) == 1
    assert cases[0].number in pq.ParquetFile(changed[0]).read()["case"].to_pylist()


def test_a_log_of_another_database_is_another_lake(shop: Shop) -> None:
    shop.hears("问题")
    all_in()
    kept = bytes_of_all()
    state = folder_of("case") / "state.json"
    state.write_text(state.read_text().replace('"0', '"f'))
    (folder_of("case") / "month=1999-01").mkdir()
    (folder_of("case") / "month=1999-01" / "part.parquet").write_bytes(b"of another log")
    all_in()
    assert bytes_of_all() == kept


def test_what_was_broken_off_is_done_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.hears("问题")
    all_in()
    shop.hears("另一个", who="v-2")
    with monkeypatch.context() as patch:
        patch.setattr(lake, "_replaced", _full)
        with pytest.raises(OSError, match="full"):
            all_in()
    all_in()
    kept = bytes_of_all()
    shutil.rmtree(folder_of("case"))
    all_in()
    assert bytes_of_all() == kept


def _full(_path: Path, _content: bytes) -> None:
    raise OSError("the disk is full")


def test_it_is_handed_out_for_any_tool_that_reads_partitions_and_names_nobody(shop: Shop, tmp_path: Path) -> None:
    cases = [shop.hears("我叫王小明，电话 13800138000", who=f"v-{n}") for n in range(4)]
    all_in()
    files = export_lake("case", tmp_path / "out")
    table = ds.dataset(tmp_path / "out" / "case", partitioning="hive").to_table()
    assert files == len(bytes_of_all())
    assert set(table["case"].to_pylist()) == {case.number for case in cases}
    assert len(table) == Event.objects.filter(object_ids__overlap=[case.id for case in cases]).count()
    assert {"month", "bucket"} <= set(table.column_names)
    words = " ".join(str(value) for column in table.columns for value in pc.unique(column).to_pylist())
    assert "王小明" not in words
    assert "13800138000" not in words
    assert export_lake("case", tmp_path / "out") == files, "replaced"


def test_every_kind_of_object_has_its_lake(shop: Shop, tmp_path: Path) -> None:
    shop.hears("问题")
    all_in()
    for object_type in OBJECTS:
        bring_up_to_date(object_type)
        assert (folder_of(object_type) / "state.json").exists()
        assert export_lake(object_type, tmp_path / "out") == (1 if object_type == "case" else 0)


def test_a_lake_that_was_never_begun_is_none(shop: Shop) -> None:
    assert lake_log("case", since=shop.now - YEAR, until=shop.now) is None
    assert not folder_of("case").exists()
    with pytest.raises(KeyError):
        bring_up_to_date("person")


def test_a_lake_that_is_handed_out_is_mapped_in_parts_as_its_log_is_at_once(shop: Shop, tmp_path: Path) -> None:
    chance, cases = Random(4), list[Case]()
    for _fact in range(25):
        something_happens(shop, cases, chance)
    all_in()
    assert export_lake("case", tmp_path / "out") > 1
    log = own_log("case", since=shop.now - YEAR, until=shop.now + timedelta(days=1))
    roles = Roles("case", "activity", "at", "", "resource", "type", BESIDE)
    found = map_of(Asked(str(tmp_path / "out" / "case"), roles, zone="Asia/Shanghai"), Here)
    assert found.mapped == as_one(log, "Asia/Shanghai")
    assert found.mapped.hands
