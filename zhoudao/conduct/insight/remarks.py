"""What is to be known of how a log was read, in the language that is active."""

from django.utils.translation import gettext as _

from zhoudao.engines.mining.reading import Remark


def said(remark: Remark) -> str:
    """A remark in words."""
    values = dict(remark.values)
    if "role" in values:
        values["role"] = _roles()[str(values["role"])]
    return {**_columns(), **_times(), **_steps(), **_objects()}[remark.code].format(**values)


def _roles() -> dict[str, str]:
    return {
        "case": _("case"),
        "activity": _("step"),
        "end": _("time"),
        "start": _("start time"),
        "resource": _("resource"),
        "lifecycle": _("lifecycle"),
    }


def _columns() -> dict[str, str]:
    return {
        "taken_for": _(
            "The column “{column}” was taken for the {role}; this is not sure. Name another if it is wrong."
        ),
        "none_found": _("No column was found for the {role}."),
        "default_used": _("{count} events do not say “{column}”; what the file gives as a default was taken."),
        "rows_refused": _("{count} of {rows} rows could not be read and were left out."),
        "rows_ragged": _("{count} rows have more or fewer cells than the header and were left out."),
        "values_many": _("The column “{column}” has {count} different values and was left out."),
        "cells_cut": _("Values of “{column}” longer than {most} characters were cut."),
        "cases_unnamed": _("{count} cases have no name; they were numbered."),
        "duplicates": _("{count} events are exactly like another of the same case. They were kept."),
    }


def _objects() -> dict[str, str]:
    return {
        "columns_nested": _("The column “{column}” holds no plain values and was left out."),
        "encoding": _("The text is not UTF-8; it was read as {name}."),
        "type_chosen": _("The objects of type “{kind}” were taken for the cases; the file has: {kinds}."),
        "events_without": _("{count} events are about no object of type “{kind}” and were left out."),
        "convergence": _(
            "{count} events are about several objects of type “{kind}” and stand in each of their cases: counts of "
            "events are too high by that (convergence)."
        ),
        "divergence": _(
            "{count} cases of type “{kind}” have steps of one name for different other objects; that one follows the "
            "other there says little (divergence)."
        ),
    }


def _times() -> dict[str, str]:
    return {
        "zone_assumed": _("{count} times in “{column}” say no zone and were read by the clock of {zone}."),
        "zones_mixed": _("In “{column}” some times say a zone; the others were read by the clock of {zone}."),
        "day_or_month": _(
            "Whether the day or the month comes first in “{column}” cannot be seen; it was read as {read}."
        ),
        "day_and_month": _("In “{column}” some times have the day first and some the month; it was read as {read}."),
        "times_odd": _("{count} times in “{column}” lie before 1971 or after 2100."),
        "began_late": _("{count} steps begin after they end; they were read as steps of no length."),
        "began_unknown": _("{count} steps do not say when they began; they were read as steps of no length."),
    }


def _steps() -> dict[str, str]:
    return {
        "activities_many": _("There are {count} different activities; maps show the most frequent ones only."),
        "activities_empty": _("{count} events have an activity with an empty name."),
        "starts_unpaired": _("{count} steps were started and never completed; they were read as steps of no length."),
        "completes_unpaired": _("{count} steps were completed without a start; they were read as steps of no length."),
        "lifecycle_other": _(
            "{count} events are neither a start nor an end of a step ({values}). They were kept as steps of their own, "
            "marked in “{column}”."
        ),
        "lifecycle_states": _(
            "“{column}” holds states ({values}), not starts and ends of steps. They may be made part of the activity "
            "by naming both columns."
        ),
    }
