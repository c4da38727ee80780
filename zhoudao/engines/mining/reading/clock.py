"""What the letters of a cell say as a moment: loops over the bytes of a whole column at once.

A moment is read as up to three numbers with marks between them (which of them is the year is seen, which the month is
not always), a time of day, and a zone. Numbers alone are days of a spreadsheet, a day without marks, or counts since
1970, told apart by how many digits they have.
"""

import numpy as np
from numpy.typing import NDArray

from zhoudao.kit.compiled import compiled

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]
Read = tuple[int, int, int, int, int, int]
"""What kind, three numbers, microseconds into the day, and seconds east of Greenwich or `NO_ZONE`."""
EMPTY, BAD, YEAR_FIRST, YEAR_LAST, COUNTED = 0, 1, 2, 3, 4
LOCAL, ZONED = 2, 3
NO_ZONE = 1_000_000
DAY = 86_400_000_000
_SECOND = 1_000_000
_MONTHS = np.frombuffer(b"janfebmaraprmayjunjulaugsepoctnovdec", np.uint8)
FIRST_LARGE, SECOND_LARGE, DOTTED, ZONES = 5, 6, 7, 8


@compiled
def survey(text: Bytes, offsets: Numbers) -> Numbers:
    """How many cells are of each kind (0 to 4); of those with the year last, how many have a first (5) or second (6)
    number that can be no month; how many have dots between (7); how many cells say their zone (8)."""
    found = np.zeros(9, np.int64)
    for cell in range(len(offsets) - 1):
        kind, first, second, _, _, zone = _read(text, offsets[cell], offsets[cell + 1])
        found[kind] += 1
        if kind == YEAR_LAST:
            found[FIRST_LARGE] += first > 12
            found[SECOND_LARGE] += second > 12
            found[DOTTED] += _has_dot(text, offsets[cell], offsets[cell + 1])
        found[ZONES] += zone != NO_ZONE
    return found


@compiled
def moments(text: Bytes, offsets: Numbers, day_first: bool) -> tuple[Numbers, Bytes]:
    """Microseconds since 1970, and whether they are `ZONED` (in UTC), `LOCAL` (by the clock of an unsaid zone), `EMPTY`
    or `BAD`, of each cell."""
    when = np.zeros(len(offsets) - 1, np.int64)
    state = np.zeros(len(offsets) - 1, np.uint8)
    for cell in range(len(when)):
        kind, first, second, third, clock, zone = _read(text, offsets[cell], offsets[cell + 1])
        year, month, day = first, second, third
        if kind == YEAR_LAST:
            year, month, day = (third, second, first) if day_first else (third, first, second)
        if kind == COUNTED:
            when[cell] = clock
        elif kind >= YEAR_FIRST:
            kind = kind if _is_day(year, month, day) else BAD
            when[cell] = _days(year, month, day) * DAY + clock
        if kind <= BAD:
            state[cell] = kind
            when[cell] = 0
        elif zone != NO_ZONE:
            state[cell] = ZONED
            when[cell] -= zone * _SECOND
        else:
            state[cell] = LOCAL
    return when, state


@compiled
def _read(text: Bytes, at: int, last: int) -> Read:
    while at < last and text[at] <= 32:
        at += 1
    while last > at and text[last - 1] <= 32:
        last -= 1
    if at == last:
        return EMPTY, 0, 0, 0, 0, NO_ZONE
    kind, first, second, third, rest = _date(text, at, last)
    if kind == COUNTED:
        return _counted(text, at, last)
    if kind == BAD:
        return BAD, 0, 0, 0, 0, NO_ZONE
    clock, rest = _clock(text, rest, last)
    zone, rest = _zone(text, rest, last)
    if clock < 0 or rest != last:
        return BAD, 0, 0, 0, 0, NO_ZONE
    return kind, first, second, third, clock, zone


@compiled
def _digits(text: Bytes, at: int, last: int) -> tuple[int, int, int]:
    """The number that stands here (of 18 digits at most), how many digits it has, and where it ends."""
    value = 0
    begin = at
    while at < last and 48 <= text[at] <= 57 and at - begin < 18:
        value = value * 10 + (int(text[at]) - 48)
        at += 1
    return value, at - begin, at


@compiled
def _date(text: Bytes, at: int, last: int) -> tuple[int, int, int, int, int]:
    first, digits, after = _part(text, at, last)
    if digits == 8 and after < last and text[after] == 84:  # 20200131T…
        return YEAR_FIRST, first // 10_000, first // 100 % 100, first % 100, after
    if digits > 4 or (digits > 0 and after == last):
        return COUNTED, 0, 0, 0, after
    second, more, after = _part(text, _mark(text, after, last), last)
    third, further, after = _part(text, _mark(text, after, last), last)
    if digits == 0 or more == 0 or further not in (1, 2, 4):
        return BAD, 0, 0, 0, after
    after = _mark(text, after, last) if digits == 4 else after  # 2020年1月31日
    if digits == 4:
        return YEAR_FIRST, first, second, third, after
    year = third if further == 4 else third + (1900 if third >= 70 else 2000)
    if digits == -1:
        return YEAR_FIRST, year, first, second, after
    return (YEAR_FIRST, year, second, first, after) if more == -1 else (YEAR_LAST, first, second, year, after)


@compiled
def _part(text: Bytes, at: int, last: int) -> tuple[int, int, int]:
    """A number of a day as `_digits`, or a month by its English name: of -1 digits."""
    if at + 3 <= last and text[at] > 64:
        for month in range(12):
            begin = 3 * month
            if (
                text[at] | 32 == _MONTHS[begin] and text[at + 1] | 32 == _MONTHS[begin + 1]
                and text[at + 2] | 32 == _MONTHS[begin + 2]
            ):  # fmt: skip
                after = at + 3
                while after < last and 97 <= text[after] | 32 <= 122:
                    after += 1
                return month + 1, -1, after
    return _digits(text, at, last)


@compiled
def _mark(text: Bytes, at: int, last: int) -> int:
    """Behind what stands between the numbers of a day: - / . , blanks, or 年 月 日."""
    if at + 3 <= last and (
        (text[at] == 0xE5 and text[at + 1] == 0xB9 and text[at + 2] == 0xB4)
        or (text[at] == 0xE6 and text[at + 1] == 0x9C and text[at + 2] == 0x88)
        or (text[at] == 0xE6 and text[at + 1] == 0x97 and text[at + 2] == 0xA5)
    ):
        return at + 3
    if at < last and (text[at] == 45 or text[at] == 47 or text[at] == 46):
        return at + 1
    begin = at
    while at < last and (text[at] == 44 or text[at] == 32) and at - begin < 2:
        at += 1
    return at


@compiled
def _clock(text: Bytes, at: int, last: int) -> tuple[int, int]:
    """Microseconds into the day, below zero where they are none, and where they end. No time is midnight."""
    while at < last and (text[at] == 84 or text[at] == 116 or text[at] == 32 or text[at] == 44):
        at += 1
    hour, digits, after = _digits(text, at, last)
    if digits == 0:
        return 0, at
    if digits in (4, 6):  # 1530, 153005
        hour = hour if digits == 6 else hour * 100
        return _of_day(hour // 10_000, hour // 100 % 100, hour % 100), after
    if digits > 2 or after == last or text[after] != 58:
        return -1, after
    minute, digits, after = _digits(text, after + 1, last)
    second = 0
    fraction = 0
    if digits == 2 and after < last and text[after] == 58:
        second, digits, after = _digits(text, after + 1, last)
        fraction, after = _fraction(text, after, last)
    hour, after = _half(text, after, last, hour)
    clock = _of_day(hour, minute, second)
    return (clock + fraction if clock >= 0 and digits == 2 else -1), after


@compiled
def _of_day(hour: int, minute: int, second: int) -> int:
    """24:00 is the end of the day and a leap second the end of its minute."""
    if hour < 0 or hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        return -1
    return ((hour * 60 + minute) * 60 + second) * _SECOND


@compiled
def _fraction(text: Bytes, at: int, last: int) -> tuple[int, int]:
    """Microseconds after the second; what is finer is cut."""
    if at + 1 >= last or (text[at] != 46 and text[at] != 44) or not 48 <= text[at + 1] <= 57:
        return 0, at
    at += 1
    value = 0
    worth = 100_000
    while at < last and 48 <= text[at] <= 57:
        value += (int(text[at]) - 48) * worth
        worth //= 10
        at += 1
    return value, at


@compiled
def _half(text: Bytes, at: int, last: int, hour: int) -> tuple[int, int]:
    """The hour of a clock of twelve hours, where AM or PM is said; below zero where such a clock has no such hour."""
    first = at + 1 if at < last and text[at] == 32 else at
    if first + 2 > last or text[first + 1] | 32 != 109 or (text[first] | 32 != 97 and text[first] | 32 != 112):
        return hour, at
    if hour < 1 or hour > 12:
        return -1, first + 2
    return hour % 12 + (12 if text[first] | 32 == 112 else 0), first + 2


@compiled
def _zone(text: Bytes, at: int, last: int) -> tuple[int, int]:
    """Seconds east of Greenwich, or `NO_ZONE`, and where it ends: Z, UTC, GMT, +08, +08:00, +0800, -05:30:00."""
    while at < last and text[at] == 32:
        at += 1
    if at + 1 == last and (text[at] | 32) == 122:
        return 0, last
    if at + 3 == last and (text[at + 2] | 32 == 99 or text[at + 2] | 32 == 116) and text[at] > 64:
        return 0, last
    if at == last or (text[at] != 43 and text[at] != 45):
        return NO_ZONE, at
    sign = 1 if text[at] == 43 else -1
    hours, digits, after = _digits(text, at + 1, last)
    minutes = 0
    if digits == 4:
        hours, minutes = hours // 100, hours % 100
    elif after < last and text[after] == 58:
        minutes, digits, after = _digits(text, after + 1, last)
        digits = digits if digits != 4 else 0
    if digits not in (2, 4) or hours > 15 or minutes > 59:
        return NO_ZONE, at
    return sign * (hours * 60 + minutes) * 60, after


@compiled
def _counted(text: Bytes, at: int, last: int) -> Read:
    """A number alone: its digits say what it counts. What it means is in microseconds since 1970, or a day."""
    value, digits, after = _digits(text, at, last)
    fraction, after = _fraction(text, after, last)
    if after != last:
        return BAD, 0, 0, 0, 0, NO_ZONE
    if digits == 5:
        parts = value * DAY + fraction * 86_400  # of a day, in microseconds
        rounded = (parts - 25_569 * DAY + 500_000) // _SECOND * _SECOND
        return COUNTED, 0, 0, 0, rounded, NO_ZONE
    if digits == 8:
        return YEAR_FIRST, value // 10_000, value // 100 % 100, value % 100, 0, NO_ZONE
    if digits in (12, 14):
        value = value if digits == 14 else value * 100
        day, clock = value // 1_000_000, value % 1_000_000
        micros = _of_day(clock // 10_000, clock // 100 % 100, clock % 100)
        kind = YEAR_FIRST if micros >= 0 else BAD
        return kind, day // 10_000, day // 100 % 100, day % 100, micros, NO_ZONE
    for most, worth in ((10, _SECOND), (13, 1_000), (16, 1)):
        if most - 1 <= digits <= most:
            return COUNTED, 0, 0, 0, value * worth + fraction * worth // _SECOND, 0
    return BAD, 0, 0, 0, 0, NO_ZONE


@compiled
def _is_day(year: int, month: int, day: int) -> bool:
    if year < 1 or year > 9999 or month < 1 or month > 12 or day < 1 or day > 31:
        return False
    if month == 2:
        return day <= 28 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return day <= 30 or month not in (4, 6, 9, 11)


@compiled
def _days(year: int, month: int, day: int) -> int:
    """Days since 1970, in the calendar of Gregory for ever. Source: H. Hinnant, chrono-compatible low-level dates."""
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (9 if month <= 2 else -3)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@compiled
def _has_dot(text: Bytes, at: int, last: int) -> bool:
    while at < last and (48 <= text[at] <= 57 or text[at] <= 32):
        at += 1
    return at < last and text[at] == 46
