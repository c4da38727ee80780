"""Free times by arithmetic, against a slow oracle that looks at every minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.worktime import Calendar, Special, Window, is_open
from zhoudao.engines.worktime.stretches import open_time, without
from zhoudao.rooms.bookings.slots import STEPS, Shape, grid, starts

MINUTE = timedelta(minutes=1)
# around changes of clocks (Lord Howe by half an hour), an offset of 45 minutes, and a holiday
PLACES = [
    ("America/New_York", datetime(2026, 3, 7, 12, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, 12, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 2, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 2, 28, 6, tzinfo=UTC)),
    ("Asia/Shanghai", datetime(2026, 9, 30, 4, tzinfo=UTC)),
]
Interval = tuple[datetime, datetime]


def oracle(
    shape: Shape,
    zone: str,
    span: Interval,
    calendars: Sequence[Calendar],
    away: Sequence[Interval],
    taken: Sequence[Interval],
) -> list[datetime]:
    """Every minute: does the wall clock stand at a step, is every minute of it open, is nobody there around it."""
    found, moment = [], span[0]
    while moment < span[1]:
        wall = moment.astimezone(ZoneInfo(zone))
        on_grid = (wall.hour * 60 + wall.minute) % (shape.step // MINUTE) == 0
        minutes = [moment + MINUTE * n for n in range(shape.length // MINUTE)]
        around = [
            moment - shape.before + MINUTE * n for n in range((shape.before + shape.length + shape.after) // MINUTE)
        ]
        if (
            on_grid
            and all(span[0] - timedelta(days=1) <= one < span[1] + timedelta(days=1) for one in minutes)
            and all(is_open(one, calendar) for one in minutes for calendar in calendars)
            and not any(since <= one < until for one in minutes for since, until in away)
            and not any(since <= one < until for one in around for since, until in taken)
        ):
            found.append(moment)
        moment += MINUTE
    return found


@st.composite
def weeks(draw: st.DrawFn, zone: str) -> Calendar:
    """Split shifts, some past midnight; a holiday and a shifted working day."""
    opening = draw(st.integers(0, 40)) * 15
    noon = draw(st.integers(opening // 15 + 1, 60)) * 15
    after = draw(st.integers(noon // 15, 80)) * 15
    closing = draw(st.integers(after // 15 + 1, 94)) * 15
    day = (Window(opening, noon), Window(after, closing)) if after > noon else (Window(opening, closing),)
    specials = {date(2026, 10, 1): Special((), "holiday"), date(2026, 11, 1): Special((Window(600, 660),), "shifted")}
    free = draw(st.sets(st.integers(0, 6), max_size=3))
    return Calendar(zone, tuple(() if n in free else day for n in range(7)), tuple(specials.items()))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_free_times_are_those_the_oracle_finds(data: st.DataObject) -> None:
    zone, begin = data.draw(st.sampled_from(PLACES))
    span = (begin, begin + timedelta(hours=30))
    minutes = st.integers(0, 12).map(lambda n: timedelta(minutes=5 * n))
    shape = Shape(
        timedelta(minutes=5 * data.draw(st.integers(1, 18))),
        data.draw(minutes),
        data.draw(minutes),
        timedelta(minutes=data.draw(st.sampled_from(STEPS))),
    )
    calendars = [data.draw(weeks(zone)), data.draw(weeks(zone))]
    at = st.integers(-60, 1900).map(lambda n: begin + n * MINUTE)
    lasting = st.integers(1, 200).map(lambda n: n * MINUTE)
    away = [(one, one + long) for one, long in data.draw(st.lists(st.tuples(at, lasting), max_size=2))]
    taken: list[Interval] = []
    for one, long in sorted(data.draw(st.lists(st.tuples(at, lasting), max_size=5))):
        if not taken or taken[-1][1] <= one:
            taken.append((one, one + long))
    around = timedelta(days=1)
    open_ = without(open_time(calendars, span[0] - around, span[1] + around), away)
    found = starts(shape, list(grid(zone, *span, shape.step)), open_, taken)
    assert found == oracle(shape, zone, span, calendars, away, taken)


def test_what_daylight_saving_skips_is_not_offered_and_what_it_repeats_is_offered_twice() -> None:
    spring, autumn = datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)
    zone = ZoneInfo("America/New_York")
    for begin, expected in ((spring, ["00", "01", "03", "04"]), (autumn, ["00", "01", "01", "02"])):
        hours = list(grid("America/New_York", begin, begin + timedelta(hours=4), timedelta(hours=1)))
        assert [f"{one.astimezone(zone):%H}" for one in hours] == expected


def test_a_month_s_end_cuts_no_time_in_two() -> None:
    hours = Calendar.weekly(
        "America/New_York", {day: [("18:00", "23:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    )
    begin = datetime(2026, 3, 31, 12, tzinfo=UTC)  # eight in the evening there is midnight here, and April
    shape = Shape(timedelta(hours=2), timedelta(0), timedelta(0), timedelta(hours=1))
    moments = list(grid("America/New_York", begin, begin + timedelta(days=1), timedelta(hours=1)))
    found = starts(shape, moments, open_time([hours], begin, begin + timedelta(days=1)), [])
    assert [f"{one.astimezone(ZoneInfo('America/New_York')):%H}" for one in found] == ["18", "19", "20", "21"]
