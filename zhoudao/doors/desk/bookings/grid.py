"""A store's day as a table: a column for everybody, a row a quarter of an hour, a booking as long as it lasts."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.bookings.models import State
from zhoudao.rooms.bookings.queries.day import Day, Row

_QUARTER = timedelta(minutes=15)
_NINE, _SIX = 36, 72  # quarters: what is shown at least


@frozen
class Cell:
    """A place of the table: a booking over so many rows, or an open or closed quarter."""

    row: Row | None
    rows: int
    is_open: bool


@frozen
class Line:
    """One quarter of an hour: its time where an hour begins, and what begins in each column."""

    hour: str
    is_now: bool
    cells: list[Cell]


@frozen
class Grid:
    """The table: the columns' names, and its lines."""

    columns: list[str]
    lines: list[Line]


@frozen
class _Column:
    name: str
    rows: list[Row]
    person_id: UUID | None


def grid_of(day: Day, language: str, *, at: datetime) -> Grid:
    """The day drawn. Quarters are counted in elapsed time: a day on which clocks change has its 23 or 25 hours."""
    columns = _columns(day, language)
    first, last = _span(day)
    lines: list[Line] = []
    covered = dict.fromkeys(range(len(columns)), 0)
    for quarter in range(first, last):
        begins = day.begins + quarter * _QUARTER
        cells = []
        for index, column in enumerate(columns):
            if covered[index] > quarter:
                continue
            cell = _cell(column, day, begins, quarter, last)
            covered[index] = quarter + cell.rows
            cells.append(cell)
        there = begins.astimezone(ZoneInfo(day.store.zone))
        lines.append(Line(f"{there:%H:%M}" if there.minute == 0 else "", begins <= at < begins + _QUARTER, cells))
    return Grid([column.name for column in columns], lines)


def _columns(day: Day, language: str) -> list[_Column]:
    shown = [row for row in day.rows if row.booking.state != State.NO_SHOW or row.booking.person_id]
    columns = [
        _Column(one.name, [row for row in shown if row.booking.person_id == one.pk], one.pk) for one in day.people
    ]
    for place in day.places:
        for unit in range(1, place.units + 1):
            theirs = [row for row in shown if (row.booking.resource_id, row.booking.unit) == (place.id, unit)]
            name = f"{pick(place.names, language)} {unit}" if place.units > 1 else pick(place.names, language)
            columns.append(_Column(name, theirs, None))
    return columns


def _span(day: Day) -> tuple[int, int]:
    """From the first to the last quarter at which anything is open or booked."""
    open_ = [stretch for theirs in day.open_.values() for stretch in theirs]
    open_ += [(row.booking.starts_at, row.booking.ends_at) for row in day.rows]
    if not open_:
        return _NINE, _SIX
    first = min(since for since, _until in open_) - day.begins
    last = min(max(until for _since, until in open_), day.ends) - day.begins
    whole = 4  # quarters: whole hours
    return max(0, first // _QUARTER // whole * whole), -(-last // _QUARTER // whole) * whole


def _cell(column: _Column, day: Day, begins: datetime, quarter: int, last: int) -> Cell:
    ends = begins + _QUARTER
    row = next((one for one in column.rows if begins <= one.booking.starts_at < ends), None)
    if row is not None:
        lasts = -(-(row.booking.ends_at - begins) // _QUARTER)
        following = [
            (one.booking.starts_at - begins) // _QUARTER
            for one in column.rows
            if one is not row and one.booking.starts_at >= row.booking.starts_at
        ]
        return Cell(row, max(1, min([lasts, last - quarter, *(one for one in following if one > 0)])), True)
    open_ = [(day.begins, day.ends)] if column.person_id is None else day.open_.get(column.person_id, [])
    return Cell(None, 1, any(since < ends and begins < until for since, until in open_))
