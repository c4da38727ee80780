"""Exact business time: calendars; clocks that come due, pause, warn and explain themselves; on-call rosters."""

from zhoudao.engines.worktime.calendar import Calendar, Special, Window, always
from zhoudao.engines.worktime.china import ChinaYear, china_year, is_announced, with_china
from zhoudao.engines.worktime.clock import HORIZON, Mark, Pauses, due, is_open, remaining, share, warnings, worked
from zhoudao.engines.worktime.errors import (
    BackwardPause,
    BadCalendar,
    BadClockInput,
    BadDay,
    BadShape,
    BadTarget,
    BadWindow,
    BeyondHorizon,
    EmptyWindow,
    NeverOpen,
    OverlappingWindows,
    PausedWithoutEnd,
    UnknownZone,
)
from zhoudao.engines.worktime.explain import Span, explain
from zhoudao.engines.worktime.oncall import Duty, called_next, oncall

__all__ = [
    "HORIZON",
    "BackwardPause",
    "BadCalendar",
    "BadClockInput",
    "BadDay",
    "BadShape",
    "BadTarget",
    "BadWindow",
    "BeyondHorizon",
    "Calendar",
    "ChinaYear",
    "Duty",
    "EmptyWindow",
    "Mark",
    "NeverOpen",
    "OverlappingWindows",
    "PausedWithoutEnd",
    "Pauses",
    "Span",
    "Special",
    "UnknownZone",
    "Window",
    "always",
    "called_next",
    "china_year",
    "due",
    "explain",
    "is_announced",
    "is_open",
    "oncall",
    "remaining",
    "share",
    "warnings",
    "with_china",
    "worked",
]
