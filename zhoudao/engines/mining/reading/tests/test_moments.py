"""Times are read as people and programs write them, a column by one rule."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.reading.columns import moments_of, times_share

SOME = st.datetimes(datetime(1971, 1, 2), datetime(2099, 12, 30))
PATTERNS = [
    "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%d %b %Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%S", "%Y-%m-%d", "%d-%b-%y %H:%M",
    "%Y.%m.%d %H:%M:%S,%f",
]  # fmt: skip


def when(cells: list[str], **more: Any) -> list[datetime | None]:
    found = moments_of("t", pa.array(cells, pa.string()), **more)
    epoch = datetime(1970, 1, 1)
    return [
        epoch + timedelta(microseconds=int(micros)) if is_said else None
        for micros, is_said in zip(found.when, found.said, strict=True)
    ]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_python_writes_is_read_as_python_reads_it(pattern: str) -> None:
    @settings(deadline=None, max_examples=200)
    @given(st.lists(SOME, min_size=1, max_size=5))
    def same(moments: list[datetime]) -> None:
        if "%y" in pattern:  # two digits are of 1970 to 2069
            moments = [each.replace(year=2000 + each.year % 50, day=min(each.day, 28)) for each in moments]
        cells = [each.strftime(pattern) for each in moments]
        assert when(cells) == [datetime.strptime(cell, pattern) for cell in cells]

    same()


@settings(deadline=None, max_examples=200)
@given(SOME, st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]))
def test_a_time_without_zone_is_what_the_clock_of_the_given_zone_showed(moment: datetime, name: str) -> None:
    expected = moment.replace(tzinfo=ZoneInfo(name)).astimezone(UTC).replace(tzinfo=None)
    assert when([moment.isoformat()], zone=name) == [expected]


@settings(deadline=None, max_examples=100)
@given(st.lists(SOME, min_size=1, max_size=6), st.integers(-14 * 60, 14 * 60))
def test_zones_hold_for_each_time_by_itself(moments: list[datetime], minutes: int) -> None:
    sign, rest = ("-" if minutes < 0 else "+"), divmod(abs(minutes), 60)
    forms = [f"{sign}{rest[0]:02}:{rest[1]:02}", f"{sign}{rest[0]:02}{rest[1]:02}", "Z", " UTC"]
    cells = [each.isoformat() + forms[place % 4] for place, each in enumerate(moments)]
    shift = timedelta(minutes=minutes)
    assert when(cells, zone="Asia/Tokyo") == [
        each - (shift if place % 4 < 2 else timedelta()) for place, each in enumerate(moments)
    ]


def test_mixed_zones_and_zones_unsaid_are_said() -> None:
    mixed = moments_of("t", pa.array(["2026-01-01T00:00:00Z", "2026-01-01 08:00"]), zone="Asia/Shanghai")
    assert mixed.when[0] == mixed.when[1]
    assert [each.code for each in mixed.remarks] == ["zones_mixed"]
    plain = moments_of("t", pa.array(["2026-01-01 08:00"]), zone="Asia/Shanghai")
    assert [each.code for each in plain.remarks] == ["zone_assumed"]
    assert moments_of("t", pa.array(["2026-01-01T08:00Z"])).remarks == []


@pytest.mark.parametrize(
    ("cells", "expected", "said"),
    [
        (["03/04/2026", "25/04/2026"], [date(2026, 4, 3), date(2026, 4, 25)], []),
        (["03/04/2026", "04/25/2026"], [date(2026, 3, 4), date(2026, 4, 25)], []),
        (["03/04/2026 10:00", "03/05/2026", "03/06/2026"], [date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)],
         ["day_or_month"]),
        (["03.04.2026", "03.05.2026"], [date(2026, 4, 3), date(2026, 5, 3)], []),
        (["13/01/2026", "14/01/2026", "01/15/2026"], [date(2026, 1, 13), date(2026, 1, 14), None], ["day_and_month"]),
    ],
)  # fmt: skip
def test_whether_the_day_or_the_month_comes_first_is_decided_over_the_column(
    cells: list[str], expected: list[date | None], said: list[str]
) -> None:
    found = moments_of("t", pa.array(cells))
    assert [each and each.date() for each in when(cells)] == expected
    assert [each.code for each in found.remarks if each.code != "zone_assumed"] == said


def test_who_knows_says_which_comes_first() -> None:
    assert when(["03/04/2026"], day_first=True) == [datetime(2026, 4, 3)]
    assert when(["03/04/2026"], day_first=False) == [datetime(2026, 3, 4)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1767225600", datetime(2026, 1, 1)), ("1767225600.25", datetime(2026, 1, 1, 0, 0, 0, 250_000)),
        ("1767225600123", datetime(2026, 1, 1, 0, 0, 0, 123_000)),
        ("1767225600123456", datetime(2026, 1, 1, 0, 0, 0, 123_456)),
        ("46023", datetime(2026, 1, 1)), ("46023.5", datetime(2026, 1, 1, 12)),
        ("46023.604166667", datetime(2026, 1, 1, 14, 30)),
        ("20260101", datetime(2026, 1, 1)), ("2026-01-01T24:00:00Z", datetime(2026, 1, 2)),
        ("2026-01-01 23:59:60Z", datetime(2026, 1, 2)), (" 2026-1-1 9:05 ", datetime(2026, 1, 1, 9, 5)),
        ("1/2/2026 12:05 am", datetime(2026, 2, 1, 0, 5)), ("2026-02-30", None), ("2026-13-01", None), ("25:00", None),
        ("2026-01-01 25:00", None), ("1-364285768", None), ("7", None), ("x", None), ("", None), ("31.02.2026", None),
        ("2026-01-01 13:00 PM", None), ("2026-01-01T10:00:00+99:00", None), ("9" * 40, None), ("2026-01-01 10:5", None),
        ("１２", None), ("NaT", None), ("0000-00-00 00:00:00", None), ("2026-01-01T10:00:00Z tail", None),
    ],
)  # fmt: skip
def test_numbers_and_oddities(cell: str, expected: datetime | None) -> None:
    assert when([cell]) == [expected]


def test_moments_that_are_typed_keep_their_zone() -> None:
    zoned = pa.array([datetime(2026, 1, 1, tzinfo=UTC), None]).cast(pa.timestamp("ms", "Asia/Shanghai"))
    found = moments_of("t", zoned, zone="Asia/Tokyo")
    assert (found.said.tolist(), found.remarks) == ([True, False], [])
    assert found.when[0] == int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1e6)
    local = pa.array([datetime(2026, 1, 1, 9)], pa.timestamp("s"))
    assert moments_of("t", local, zone="Asia/Tokyo").when[0] == found.when[0]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(max_size=30)))
def test_no_text_whatever_breaks_it(cells: list[str]) -> None:
    assert len(when(cells)) == len(cells)
    assert 0 <= times_share(pa.array(cells, pa.string())) <= 1
