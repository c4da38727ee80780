"""Prepaid numbers brought by file: all of it or nothing, each wrong row named."""

from datetime import date

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.sheets import written
from zhoudao.kit.tables import TableUnreadable
from zhoudao.rooms.aftersales.tests.returns import CLERK, TEN
from zhoudao.rooms.aftersales.tests.test_refunding import at_once
from zhoudao.rooms.return_labels.commands import bringing
from zhoudao.rooms.return_labels.commands.bringing import bring_numbers
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.return_labels.refusals import ColumnsMissing, NumbersUnsound
from zhoudao.rooms.return_labels.tests.pool import brought, csv, labelled
from zhoudao.rooms.stock.models import Warehouse

pytestmark = pytest.mark.django_db(transaction=True)


def brings(content: bytes) -> dict[str, int]:
    return dict(bring_numbers(content=content, day=TEN.date(), by=CLERK, at=TEN))


def wrong(content: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(NumbersUnsound) as refused:
        brings(content)
    assert not PrepaidNumber.objects.filter(number__startswith="NEW").exists(), "all or nothing"
    return [(one.row, one.why, one.detail) for one in refused.value.wrong]


def test_carriers_are_known_by_code_and_by_name_and_days_in_both_hands() -> None:
    Warehouse.objects.create(code="back", names={"en": "Back"}, kind="warehouse")
    rows = [
        "顺丰速运, new 1 ,2026-12-31,back",
        "SF Express,NEW-2,2026/12/31,",
        "順豐速運,NEW-3,,BACK",
        "zto,NEW-4,,",
        "",
    ]
    assert brings(csv(rows, "快递公司,运单号,有效期至,仓库")) == {"sf": 3, "zto": 1}
    one, two, three, four = PrepaidNumber.objects.select_related("warehouse").order_by("number", "id")
    assert {one.number for one in (one, two, three, four)} == {"NEW1", "NEW-2", "NEW-3", "NEW-4"}
    assert PrepaidNumber.objects.filter(valid_until=date(2026, 12, 31)).count() == 2
    assert PrepaidNumber.objects.filter(warehouse__code="back").count() == 2
    assert Event.objects.filter(type="return_labels.NumbersBrought").count() == 2


def test_an_excel_workbook_is_read_too() -> None:
    content = written("xlsx", "Numbers", ["Carrier", "Number"], [["jd", "JD0000000001"], ["jd", "JD0000000002"]])
    assert brings(content) == {"jd": 2}


def test_every_wrong_row_is_named_with_what_is_wrong_and_nothing_is_taken() -> None:
    rows = [
        "sf,NEW001,,", "pigeons,NEW002,,", "own,NEW003,,", "sf,1.23E+15,,", "sf,,,", "sf,NEW004,soon,",
        "sf,NEW005,2020-01-01,", "sf,NEW006,,moon", "sf,new001,,",
    ]  # fmt: skip
    assert wrong(csv(rows)) == [
        (3, "carrier", "pigeons"),
        (4, "carrier", "own"),
        (5, "number", "1.23E+15"),
        (6, "number", ""),
        (7, "day", "soon"),
        (8, "over", "2020-01-01"),
        (9, "place", "moon"),
        (10, "twice", "2"),
    ]


def test_what_is_here_already_is_named_also_when_it_is_used() -> None:
    numbers = brought(2)
    labelled()
    assert wrong(csv([f"sf,{numbers[0]},,", "sf,NEW001,,", f"sf,{numbers[1]},,"])) == [
        (2, "known", numbers[0]),
        (4, "known", numbers[1]),
    ]
    assert brings(csv([f"jd,{numbers[0]},,"])) == {"jd": 1}, "another carrier may have the same"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\0\1\2", "unreadable"),
        (b"PK\3\4rubbish", "unreadable"),
        (csv([]), "none"),
        (csv([",,,"]), "none"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(TableUnreadable) as refused:
        brings(content)
    assert refused.value.code == code


def test_without_its_columns_and_with_too_many_rows_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ColumnsMissing) as refused:
        brings(csv(["sf,NEW001"], "carrier,colour"))
    assert refused.value.detail == "number"
    monkeypatch.setattr(bringing, "MOST_NUMBERS", 2)
    with pytest.raises(TableUnreadable) as long:
        brings(csv(f"sf,NEW00{n},," for n in range(3)))
    assert long.value.code == "many"


def test_the_same_file_brought_at_once_is_taken_once() -> None:
    outcomes = at_once(lambda _n: brings(csv(f"sf,NEW00{n},," for n in range(5))), times=8, refused=NumbersUnsound)
    assert sorted(set(outcomes)) == ["NumbersUnsound", "done"]
    assert outcomes.count("done") == 1
    assert PrepaidNumber.objects.count() == 5
