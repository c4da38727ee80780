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
    NobodyOnCall,
    OverlappingWindows,
    PausedWithoutEnd,
    UnknownZone,
)
from zhoudao.engines.worktime.explain import Span, explain
from zhoudao.engines.worktime.oncall import Duty, Page, oncall, paging

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
    "NobodyOnCall",
    "OverlappingWindows",
    "Page",
    "PausedWithoutEnd",
    "Pauses",
    "Span",
    "Special",
    "UnknownZone",
    "Window",
    "always",
    "china_year",
    "due",
    "explain",
    "is_announced",
    "is_open",
    "oncall",
    "paging",
    "remaining",
    "share",
    "warnings",
    "with_china",
    "worked",
]
