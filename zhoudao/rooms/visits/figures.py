"""What each figure over visits means, in words people can check against the numbers behind."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import LOWER, Metric, define

TAKEN = define(
    Metric(
        "visits.taken",
        _("Numbers taken"),
        _(
            "Numbers that began to wait in this line in the period: taken, or handed over from another line. A number "
            "that was handed over counts once in each of the two lines. What is dropped off at the kiosk takes no "
            "number: it becomes a case and counts in none of these figures. The day is the store's."
        ),
        "visits",
        is_daily=True,
    )
)
WAITING = define(
    Metric(
        "visits.waiting",
        _("Waiting time"),
        _(
            "Median (and 90th percentile) of the time from taking the number, or being handed over, to the first call, "
            "over the numbers of the period that were called, whether or not somebody came."
        ),
        "minutes",
        better=LOWER,
        is_daily=True,
    )
)
SERVICE = define(
    Metric(
        "visits.service",
        _("Service time"),
        _(
            "Median (and 90th percentile) of the time from the begin of serving to its end, or to being handed over, "
            "over the numbers of the period that were served."
        ),
        "minutes",
        is_daily=True,
    )
)
NO_SHOW = define(
    Metric(
        "visits.no_show",
        _("No-shows"),
        _("Of the numbers of the period that were called, the share for which nobody came."),
        "share",
        better=LOWER,
        is_daily=True,
    )
)
GONE = define(
    Metric(
        "visits.gone",
        _("Left uncalled"),
        _(
            "Of the numbers of the period, the share that left before they were called, or were still waiting when the "
            "day was over."
        ),
        "share",
        better=LOWER,
        is_daily=True,
    )
)
ALL = (TAKEN, WAITING, SERVICE, NO_SHOW, GONE)
