"""What is said of a file that was read: remarks by code, so that a page says them in its reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES: dict[str, str] = {
    "encoding": "The text is not UTF-8; it was read as {name}.",
    "taken_for": "The column “{column}” was taken for the {role}; this is not sure. Name another if it is wrong.",
    "none_found": "No column was found for the {role}.",
    "zone_assumed": "{count} times in “{column}” say no zone and were read by the clock of {zone}.",
    "zones_mixed": "In “{column}” some times say a zone; the others were read by the clock of {zone}.",
    "day_or_month": "Whether the day or the month comes first in “{column}” cannot be seen; it was read as {read}.",
    "day_and_month": "In “{column}” some times have the day first and some the month; it was read as {read}.",
    "times_odd": "{count} times in “{column}” lie before 1971 or after 2100.",
    "began_late": "{count} steps begin after they end; they were read as steps of no length.",
    "began_unknown": "{count} steps do not say when they began; they were read as steps of no length.",
    "duplicates": "{count} events are exactly like another of the same case. They were kept.",
    "rows_refused": "{count} of {rows} rows could not be read and were left out.",
    "rows_ragged": "{count} rows have more or fewer cells than the header and were left out.",
    "activities_many": "There are {count} different activities; maps show the most frequent ones only.",
    "activities_empty": "{count} events have an activity with an empty name.",
    "values_many": "The column “{column}” has {count} different values and was left out.",
    "cells_cut": "Values of “{column}” longer than {most} characters were cut.",
    "starts_unpaired": "{count} steps were started and never completed; they were read as steps of no length.",
    "completes_unpaired": "{count} steps were completed without a start; they were read as steps of no length.",
    "lifecycle_other": "{count} events are neither a start nor an end of a step ({values}). They were kept as steps of "
    "their own, marked in “{column}”.",
    "lifecycle_states": "“{column}” holds states ({values}), not starts and ends of steps. They may be made part of "
    "the activity by naming both columns.",
    "cases_unnamed": "{count} cases have no name; they were numbered.",
    "type_chosen": "The objects of type “{kind}” were taken for the cases; the file has: {kinds}.",
    "events_without": "{count} events are about no object of type “{kind}” and were left out.",
    "convergence": "{count} events are about several objects of type “{kind}” and stand in each of their cases: counts "
    "of events are too high by that (convergence).",
    "divergence": "{count} cases of type “{kind}” have steps of one name for different other objects; that one follows "
    "the other there says little (divergence).",
    "columns_nested": "The column “{column}” holds no plain values and was left out.",
    "default_used": "{count} events do not say “{column}”; what the file gives as a default was taken.",
}  # fmt: skip
"""The English sentence of each code, with its values in braces."""

FAULTS: dict[str, tuple[str, str]] = {
    "no_case": ("no case", "say which case the row belongs to"),
    "no_activity": ("no activity", "say what was done"),
    "no_time": ("no time", "say when the step was completed"),
    "bad_time": ("“{cell}” is not a time that can be read", "write times as 2026-01-31 14:05:00"),
    "bad_start": ("“{cell}” is not a time that can be read", "write times as 2026-01-31 14:05:00, or leave it empty"),
    "long": ("the name of the case or the activity is too long", "use a short name"),
    "ragged": ("{cell} cells where the header has another number", "put cells with commas between quotation marks"),
}  # fmt: skip
"""Why a row is refused, and what to do about it."""


class LogUnreadable(ValueError):
    """This file cannot be read as a log of events. `code` says why to programs."""

    def __init__(self, text: str, code: str = "unreadable") -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Remark:
    """Something to know of how a file was read: a code of `SENTENCES` and its values."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**self.values)


@dataclass(frozen=True)
class RefusedRow:
    """A row that was left out. Rows are counted as a spreadsheet does: the header is row 1. In XES and OCEL the number
    is that of the event."""

    row: int
    fault: str
    cell: str = ""

    def __str__(self) -> str:
        what, advice = FAULTS[self.fault]
        return f"Row {self.row}: {what.format(cell=self.cell)}: {advice}."


def remark(code: str, **values: object) -> Remark:
    """A remark, its values by name."""
    return Remark(code, values)
